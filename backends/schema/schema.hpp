#pragma once

// What Trunkline keeps of its own in a telephony database: the schema `trunkline`, and triggers on
// the telephony tables that tell of changes. Made when the operator says so (`--migrate`), forward
// only; without it everything is read as before, and nothing can be watched.

#include <functional>
#include <string>
#include <string_view>

#include "backends/pg/error.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::schema {

/// The channel on which changes are told. Its payloads are topics: "agents", "queues".
inline constexpr std::string_view kChannel = "trunkline";

/// Brings the schema to the version of this program, and makes the triggers that are missing, also
/// on tables that came since. Says each thing that it did. Each step is a transaction of its own;
/// two programs that do it at once do it one after the other. Blocks; the session is not fit for
/// other use afterwards.
pg::Result<void> migrate(pg::Session& session, const std::function<void(const std::string&)>& say);

/// Whether changes of the tables that a topic is about are told.
pg::Result<bool> tells_of(pg::Session& session, std::string_view topic);

}  // namespace trunkline::schema

#pragma once

// What the methods of agents say no with.

#include <cstdint>
#include <string>
#include <string_view>

#include "backends/serve/unary_call.hpp"

namespace trunkline::agents {

/// Whether a row may have this key, which is an int4: PostgreSQL would refuse a larger parameter.
bool may_be(std::int64_t id);

serve::Answer no_agent(std::int64_t id);        ///< NOT_FOUND
serve::Answer no_queue(std::int64_t id);        ///< NOT_FOUND
serve::Answer not_logged_in(std::int64_t id);   ///< FAILED_PRECONDITION
serve::Answer no_table(std::string_view name);  ///< FAILED_PRECONDITION
serve::Answer failed_precondition(std::string message);
serve::Answer already_exists(std::string message);

}  // namespace trunkline::agents

#pragma once

// Idempotency keys: the answer of a write that was asked for with a key is kept in the transaction
// of the write, so that a repeat is given the same answer, also when the first one's was lost on
// its way. The rows lie in trunkline.idempotency_keys.
//
// All is called on a worker's thread.

#include <optional>
#include <string>
#include <string_view>

#include <grpcpp/support/status.h>

#include "backends/pg/error.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::query {

/// A key with what it was sent for.
struct IdempotencyKey {
  /// How long an answer is kept.
  static constexpr const char* kKept = "24 hours";
  static constexpr std::size_t kLongest = 255;

  /// 1 to 255 visible ASCII characters.
  static bool valid(std::string_view key);

  std::string key;
  std::string method;   ///< "LoginAgent"
  std::string request;  ///< the bytes of the message: equal requests have equal ones

  /// Before the transaction: makes the connection ready. False if the database has no place for
  /// keys.
  static pg::Result<bool> prepare(pg::Session& session);

  /// First in the transaction: takes the key, or finds what is kept of it. Waits for a write with
  /// the same key that is under way. An answer with another method or request is INVALID_ARGUMENT.
  pg::Result<std::optional<serve::Answer>> claim(pg::Session& session) const;

  /// Last in the transaction that has claimed it.
  pg::Result<void> keep(pg::Session& session, const serve::Answer& answer) const;

  /// Forgets some of those that were kept long enough. Outside of a transaction.
  static pg::Result<void> forget_old(pg::Session& session);
};

}  // namespace trunkline::query

#pragma once

// Why the database did not answer, in the few kinds a caller can act on. `detail` is for the log;
// public_message() is what a stranger may read: it names no host, table or statement.

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace trunkline::pg {

enum class ErrorKind : std::uint8_t {
  kAway,       ///< no connection, or it broke on the way
  kBusy,       ///< the queue is full, or no connection became free in time
  kDeadline,   ///< the caller's time is over, before or during the query
  kCancelled,  ///< the caller left
  kConflict,   ///< two transactions stood in each other's way and this one was undone: again, then
  kInDoubt,    ///< the connection broke under a COMMIT: it may have been done or not
  kInternal,   ///< the database refused the statement: our bug or its damage
};

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string detail;
  std::string sqlstate = {};  ///< PostgreSQL's own five characters; empty if it did not say them
};

template <class T>
using Result = boost::system::result<T, Error>;

std::string_view public_message(ErrorKind kind) noexcept;

/// The number of google.rpc.Code (and so of gRPC's status) that says this kind best.
int canonical_code(ErrorKind kind) noexcept;

}  // namespace trunkline::pg

#include "backends/pg/error.hpp"

namespace trunkline::pg {

std::string_view public_message(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kAway: return "the database is away";
    case ErrorKind::kBusy: return "the database is busy";
    case ErrorKind::kDeadline: return "the deadline passed before the database answered";
    case ErrorKind::kCancelled: return "the caller left";
    case ErrorKind::kConflict: return "others changed the same at the same time";
    case ErrorKind::kInDoubt:
      return "the database went away during the change, which may have been made or not";
    case ErrorKind::kInternal: break;
  }
  return "the database could not answer";
}

int canonical_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kAway: return 14;      // UNAVAILABLE
    case ErrorKind::kBusy: return 14;      // UNAVAILABLE: nothing was done, ask again
    case ErrorKind::kDeadline: return 4;   // DEADLINE_EXCEEDED
    case ErrorKind::kCancelled: return 1;  // CANCELLED
    case ErrorKind::kConflict: return 10;  // ABORTED
    case ErrorKind::kInDoubt: return 2;    // UNKNOWN
    case ErrorKind::kInternal: break;
  }
  return 13;  // INTERNAL
}

}  // namespace trunkline::pg

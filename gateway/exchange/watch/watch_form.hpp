#pragma once

// Private to exchange: how the events of a watch are written to clients without gRPC. The same as
// StreamForm writes, but for the ids, which are versions; and without anything of one client's in
// it, so that one piece does for all.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace trunkline::exchange {

enum class WatchForm : std::uint8_t { kArray, kLines, kEvents };

/// What an event's bytes depend on, beside the event.
enum class WatchPiece : std::uint8_t { kFirstElement, kElement, kLine, kEvent };
inline constexpr std::size_t kWatchPieces = 4;

/// Of one of the types of choose_stream_type().
WatchForm watch_form(std::string_view content_type);
/// `first`: of its stream.
WatchPiece watch_piece(WatchForm form, bool first);

std::string write_piece(WatchPiece piece, std::string_view version, std::string_view json);
/// `first`: nothing was written before.
std::string write_end(WatchForm form, bool first);
std::string write_error(WatchForm form, bool first, std::string_view error);

/// Both of an event stream.
std::string write_retry(std::chrono::milliseconds retry);
std::string write_heartbeat();

}  // namespace trunkline::exchange

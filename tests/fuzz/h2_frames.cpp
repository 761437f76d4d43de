#include "tests/fuzz/h2_frames.hpp"

#include <set>

#include "tests/fuzz/must.hpp"
#include "tests/gateway/h2/wire.hpp"

namespace trunkline::fuzz {

std::optional<H2Frame> H2Frame::take(std::string_view& bytes) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.size() < kHead) return std::nullopt;
  const std::size_t size = at(0) << 16 | at(1) << 8 | at(2);
  if (bytes.size() - kHead < size) return std::nullopt;
  H2Frame frame{at(3), at(4),
                static_cast<std::uint32_t>(at(5)) << 24 | at(6) << 16 | at(7) << 8 | at(8),
                std::string(bytes.substr(kHead, size))};
  bytes.remove_prefix(kHead + size);
  return frame;
}

void H2Frame::append_to(std::string& bytes) const {
  bytes += h2::frame(type, flags, stream, payload);
}

void SentFrames::read(std::string_view all) {
  std::set<std::uint32_t> ended;
  std::set<std::uint32_t> reset;
  while (!all.empty()) {
    const auto frame = H2Frame::take(all);
    must(frame.has_value(), "whole frames are sent");
    must(frame->payload.size() <= largest_, "no frame is larger than the peer allows");
    const bool connection =
        frame->type == h2::kSettings || frame->type == h2::kPing || frame->type == h2::kGoaway;
    must(frame->type <= h2::kContinuation, "only known frames are sent");
    must(connection ? frame->stream == 0 : frame->stream != 0 || frame->type == h2::kWindowUpdate,
         "a frame names a stream exactly if it belongs to one");
    if (frame->stream == 0 || frame->type == h2::kWindowUpdate) continue;
    if (frame->type == h2::kRstStream) {
      reset.insert(frame->stream);
      continue;
    }
    must(!reset.contains(frame->stream), "nothing is sent on a stream that was reset");
    if (frame->type == h2::kData) data_bytes_ += frame->payload.size();
    if (frame->type == h2::kContinuation) continue;  // belongs to HEADERS that may end the stream
    must(!ended.contains(frame->stream), "nothing is sent on a stream behind its end");
    if ((frame->flags & h2::kEndStream) != 0) ended.insert(frame->stream);
  }
}

}  // namespace trunkline::fuzz

// HTTP/2, server side: whatever a client sends, however it is cut, whatever the owner does.

#include "gateway/h2/server_session.hpp"
#include "tests/fuzz/h2_frames.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/server_owner.hpp"
#include "tests/gateway/h2/wire.hpp"

namespace trunkline::fuzz {
namespace {

using h2::kDate;
using h2::Limits;
using h2::ServerSession;

// RFC 9113 section 6.5.2: what may be in flight before our SETTINGS are acknowledged.
constexpr std::size_t kUngreetedWindow = 65'536;  // or ours, which is one more
// The most that SETTINGS_MAX_FRAME_SIZE may say.
constexpr std::size_t kLargestFrame = 0xffffff;

Limits limits_of(const Input& input) {
  Limits limits;
  if (input.option(0)) {
    limits.max_concurrent_streams = 2;
    limits.stream_window = 100;
    limits.header_bytes = 400;
    limits.header_fields = 6;
    limits.decoded_header_bytes = 1000;
    limits.path_bytes = 20;
    limits.queued_frames = 50;
    limits.control_frames = {20, 2};
    limits.resets = {3, 1};
    limits.own_resets = {3, 1};
  }
  return limits;
}

/// Large, so that there is one for all; it only ever counts up.
observe::Meters& meters() {
  static observe::Meters all;
  return all;
}

/// A client that has said hello and knows our limits: its input begins with what matters.
void greet(ServerOwner<ServerSession>& owner) {
  owner.feed(h2::hello());
  owner.gather(1 << 16);
  owner.feed(h2::frame(h2::kSettings, h2::kAck, 0, ""));
}

void check(ServerSession& session, ServerOwner<ServerSession>& owner, const Limits& limits,
           std::size_t window) {
  must(session.open_streams() <= limits.max_concurrent_streams, "open streams are bounded");
  for (const auto& [stream, request] : owner.witness.requests()) {
    if (request.answered || request.reset) continue;
    must(request.unconsumed <= window, "no more of a body comes than its stream has credit for");
    must(session.pending(stream) <= request.handed_in - request.sent,
         "no more waits than was handed in and not sent");
  }
}

void live_through(const Input& input) {
  const Limits limits = limits_of(input);
  ServerSession session(limits, "http", kDate, meters());
  ServerOwner<ServerSession> owner(session, input.seed);
  const bool greeted = input.option(1);
  if (greeted) greet(owner);
  const std::size_t drain_at = input.option(2) ? input.variant % 8 : std::string::npos;
  Dice dice(input.seed);
  std::chrono::steady_clock::time_point now{};
  const std::size_t most = 1 + (input.variant & 0x7f) * 4;
  Pieces pieces(input.bytes, most, input.seed);
  for (std::size_t count = 0; !pieces.done(); ++count) {
    if (count == drain_at) owner.drain();
    owner.feed(pieces.next());
    // Of a stream that overruns its window libnghttp2 hands one more piece out with the reset.
    check(session, owner, limits, most + (greeted ? limits.stream_window : kUngreetedWindow));
    if (!dice.one_in(3)) owner.gather(dice.below(3000));
    if (dice.one_in(4)) {
      now += std::chrono::milliseconds(dice.below(10'000));
      owner.tick(now);
    }
  }
  owner.settle();
  must(owner.witness.open().empty(), "every request can be answered");
  const std::size_t size = owner.wire.size();
  owner.gather(1 << 20);
  must(owner.wire.size() == size, "what is gathered is gathered");
  SentFrames(kLargestFrame).read(owner.wire);
}

/// What comes up without an owner that does anything. What goes out is not compared: behind the end
/// of a connection libnghttp2 looks at what comes in the same piece, and at nothing else.
std::string heard(const Input& input, std::size_t most) {
  Limits limits = limits_of(input);
  limits.queued_frames = Limits{}.queued_frames;  // counted once a feed(), so by the pieces
  // Padding is consumed as it comes, so that only a piece that overruns its window is too much.
  limits.stream_window = Limits{}.stream_window;
  ServerSession session(limits, "http", kDate, meters());
  ServerWitness witness;
  if (input.option(1)) {
    session.feed(h2::hello());
    h2::gathered(session);
    session.feed(h2::frame(h2::kSettings, h2::kAck, 0, ""));
  }
  for (Pieces pieces(input.bytes, most, input.seed); !pieces.done();) {
    const Exact copy(pieces.next());
    session.feed(copy.view());
    witness.see(session.events());
  }
  return witness.log() + "\n" + std::to_string(session.open_streams());
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline::fuzz;
  const Input input(data, size);
  live_through(input);
  must_equal(heard(input, input.bytes.size() + 1), heard(input, 1 + input.variant % 40),
             "how the bytes are cut changes nothing");
  return 0;
}

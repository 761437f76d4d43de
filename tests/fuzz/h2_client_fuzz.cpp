// HTTP/2, client side: whatever a backend answers, however it is cut.

#include <map>

#include "gateway/h2/client_session.hpp"
#include "tests/fuzz/h2_frames.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/gateway/h2/wire.hpp"

namespace trunkline::fuzz {
namespace {

using h2::ClientEvent;
using h2::ClientLimits;
using h2::ClientSession;
using h2::ClosedEvent;
using h2::ResponseEvent;

constexpr std::size_t kFirstWindow = 65'535;  // RFC 9113 section 6.5.2
constexpr std::size_t kLargestFrame = 0xffffff;
constexpr std::size_t kMostCalls = 12;

ClientLimits limits_of(const Input& input) {
  ClientLimits limits;
  if (input.option(0))
    limits = {.stream_window = 100, .connection_window = 70'000, .header_bytes = 300};
  return limits;
}

/// The owner of a client session, whose moods the dice decide. It objects to what no session may
/// report.
class Owner {
 public:
  Owner(const Input& input)
      : session(limits_of(input)),
        window_(std::max<std::size_t>(kFirstWindow, limits_of(input).stream_window)) {}

  void submit(std::string body, bool end) {
    if (!session.can_submit()) return;
    const http::RequestHead head{"POST", "http", "a.example", "/a.B/C", {{"te", "trailers"}}};
    const std::size_t size = body.size();
    const http::StreamId stream = session.submit(head, http::SharedBody(std::move(body)), end);
    must(stream > 0 && (calls_.empty() || stream > calls_.rbegin()->first),
         "every id is new and above the ones before");
    calls_[stream] = {.streamed = !end, .request_ended = end, .handed_in = size};
  }

  void feed(std::string_view bytes) {
    {
      const bool was_finished = session.finished();
      const Exact copy(bytes);
      session.feed(copy.view());
      must(!was_finished || session.events().empty(), "after the end nothing more comes up");
      see();
    }
    must(session.open_streams() == open(), "every stream is closed by one event");
  }

  /// Some of what an owner can do, for some of its calls.
  void act(Dice& dice) {
    for (auto& [stream, call] : calls_) {
      if (dice.one_in(2)) continue;
      switch (dice.below(4)) {
        case 0: session.consume(stream, std::exchange(call.unconsumed, 0)); break;
        case 1: {
          const std::size_t some = dice.below(call.unconsumed + 1);
          call.unconsumed -= some;
          session.consume(stream, some);
          break;
        }
        case 2:
          if (!call.request_ended) {
            const http::SharedBody chunk(std::string(dice.below(2000), 'c'));
            call.handed_in += chunk.size();
            call.request_ended = dice.one_in(2);
            session.send(stream, chunk, call.request_ended);
          }
          break;
        default:
          if (!dice.one_in(4)) break;
          call.cancelled = true;
          session.cancel(stream);
          break;
      }
    }
    if (calls_.size() < kMostCalls && dice.one_in(4)) {
      submit(std::string(dice.below(3) * 1000, 'r'), dice.one_in(2));
    }
    if (dice.one_in(16)) session.ping();
    see();
  }

  void gather(std::size_t limit) {
    session.gather(wire, wire.size() + limit);
    see();
  }

  const std::string& log() const { return log_; }

  ClientSession session;
  std::string wire;  ///< what the session has sent

 private:
  struct Call {
    bool streamed = false;
    bool request_ended = false;
    std::size_t handed_in = 0;
    std::size_t sent = 0;
    bool cancelled = false;
    bool head = false;   // was seen
    bool ended = false;  // the answer
    bool closed = false;
    std::size_t unconsumed = 0;
  };

  std::size_t open() const {
    return static_cast<std::size_t>(std::count_if(
        calls_.begin(), calls_.end(), [](const auto& call) { return !call.second.closed; }));
  }

  void see() {
    for (const ClientEvent& event : std::exchange(session.events(), {})) {
      std::visit([this](const auto& each) { see(each); }, event);
    }
  }

  Call& live(http::StreamId stream) {
    const auto found = calls_.find(stream);
    must(found != calls_.end(), "events belong to a stream that was submitted");
    must(!found->second.closed, "nothing follows a stream's ClosedEvent");
    return found->second;
  }

  Call& answering(http::StreamId stream) {
    Call& call = live(stream);
    must(!call.cancelled, "a cancelled stream only closes");
    must(!call.ended, "nothing follows the end of an answer");
    return call;
  }

  void see(const ResponseEvent& event) {
    Call& call = answering(event.stream);
    must(!std::exchange(call.head, true), "an answer has one head");
    must(event.head.status >= 200 && event.head.status <= 999, "it is a final one");
    call.ended = event.end;
    note(event.stream, std::to_string(event.head.status) + text_of(event.head.headers) +
                           (event.end ? " end" : ""));
  }

  void see(const http::DataEvent& event) {
    Call& call = answering(event.stream);
    must(call.head, "a body follows a head");
    call.unconsumed += event.bytes.size();
    must(call.unconsumed <= window_, "no more of a body comes than its stream has credit for");
    call.ended = event.end;
    if (!event.bytes.empty()) {
      if (data_of_ != event.stream) note(event.stream, "data ");
      data_of_ = event.stream;
      log_.append(event.bytes);
    }
    if (event.end) note(event.stream, "end");
  }

  void see(const http::TrailersEvent& event) {
    Call& call = answering(event.stream);
    must(call.head, "trailers follow a head");
    call.ended = true;
    note(event.stream, "trailers" + text_of(event.headers));
  }

  void see(const http::SentEvent& event) {
    Call& call = live(event.stream);
    call.sent += event.bytes;
    must(call.streamed && event.bytes > 0 && call.sent <= call.handed_in,
         "no more was sent than we handed in");
  }

  void see(const ClosedEvent& event) {
    Call& call = live(event.stream);
    call.closed = true;
    note(event.stream, "closed " + std::to_string(static_cast<std::uint32_t>(event.code)));
  }

  static std::string text_of(const http::Headers& headers) {
    std::string text;
    for (const auto field : headers) {
      must(!field.name.empty() && field.name.front() != ':',
           "no pseudo-header is among the fields");
      text.append("\n  ").append(field.name).append(": ").append(field.value);
    }
    return text;
  }

  void note(http::StreamId stream, std::string_view what) {
    data_of_ = 0;
    log_.append("\n").append(std::to_string(stream)).append(" ").append(what);
  }

  std::map<http::StreamId, Call> calls_;
  std::size_t window_;
  std::string log_;
  http::StreamId data_of_ = 0;
};

void live_through(const Input& input) {
  Owner owner(input);
  Dice dice(input.seed);
  for (std::size_t i = input.variant % 4; i > 0; --i) owner.submit("", true);
  owner.submit("abc", false);
  owner.gather(1 << 16);
  if (input.option(1)) owner.feed(h2::frame(h2::kSettings, 0, 0, ""));
  Pieces pieces(input.bytes, 1 + input.variant * 4u, input.seed);
  while (!pieces.done()) {
    owner.feed(pieces.next());
    owner.act(dice);
    if (!dice.one_in(3)) owner.gather(dice.below(3000));
  }
  owner.gather(1 << 24);
  must(owner.wire.starts_with(h2::kPreface), "a client begins with the preface");
  SentFrames(kLargestFrame).read(std::string_view(owner.wire).substr(h2::kPreface.size()));
}

/// What comes up without an owner that does more than ask. What goes out is not compared: behind
/// the end of a connection libnghttp2 looks at what comes in the same piece, and at nothing else.
std::string heard(const Input& input, std::size_t most) {
  Owner owner(input);
  for (std::size_t i = input.variant % 4; i > 0; --i) owner.submit("", true);
  owner.submit("abc", true);
  owner.gather(1 << 16);
  if (input.option(1)) owner.feed(h2::frame(h2::kSettings, 0, 0, ""));
  for (Pieces pieces(input.bytes, most, input.seed); !pieces.done();) owner.feed(pieces.next());
  return owner.log();
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

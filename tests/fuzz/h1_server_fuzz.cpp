// HTTP/1.1, server side: whatever a client sends, however it is cut, whatever the owner does; and
// every whole request is the one that Boost.Beast reads, to the byte where it ends.

#include <vector>

#include "gateway/h1/server_session.hpp"
#include "tests/fuzz/beast_opinion.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/server_owner.hpp"

namespace trunkline::fuzz {
namespace {

using h1::Limits;
using h1::ServerSession;

const std::string kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

Limits limits_of(const Input& input) {
  Limits limits;
  if (input.option(0)) {
    limits.request_line_bytes = 40;
    limits.header_bytes = 200;
    limits.header_fields = 4;
    limits.pipeline_bytes = 100;
    limits.output_bytes = 100;
  }
  return limits;
}

/// Large, so that there is one for all; it only ever counts up.
observe::Meters& meters() {
  static observe::Meters all;
  return all;
}

void live_through(const Input& input) {
  const Limits limits = limits_of(input);
  ServerSession session(limits, "http", kDate, meters());
  ServerOwner<ServerSession> owner(session, input.seed);
  const std::size_t most = 1 + (input.variant & 0x7f);
  const std::size_t drain_at = input.option(2) ? input.seed % 8 : std::string::npos;
  Dice dice(input.seed);
  std::chrono::steady_clock::time_point now{};
  Pieces pieces(input.bytes, most, input.seed);
  for (std::size_t count = 0; !pieces.done(); ++count) {
    if (count == drain_at) owner.drain();
    if (!session.wants_read()) owner.settle();
    owner.feed(pieces.next());
    must(session.open_streams() <= 1, "one request at a time");
    for (const auto& [stream, request] : owner.witness.requests()) {
      // What is fed in one piece more than wanted, once unparsed and once of the body.
      must(request.unconsumed <= 2 * (limits.pipeline_bytes + most),
           "a body that waits is bounded");
    }
    if (!dice.one_in(3)) owner.gather(1 + dice.below(3000));
    if (dice.one_in(8)) {
      now += std::chrono::milliseconds(dice.below(10'000));
      owner.tick(now);
    }
  }
  owner.settle();
  must(session.open_streams() == 0, "every request can be answered");
  must(session.finished() || session.pending() == 0, "what is handed in is gathered");
}

struct Whole {
  http::RequestHead head;
  std::string body;
  bool complete = false;
};

/// A session whose owner takes everything at once and answers every request with "ok".
class Plain {
 public:
  explicit Plain(const Limits& limits) : session_(limits, "http", kDate, meters()) {}

  void feed(std::string_view bytes) {
    const Exact copy(bytes);
    session_.feed(copy.view());
    for (bool moved = true; moved;) {
      auto events = session_.events();
      for (const auto& event : events) note(event);
      witness_.see(session_.events());
      if (const auto open = witness_.open(); !open.empty() && requests.back().complete) {
        witness_.requests()[open.back()].answered = true;
        session_.respond(open.back(), {}, http::SharedBody("ok"));
      }
      moved = session_.gather(wire_, wire_.size() + 4096) || !session_.events().empty();
    }
  }

  /// Whether a client is told to go on depends on what has come with the head, so on the cuts.
  std::string heard() const {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    std::string wire = wire_;
    for (auto at = wire.find(kContinue); at != wire.npos; at = wire.find(kContinue)) {
      wire.erase(at, kContinue.size());
    }
    return witness_.log() + (session_.finished() ? "\nfinished\n" : "\n") + wire;
  }

  std::vector<Whole> requests;

 private:
  void note(const http::ServerEvent& event) {
    if (const auto* request = std::get_if<http::RequestEvent>(&event)) {
      requests.push_back({request->head, {}, request->end});
    } else if (const auto* data = std::get_if<http::DataEvent>(&event)) {
      requests.back().body += data->bytes;
      requests.back().complete |= data->end;
      session_.consume(data->stream, data->bytes.size());
    } else if (std::holds_alternative<http::TrailersEvent>(event)) {
      requests.back().complete = true;
    }
  }

  ServerSession session_;
  ServerWitness witness_;
  std::string wire_;
};

void ask_beast(const std::vector<Whole>& requests, std::string_view bytes) {
  for (const Whole& request : requests) {
    if (!request.complete) return;
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);  // RFC 9112 section 2.2
    BeastOpinion beast;
    if (!beast.take(bytes)) {
      // A quote that a chunk's extension does not close ends with its line for us, and not for
      // Beast.
      const bool quoted = bytes.find('"') != std::string_view::npos;
      must(beast.only_strict() || quoted, beast.error().c_str());
      return;
    }
    must_equal(request.head.method, beast.method(), "Beast reads the same method");
    must(beast.target().ends_with(request.head.target) || request.head.target == "/" ||
             request.head.target.starts_with("/?") || request.head.target == "*",
         "Beast reads the same target");
    must_equal(request.body, beast.body(), "Beast reads the same body");
    for (const auto field : request.head.headers) {
      must(beast.has(field.name, field.value), "Beast reads the same fields");
    }
  }
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline::fuzz;
  const Input input(data, size);
  live_through(input);
  Plain whole(limits_of(input));
  whole.feed(input.bytes);
  Plain cut(limits_of(input));
  for (Pieces pieces(input.bytes, 1 + input.variant % 40, input.seed); !pieces.done();) {
    cut.feed(pieces.next());
  }
  must_equal(whole.heard(), cut.heard(), "how the bytes are cut changes nothing");
  ask_beast(whole.requests, input.bytes);
  return 0;
}

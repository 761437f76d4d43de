#pragma once

// The owner of a server session whose moods the dice decide: answers at once, in pieces, with
// trailers, late, never or twice; takes bodies whole, in bits or not at all; names streams that
// are gone. Whatever it does within the order of calls is legal, so the session must stay sane.

#include <algorithm>
#include <chrono>
#include <string>

#include "gateway/http/response_head.hpp"
#include "gateway/http/shared_body.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/server_witness.hpp"

namespace trunkline::fuzz {

template <class Session>
class ServerOwner {
 public:
  ServerOwner(Session& session, std::uint64_t seed) : session_(session), dice_(seed) {}

  void feed(std::string_view bytes) {
    const bool was_finished = session_.finished();
    {
      const Exact copy(bytes);
      session_.feed(copy.view());
      must(!was_finished || session_.events().empty(), "after the end nothing more comes up");
      see();
    }
    // What the events pointed at is gone now; nothing may look at it any more.
    act();
  }

  /// Some of what an owner can do, for some of its requests.
  void act() {
    for (const http::StreamId stream : witness.open()) {
      if (dice_.one_in(2)) touch(stream);
    }
    if (!witness.requests().empty() && dice_.one_in(8)) {
      // Gone, open or never there: calls that name it do nothing worse than nothing.
      if (dice_.one_in(2)) consume(any_stream(), dice_.below(100));
      if (dice_.one_in(4)) answer(any_stream());
    }
    see();
  }

  void gather(std::size_t limit) {
    const std::size_t before = wire.size();
    const bool any = session_.gather(wire, before + limit);
    must(any == (wire.size() > before), "gather() says whether it appended");
    see();
  }

  void tick(std::chrono::steady_clock::time_point now) {
    session_.tick(now);
    see();
  }

  void drain() {
    session_.drain();
    see();
  }

  /// Answers what is open, takes what has come and gathers until nothing moves. Each turn ends at
  /// least one request or appends bytes, so it comes to an end.
  void settle() {
    for (bool moved = true; moved;) {
      const std::size_t before = wire.size();
      for (const http::StreamId stream : witness.open()) {
        consume(stream, witness.requests()[stream].unconsumed);
        end(stream);
      }
      gather(1 << 20);
      moved = wire.size() > before || !witness.open().empty();
    }
  }

  ServerWitness witness;
  std::string wire;  ///< what the session has sent

 private:
  using Request = ServerWitness::Request;

  void see() { witness.see(session_.events()); }

  http::StreamId any_stream() {
    return static_cast<http::StreamId>(dice_.below(witness.requests().rbegin()->first + 3u));
  }

  void touch(http::StreamId stream) {
    Request& request = witness.requests()[stream];
    switch (dice_.below(6)) {
      case 0: consume(stream, request.unconsumed); break;
      case 1: consume(stream, dice_.below(request.unconsumed + 1)); break;
      case 2: answer(stream); break;
      case 3: piece(stream); break;
      case 4:
        if (request.begun) end(stream);
        break;
      default:
        if (dice_.one_in(4)) give_up(stream);
        break;
    }
  }

  void consume(http::StreamId stream, std::size_t bytes) {
    if (const auto found = witness.requests().find(stream); found != witness.requests().end()) {
      found->second.unconsumed -= std::min(bytes, found->second.unconsumed);
    }
    session_.consume(stream, bytes);
  }

  http::ResponseHead head() {
    constexpr int kStatus[] = {200, 200, 200, 201, 204, 304, 404, 500};
    http::ResponseHead head{kStatus[dice_.below(std::size(kStatus))], {{"x-a", "b"}}};
    if (dice_.one_in(3)) head.headers.add("content-type", "text/plain");
    return head;
  }

  http::SharedBody body() {
    constexpr std::size_t kSizes[] = {0, 1, 10, 1000, 20'000, 70'000};
    return http::SharedBody(std::string(kSizes[dice_.below(std::size(kSizes))], 'b'));
  }

  void answer(http::StreamId stream) {
    const auto found = witness.requests().find(stream);
    const bool live = found != witness.requests().end() && !found->second.reset &&
                      !found->second.answered && !found->second.begun;
    // A second answer would be a mistake of ours, not of the peer: only what is gone is named
    // again.
    if (found != witness.requests().end() && found->second.begun && !found->second.answered) return;
    session_.respond(stream, head(), body());
    see_then_mark(stream, live);
  }

  void piece(http::StreamId stream) {
    Request& request = witness.requests()[stream];
    if (!request.begun) {
      request.begun = true;
      session_.start(stream, head());
    }
    const http::SharedBody chunk = body();
    request.handed_in += chunk.size();
    session_.send(stream, chunk);
  }

  void end(http::StreamId stream) {
    Request& request = witness.requests()[stream];
    if (!request.begun) return answer(stream);
    http::Headers trailers;
    if (dice_.one_in(2)) trailers.add("grpc-status", "0");
    session_.finish(stream, std::move(trailers));
    see_then_mark(stream, true);
  }

  void give_up(http::StreamId stream) {
    session_.reset(stream);
    see_then_mark(stream, true);
  }

  /// The end of an answer may bring up the next request, never more of this one.
  void see_then_mark(http::StreamId stream, bool live) {
    if (live) witness.requests()[stream].answered = true;
    see();
  }

  Session& session_;
  Dice dice_;
};

}  // namespace trunkline::fuzz

#pragma once

// One client's connection: a driver whose session is h1's or h2's server session, with the
// exchanges that its requests have begun. Requests go in, answers come back by the Answerer port;
// neither side knows the protocol.

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/exchange/exchange.hpp"
#include "gateway/net/driver.hpp"

namespace trunkline::net {

struct Timeouts {
  std::chrono::milliseconds handshake{10'000};  ///< TLS, and the first bytes of a connection
  std::chrono::milliseconds idle{300'000};      ///< without a request under way
  std::chrono::milliseconds stalled{30'000};    ///< the client takes no bytes of an answer
};

template <class Stream, class Session>
class Connection final : public Driver<Stream, Session>,
                         public Supervised,
                         private exchange::Answerer {
  using Base = Driver<Stream, Session>;

 public:
  template <class... SessionArguments>
  Connection(Worker& worker, Stream stream, const exchange::Desk& desk, const Timeouts& timeouts,
             SessionArguments&&... arguments)
      : Base(worker, std::move(stream), std::forward<SessionArguments>(arguments)...),
        Supervised(Kind::kClient),
        desk_(desk),
        timeouts_(timeouts) {
    worker.supervise(*this);
  }

  ~Connection() { worker_.forget(*this); }

  void on_tick(Clock::time_point now) override {
    if (this->lingered_out(now)) return close();
    for (const auto& [stream, exchange] : exchanges_) exchange->on_tick(now);
    // Answers that are handed in and do not get out, for want of reading or of window.
    const bool unsent = this->full() || (exchanges_.empty() && session_.open_streams() > 0);
    const auto moved_at =
        this->full() ? this->sent_at() : std::max(this->sent_at(), this->heard_at());
    if (unsent && now - moved_at > timeouts_.stalled) return close();
    if (!exchanges_.empty()) {
      active_at_ = now;
    } else if (now >= close_at_) {
      close();
    } else if (!unsent && now - std::max(active_at_, this->heard_at()) > timeouts_.idle) {
      // Long idle: the same goodbye as a drain, so that a request on its way is not lost; and an
      // end in any case, since the client may not even hear it.
      drain();
      close_at_ = now + timeouts_.stalled;
      active_at_ = now;
    }
  }

  void drain() override {
    session_.drain();
    this->flush_at_turn_end();
  }

  void close() override { Base::close(); }

 private:
  using Base::session_;
  using Base::worker_;

  void on_events() override {
    // Answering at once may let the next pipelined request through, hence the loop.
    while (!session_.events().empty()) {
      handling_.swap(session_.events());
      for (http::ServerEvent& event : handling_) {
        std::visit([this](auto&& one) { handle(std::move(one)); }, std::move(event));
      }
      handling_.clear();
    }
  }

  void on_late_start() override { drain(); }

  void settle() override {
    on_events();
    for (const http::StreamId stream : answered_) exchanges_.erase(stream);
    answered_.clear();
  }

  void on_closed() override {
    exchanges_.clear();
    worker_.forget(*this);
  }

  void handle(http::RequestEvent&& event) {
    const http::StreamId stream = event.stream;
    if (auto begun = exchange::receive(desk_, *this, std::move(event))) {
      exchanges_.emplace(stream, std::move(begun));
    }
  }

  void handle(http::DataEvent&& event) {
    const auto found = exchanges_.find(event.stream);
    if (found == exchanges_.end()) return session_.consume(event.stream, event.bytes.size());
    found->second->on_body(event.bytes, event.end);
  }

  void handle(http::TrailersEvent&& event) {
    const auto found = exchanges_.find(event.stream);
    if (found != exchanges_.end()) found->second->on_body({}, true);
  }

  void handle(http::ResetEvent&& event) { exchanges_.erase(event.stream); }

  void handle(http::SentEvent&& event) {
    const auto found = exchanges_.find(event.stream);
    if (found != exchanges_.end()) found->second->on_client_took(event.bytes);
  }

  void respond(http::StreamId stream, const http::ResponseHead& head,
               http::SharedBody body) override {
    session_.respond(stream, head, std::move(body));
    last_word(stream);
  }

  void start(http::StreamId stream, const http::ResponseHead& head) override {
    session_.start(stream, head);
    this->flush_at_turn_end();
  }

  void send(http::StreamId stream, http::SharedBody chunk) override {
    session_.send(stream, std::move(chunk));
    this->flush_at_turn_end();
  }

  void finish(http::StreamId stream, http::Headers trailers) override {
    session_.finish(stream, std::move(trailers));
    last_word(stream);
  }

  void reset(http::StreamId stream) override {
    session_.reset(stream);
    last_word(stream);
  }

  void consume(http::StreamId stream, std::size_t bytes) override {
    session_.consume(stream, bytes);
    this->flush_at_turn_end();
  }

  void last_word(http::StreamId stream) {
    // The exchange is still on the call stack: it goes when the turn ends.
    answered_.push_back(stream);
    this->flush_at_turn_end();
  }

  const exchange::Desk& desk_;
  const Timeouts& timeouts_;
  boost::unordered_flat_map<http::StreamId, std::unique_ptr<exchange::Exchange>> exchanges_;
  std::vector<http::StreamId> answered_;
  std::vector<http::ServerEvent> handling_;
  Clock::time_point active_at_ = Clock::now();  // when an exchange was last seen under way
  Clock::time_point close_at_ = Clock::time_point::max();
};

}  // namespace trunkline::net

#pragma once

// One client's connection: a driver whose session is h1's or h2's server session, with the
// exchanges that its requests have begun. Requests go in, answers come back by the Answerer port;
// neither side knows the protocol.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/smart_ptr/make_local_shared.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/exchange/exchange.hpp"
#include "gateway/net/driver.hpp"
#include "gateway/net/reception.hpp"
#include "gateway/observe/recorder.hpp"
#include "gateway/policy/connection_caps.hpp"

namespace trunkline::net {

/// Who has connected, and how.
struct Visit {
  observe::Wire wire;
  policy::Caller caller;
  policy::ConnectionCaps::Admission
      admission;  ///< its place under the caps, for as long as it is connected
};

template <class Stream, class Session>
class Connection final : public Driver<Stream, Session>,
                         public Supervised,
                         private exchange::Answerer {
  using Base = Driver<Stream, Session>;

 public:
  template <class... SessionArguments>
  Connection(Worker& worker, Stream stream, const Reception& reception, Visit visit,
             SessionArguments&&... arguments)
      : Base(worker, std::move(stream), std::forward<SessionArguments>(arguments)...),
        Supervised(Kind::kClient),
        reception_(reception),
        visit_(std::move(visit)),
        meters_(reception.recorder.meters().clients(visit_.wire)) {
    worker.supervise(*this);
    meters_.accepted.add();
    meters_.open.add();
  }

  ~Connection() {
    worker_.forget(*this);
    meters_.open.subtract();
  }

  void on_tick(Clock::time_point now) override {
    if (this->lingered_out(now)) return close();
    for (const auto& [stream, request] : requests_) request.exchange->on_tick(now);
    // While the wire is full we do not hear the client, and cannot blame it for being silent.
    if (!this->full() && session_.tick(now)) this->flush_at_turn_end();
    const policy::Patience& patience = reception_.patience;
    if (this->full() && now - this->sent_at() > patience.stalled) {
      reception_.recorder.meters().refuse(observe::Refusal::kPeerDoesNotRead);
      return close();
    }
    if (!requests_.empty() || session_.open_streams() > 0) {
      active_at_ = now;
    } else if (now >= close_at_) {
      close();
    } else if (now - std::max(active_at_, this->heard_at()) > patience.idle) {
      // Long idle: the same goodbye as a drain, so that a request on its way is not lost; and an
      // end in any case, since the client may not even hear it.
      drain();
      close_at_ = now + patience.stalled;
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

  struct Request {
    std::unique_ptr<exchange::Exchange> exchange;
    observe::RequestRecord record;
  };

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
  void on_read(std::size_t bytes) override { meters_.bytes_from_clients.add(bytes); }
  void on_written(std::size_t bytes) override { meters_.bytes_to_clients.add(bytes); }

  void settle() override {
    on_events();
    for (const http::StreamId stream : answered_) requests_.erase(stream);
    answered_.clear();
  }

  void on_last_words() override { requests_.clear(); }

  void on_closed() override {
    requests_.clear();
    worker_.forget(*this);
  }

  void handle(http::RequestEvent&& event) {
    const http::StreamId stream = event.stream;
    if (busy()) return session_.turn_away(stream);
    observe::RequestRecord record = reception_.recorder.begin(visit_.wire, this->heard_at());
    describe(record, event.head);
    beginning_ = &record;
    auto begun = exchange::receive(reception_.desk, *this, std::move(event));
    beginning_ = nullptr;
    if (begun) {
      requests_.emplace(stream, Request{std::move(begun), std::move(record)});
    } else {
      record.end(this->heard_at());  // answered at once: no look at the clock for that
    }
  }

  /// Streams that a client opens and resets end for it at once; what they have set going upstream
  /// goes on a while, and counts (CVE-2023-44487). Twice the limit, since a client at its limit
  /// may well give some up and begin others.
  bool busy() const noexcept {
    return running_ && running_.local_use_count() > 2 * long{reception_.h2.max_concurrent_streams};
  }

  void describe(observe::RequestRecord& record, const http::RequestHead& head) {
    if (!reception_.recorder.logs()) return;
    reception_.recorder.describe(
        record, {visit_.caller.address, head.method, head.target,
                 head.headers.find("user-agent").value_or(""), head.headers.only("x-request-id"),
                 head.headers.only("traceparent")});
  }

  void handle(http::DataEvent&& event) {
    const auto found = requests_.find(event.stream);
    if (found == requests_.end()) return session_.consume(event.stream, event.bytes.size());
    found->second.record.add_bytes_in(event.bytes.size());
    found->second.exchange->on_body(event.bytes, event.end);
  }

  void handle(http::TrailersEvent&& event) {
    const auto found = requests_.find(event.stream);
    if (found != requests_.end()) found->second.exchange->on_body({}, true);
  }

  void handle(http::ResetEvent&& event) {
    if (auto* told = record(event.stream)) {
      told->set_reason(event.given_up ? "The request stood still for too long."
                                      : "The client gave the request up.");
    }
    requests_.erase(event.stream);
  }

  void handle(http::SentEvent&& event) {
    const auto found = requests_.find(event.stream);
    if (found != requests_.end()) found->second.exchange->on_client_took(event.bytes);
  }

  const policy::Caller& caller() const override { return visit_.caller; }

  exchange::Permit permit() override {
    if (!running_) running_ = boost::make_local_shared<exchange::Running>();
    return running_;
  }

  observe::RequestRecord* record(http::StreamId stream) override {
    // While receive() has not returned, the request is in no table yet.
    if (beginning_ != nullptr) return beginning_;
    const auto found = requests_.find(stream);
    return found == requests_.end() ? nullptr : &found->second.record;
  }

  void respond(http::StreamId stream, const http::ResponseHead& head,
               http::SharedBody body) override {
    note(stream, head.status, body.size());
    session_.respond(stream, head, std::move(body));
    last_word(stream);
  }

  void start(http::StreamId stream, const http::ResponseHead& head) override {
    note(stream, head.status, 0);
    session_.start(stream, head);
    this->flush_at_turn_end();
  }

  void send(http::StreamId stream, http::SharedBody chunk) override {
    if (auto* told = record(stream)) told->add_bytes_out(chunk.size());
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

  void note(http::StreamId stream, int status, std::size_t bytes) {
    if (auto* told = record(stream)) {
      told->set_status(status);
      told->add_bytes_out(bytes);
    }
  }

  void last_word(http::StreamId stream) {
    // The exchange is still on the call stack: it goes when the turn ends.
    if (beginning_ == nullptr) answered_.push_back(stream);
    this->flush_at_turn_end();
  }

  const Reception& reception_;
  const Visit visit_;
  observe::ClientMeters& meters_;
  boost::unordered_flat_map<http::StreamId, Request> requests_;
  observe::RequestRecord* beginning_ = nullptr;  // of the request that receive() looks at
  exchange::Permit running_;                     // one owner more for each call under way
  std::vector<http::StreamId> answered_;
  std::vector<http::ServerEvent> handling_;
  Clock::time_point active_at_ = Clock::now();  // when a request was last seen under way
  Clock::time_point close_at_ = Clock::time_point::max();
};

}  // namespace trunkline::net

#pragma once

// The multiplexing mode `streams`, and the default: each worker keeps few persistent HTTP/2
// connections to every endpoint and carries many calls on each. A call goes to the line with the
// fewest calls; when no line has room it waits in a bounded queue, and when no backend is there
// it fails at once.
//
// A call is sent a second time only if the backend has provably not processed the first, or if it
// has no side effects and nothing of an answer was seen.

#include <memory>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "gateway/exchange/upstream.hpp"
#include "gateway/upstream/call_book.hpp"
#include "gateway/upstream/endpoint.hpp"
#include "gateway/upstream/settings.hpp"

namespace trunkline::upstream {

class Streams final : public exchange::Upstream, public Endpoint::Owner {
 public:
  Streams(net::Worker& worker, const Settings& settings);

  /// Begins to connect.
  void start();

  grpc::Result<exchange::CallId> begin(exchange::Call call,
                                       exchange::CallObserver& observer) override;
  void send(exchange::CallId call, http::SharedBody chunk, bool end) override;
  void consume(exchange::CallId call, std::size_t bytes) override;
  void cancel(exchange::CallId call) override;

  std::size_t open_calls() const noexcept { return calls_.size(); }

 private:
  // What the lines and endpoints report.
  void on_line_ready(Line& line) override;
  void on_line_draining(Line& line) override;
  void on_room() override;
  void on_line_closed(Line& line) override;
  void on_answered(CallRecord& call, const http::Headers& trailers) override;
  void on_broken(CallRecord& call, bool unprocessed, grpc::Error error) override;
  void on_endpoint_down(Endpoint& endpoint, const std::string& reason) override;
  void on_endpoint_up(Endpoint& endpoint) override;

  Endpoint* owner_of(const Line& line) const noexcept;
  Line* pick_line();
  bool hopeful() const noexcept;
  enum class Begun : std::uint8_t { kYes, kAway, kQueueFull };
  Begun send_or_wait(CallRecord& call);
  /// Takes the call off its line or out of the queue.
  void withdraw(CallRecord& call);
  void send_waiting();
  bool may_repeat(const CallRecord& call, bool unprocessed) const;
  void fail(CallRecord& call, const grpc::Error& error);
  void watch_deadlines();
  void expire();

  net::Worker& worker_;
  const Settings& settings_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  CallBook calls_;
  boost::intrusive::list<CallRecord, boost::intrusive::base_hook<QueueHook>> waiting_;
  boost::asio::steady_timer deadline_timer_;
  exchange::Clock::time_point watched_deadline_ = exchange::Clock::time_point::max();
};

}  // namespace trunkline::upstream

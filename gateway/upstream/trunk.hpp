#pragma once

// The lines of one worker to the endpoints of an upstream, and the calls that they carry. A call
// goes to the line with the fewest calls; when no line has room it waits in a bounded queue, and
// when no backend is there it fails at once. How many calls a line carries, and when lines are
// opened and closed, is the mode's seating.
//
// A call is sent a second time only if the backend has provably not processed the first, or if it
// has no side effects and nothing of an answer was seen.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "gateway/exchange/upstream.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/observe/meters.hpp"
#include "gateway/upstream/call_book.hpp"
#include "gateway/upstream/endpoint.hpp"
#include "gateway/upstream/settings.hpp"

namespace trunkline::upstream {

class Trunk final : public exchange::Upstream, public Endpoint::Owner {
 public:
  /// With a `tls`, lines are TLS.
  Trunk(net::Worker& worker, const Settings& settings, observe::Meters& meters,
        std::optional<net::TlsContext> tls = {}, Mode mode = Mode::kStreams);

  /// Begins to connect.
  void start();
  /// `reached` is called when a backend has come, at the start or again, or when one has gone and
  /// others are left: what they serve may be new.
  void on_reached(std::function<void()> reached) { on_reached_ = std::move(reached); }
  /// New lines go by this context; those that are there keep theirs.
  void renew(net::TlsContext tls) { tls_ = std::move(tls); }

  /// Whether the call can travel in this way; one that can't takes a stream.
  bool takes(const exchange::Call& call) const noexcept;

  grpc::Result<exchange::CallId> begin(exchange::Call call,
                                       exchange::CallObserver& observer) override;
  void send(exchange::CallId call, http::SharedBody chunk, bool end) override;
  void consume(exchange::CallId call, std::size_t bytes) override;
  void cancel(exchange::CallId call) override;
  std::string_view endpoint(exchange::CallId call) override;

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
  void on_endpoint_reached() override;
  void on_endpoint_lost() override;

  Endpoint* owner_of(const Line& line) const noexcept;
  Line* pick_line();
  /// Where calls travel alone, opens a line for each that waits, as far as there may be more.
  void make_room();
  bool hopeful() const noexcept;
  enum class Begun : std::uint8_t { kYes, kAway, kQueueFull };
  Begun send_or_wait(CallRecord& call);
  /// Takes the call off its line or out of the queue.
  void withdraw(CallRecord& call);
  void send_waiting();
  /// Remembers what was sent, as long as it is little, for a second attempt.
  static void keep(CallRecord& call, const http::SharedBody& chunk, bool end);
  void wait(CallRecord& call);
  void stop_waiting(CallRecord& call);
  bool may_repeat(const CallRecord& call, bool unprocessed) const;
  void fail(CallRecord& call, const grpc::Error& error);
  void watch_deadlines();
  void expire();

  net::Worker& worker_;
  const Settings& settings_;
  const Mode mode_;
  const Seating seating_;
  std::optional<net::TlsContext> tls_;
  observe::Meters& meters_;
  observe::UpstreamMeters& counts_;
  std::function<void()> on_reached_;
  std::size_t most_request_ = 64 * 1024;  // of a tunnel; until one has said what it takes, this
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  CallBook calls_;
  std::size_t turn_ = 0;  // of the endpoints, where lines have equally much to do
  boost::intrusive::list<CallRecord, boost::intrusive::base_hook<QueueHook>> waiting_;
  boost::asio::steady_timer deadline_timer_;
  exchange::Clock::time_point watched_deadline_ = exchange::Clock::time_point::max();
};

}  // namespace trunkline::upstream

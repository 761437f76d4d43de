#pragma once

// One HTTP/2 connection to a backend that carries calls: each on a stream of its own (StreamLine),
// or all in one stream (TunnelLine). What happens to a call when the line breaks is its owner's
// decision.

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/exchange/upstream.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/h2/client_session.hpp"
#include "gateway/net/any_stream.hpp"
#include "gateway/net/driver.hpp"
#include "gateway/observe/upstream_meters.hpp"
#include "gateway/upstream/call_record.hpp"
#include "gateway/upstream/settings.hpp"

namespace trunkline::upstream {

class Line : public net::Driver<net::AnyStream, h2::ClientSession>, public net::Supervised {
 public:
  /// Whom a line reports to.
  class Owner {
   public:
    /// The line can carry calls.
    virtual void on_line_ready(Line& line) = 0;
    /// The backend takes no further calls on it (GOAWAY); those it carries go on.
    virtual void on_line_draining(Line& line) = 0;
    /// A place may have become free.
    virtual void on_room() = 0;
    virtual void on_line_closed(Line& line) = 0;
    /// The answer is whole: trailers with grpc-status.
    virtual void on_answered(CallRecord& call, const http::Headers& trailers) = 0;
    /// The call ended without an answer. `unprocessed`: the backend has not seen it.
    virtual void on_broken(CallRecord& call, bool unprocessed, grpc::Error error) = 0;

   protected:
    ~Owner() = default;
  };

  /// The backend has said what it takes.
  virtual bool settled() const noexcept { return session_.settled(); }
  bool ready() const noexcept { return open() && settled() && !draining(); }
  virtual bool has_room() const noexcept = 0;
  /// So full that another line should be opened before this one has no room.
  virtual bool crowded() const noexcept = 0;
  virtual std::size_t calls() const noexcept = 0;
  /// The largest request that it takes, in bytes.
  virtual std::size_t most_request() const noexcept { return SIZE_MAX; }
  /// The backend's address.
  const std::string& endpoint() const noexcept { return meters_.name(); }
  /// Why it could not be used, half a sentence; empty if nobody knows.
  virtual std::string failure() const { return stream_.failure(); }

  virtual void carry(CallRecord& call) = 0;
  virtual void send(const CallRecord& call, http::SharedBody chunk, bool end) = 0;
  virtual void consume(const CallRecord& call, std::size_t bytes) = 0;
  virtual void cancel(CallRecord& call) = 0;

  void on_tick(net::Clock::time_point now) override;
  /// Nobody needs it any more: closes it, which is not the backend's fault.
  void retire();
  bool retired() const noexcept { return retired_; }
  void drain() override {}  // lines live as long as connections from clients need them
  void close() override { Driver::close(); }

 protected:
  Line(net::Worker& worker, net::AnyStream stream, const h2::ClientLimits& limits,
       const Settings& settings, Owner& owner, observe::EndpointMeters& meters);
  ~Line();

  /// A call that was on the line when it broke, if it is still the one with that id.
  struct Orphan {
    CallRecord* call;
    exchange::CallId id;
    bool unprocessed;
    static Orphan of(CallRecord& call, bool unprocessed) { return {&call, call.id(), unprocessed}; }
  };

  virtual bool draining() const noexcept { return session_.draining(); }
  virtual void handle(h2::ClientEvent&& event) = 0;
  /// All events of a read are handled.
  virtual void on_handled() {}
  /// The line is closed: gives up all its calls.
  virtual std::vector<Orphan> give_up_calls() = 0;

  /// The call is on this line from now on.
  void take_on(CallRecord& call);
  /// A call is on this line no more; `how` counts in which way.
  void let_go(observe::Count& how);
  void flush_soon();

  const Settings& settings_;
  Owner& owner_;
  observe::EndpointMeters& meters_;

 private:
  void on_events() override;
  void on_closed() override;
  bool lingers() const override { return false; }
  void report();

  std::vector<h2::ClientEvent> handling_;
  bool retired_ = false;
  bool reported_ready_ = false;
  bool reported_draining_ = false;
  net::Clock::time_point busy_since_ = net::Clock::time_point::max();  // calls are on the line
  net::Clock::time_point pinged_at_ = net::Clock::time_point::max();
  bool flush_posted_ = false;
};

}  // namespace trunkline::upstream

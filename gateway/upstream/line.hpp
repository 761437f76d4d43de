#pragma once

// One persistent HTTP/2 connection to a backend, with many calls on it. It carries; what happens
// to a call when the line breaks is its owner's decision.

#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/exchange/upstream.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/h2/client_session.hpp"
#include "gateway/net/driver.hpp"
#include "gateway/net/plain_stream.hpp"
#include "gateway/upstream/call_record.hpp"
#include "gateway/upstream/settings.hpp"

namespace trunkline::upstream {

class Line final : public net::Driver<net::PlainStream, h2::ClientSession>, public net::Supervised {
 public:
  /// Whom a line reports to.
  class Owner {
   public:
    /// The backend has sent its SETTINGS: the line can carry calls.
    virtual void on_line_ready(Line& line) = 0;
    /// The backend takes no further calls on it (GOAWAY); those it carries go on.
    virtual void on_line_draining(Line& line) = 0;
    /// A stream may have become free.
    virtual void on_room() = 0;
    virtual void on_line_closed(Line& line) = 0;
    /// The answer is whole: trailers with grpc-status.
    virtual void on_answered(CallRecord& call, const http::Headers& trailers) = 0;
    /// The stream ended without an answer. `unprocessed`: the backend has not seen the call.
    virtual void on_broken(CallRecord& call, bool unprocessed, grpc::Error error) = 0;

   protected:
    ~Owner() = default;
  };

  Line(net::Worker& worker, net::PlainStream stream, const Settings& settings,
       std::string authority, Owner& owner);
  ~Line();

  bool ready() const noexcept { return open() && session_.settled() && !session_.draining(); }
  bool has_room() const noexcept { return ready() && session_.can_submit(); }
  /// So full that another line should be opened before this one has no room.
  bool crowded() const noexcept;
  std::size_t calls() const noexcept { return calls_.size(); }
  bool settled() const noexcept { return session_.settled(); }

  void carry(CallRecord& call);
  void send(const CallRecord& call, http::SharedBody chunk, bool end);
  void consume(const CallRecord& call, std::size_t bytes);
  void cancel(const CallRecord& call);

  void on_tick(net::Clock::time_point now) override;
  void drain() override {}  // lines live as long as connections from clients need them
  void close() override { Driver::close(); }

 private:
  void on_events() override;
  void on_closed() override;
  bool lingers() const override { return false; }
  void flush_soon();
  CallRecord* call_on(http::StreamId stream) const noexcept;
  void answered(http::StreamId stream, CallRecord& call, const http::Headers& trailers);
  void broken(http::StreamId stream, CallRecord& call, bool unprocessed, std::string message);

  void handle(h2::ResponseEvent&& event);
  void handle(http::DataEvent&& event);
  void handle(http::TrailersEvent&& event);
  void handle(http::SentEvent&& event);
  void handle(h2::ClosedEvent&& event);

  const Settings& settings_;
  const std::string authority_;
  Owner& owner_;
  boost::unordered_flat_map<http::StreamId, CallRecord*> calls_;
  std::vector<h2::ClientEvent> handling_;
  bool reported_ready_ = false;
  bool reported_draining_ = false;
  net::Clock::time_point busy_since_ = net::Clock::time_point::max();  // calls are on the line
  net::Clock::time_point pinged_at_ = net::Clock::time_point::max();
  bool flush_posted_ = false;
};

}  // namespace trunkline::upstream

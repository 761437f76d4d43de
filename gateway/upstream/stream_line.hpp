#pragma once

// A line that carries each call on a stream of its own: as many at a time as the backend allows, or
// one, as the seating has it.

#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/upstream/line.hpp"
#include "gateway/upstream/seating.hpp"

namespace trunkline::upstream {

class StreamLine final : public Line {
 public:
  StreamLine(net::Worker& worker, net::AnyStream stream, const Settings& settings,
             const Seating& seating, std::string authority, Owner& owner,
             observe::EndpointMeters& meters);

  bool has_room() const noexcept override;
  bool crowded() const noexcept override;
  std::size_t calls() const noexcept override { return calls_.size(); }

  void carry(CallRecord& call) override;
  void send(const CallRecord& call, http::SharedBody chunk, bool end) override;
  void consume(const CallRecord& call, std::size_t bytes) override;
  void cancel(CallRecord& call) override;

  void on_tick(net::Clock::time_point now) override;

 private:
  void handle(h2::ClientEvent&& event) override;
  void on_handled() override;
  std::vector<Orphan> give_up_calls() override;

  void leave(http::StreamId stream, observe::Count& how);
  CallRecord* call_on(http::StreamId stream) const noexcept;
  void answered(http::StreamId stream, CallRecord& call, const http::Headers& trailers);
  void broken(http::StreamId stream, CallRecord& call, h2::ErrorCode code, std::string message);

  void take(h2::ResponseEvent&& event);
  void take(http::DataEvent&& event);
  void take(http::TrailersEvent&& event);
  void take(http::SentEvent&& event);
  void take(h2::ClosedEvent&& event);

  const Seating& seating_;
  const std::string authority_;
  boost::unordered_flat_map<http::StreamId, CallRecord*> calls_;
  bool used_ = false;
  // Of calls that were cancelled since the last tick, and before it.
  std::vector<exchange::Permit> leaving_;
  std::vector<exchange::Permit> left_;
};

}  // namespace trunkline::upstream

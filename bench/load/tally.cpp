#include "bench/load/tally.hpp"

#include <numeric>

namespace trunkline::load {

const char* name(Fault fault) {
  switch (fault) {
    case Fault::kConnect: return "connect";
    case Fault::kTimeout: return "timeout";
    case Fault::kReset: return "reset";
    case Fault::kClosed: return "closed";
    case Fault::kProtocol: return "protocol";
    case Fault::kStatus: return "status";
    case Fault::kBody: return "body";
    case Fault::kGrpc: return "grpc";
  }
  return "";
}

void Tally::answered(const Call& call, Clock::time_point now, const Fault* fault) {
  count(fault == nullptr ? answers_so_far_ : errors_so_far_);
  if (!window.holds(call.intended, now)) return;
  ++requests_;
  ++statuses_[static_cast<std::size_t>(call.status / 100) % statuses_.size()];
  body_bytes_ += call.bytes;
  if (fault != nullptr) {
    ++errors_[static_cast<std::size_t>(*fault)];
  } else {
    took(call, now);
  }
}

void Tally::failed(const Call& call, Clock::time_point now, Fault fault) {
  count(errors_so_far_);
  if (!window.holds(call.intended, now)) return;
  ++errors_[static_cast<std::size_t>(fault)];
  if (fault == Fault::kTimeout) took(call, now);
}

void Tally::not_sent(Clock::time_point intended, Clock::time_point now) {
  if (window.holds(intended, now)) ++not_sent_;
}

void Tally::took(const Call& call, Clock::time_point now) {
  latency_.add(now - call.intended);
  service_.add(now - call.sent);
}

std::uint64_t Tally::errors() const noexcept {
  return std::accumulate(errors_.begin(), errors_.end(), std::uint64_t{0});
}

void Tally::add(const Tally& other) {
  requests_ += other.requests_;
  for (std::size_t i = 0; i < errors_.size(); ++i) errors_[i] += other.errors_[i];
  for (std::size_t i = 0; i < statuses_.size(); ++i) statuses_[i] += other.statuses_[i];
  not_sent_ += other.not_sent_;
  unfinished_ += other.unfinished_;
  body_bytes_ += other.body_bytes_;
  received_ += other.received_;
  connects_ += other.connects_;
  latency_.add(other.latency_);
  service_.add(other.service_);
}

}  // namespace trunkline::load

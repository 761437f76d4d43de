#pragma once

// What one worker counts of one route: answers by protocol and status, and how long they took.

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "gateway/observe/answer_counts.hpp"
#include "gateway/observe/histogram.hpp"
#include "gateway/observe/wire.hpp"

namespace trunkline::observe {

// Of its own cache lines: another worker writes beside it.
class alignas(64) RouteMeters {
 public:
  explicit RouteMeters(std::string_view name) : name_(name) {}
  RouteMeters(const RouteMeters&) = delete;

  /// The route's template, or a gRPC method's path.
  const std::string& name() const noexcept { return name_; }

  /// By the owning thread only.
  void add(Wire wire, int status, int grpc_status, std::chrono::nanoseconds took) noexcept {
    answers_[is_http2(wire) ? 1 : 0].add(status, grpc_status);
    took_.add(took);
  }

  const AnswerCounts& answers(bool http2) const noexcept { return answers_[http2 ? 1 : 0]; }
  const Histogram& took() const noexcept { return took_; }

 private:
  const std::string name_;
  std::array<AnswerCounts, 2> answers_;
  Histogram took_;
};

}  // namespace trunkline::observe

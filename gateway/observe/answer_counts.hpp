#pragma once

// How many requests were answered with which status: the HTTP statuses by their number, those
// that nobody here uses together as "other", and beside them the grpc-status of calls.

#include <array>
#include <cstddef>
#include <cstdint>

#include "gateway/observe/count.hpp"

namespace trunkline::observe {

class AnswerCounts {
 public:
  /// 499: the client left before its answer, as nginx counts it.
  static constexpr std::array<std::uint16_t, 36> kStatuses{
      200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408,
      409, 411, 412, 413, 414, 415, 416, 417, 421, 428, 429, 431, 499, 500, 501, 502, 503, 504};
  static constexpr std::size_t kOther = kStatuses.size();
  static constexpr std::size_t kSlots = kStatuses.size() + 1;
  /// 0 to 16; anything else means 2, UNKNOWN.
  static constexpr std::size_t kGrpcStatuses = 17;

  /// By the owning thread only; `grpc_status` below 0 is none.
  void add(int status, int grpc_status) noexcept {
    statuses_[slot(status)].add();
    if (grpc_status < 0) return;
    constexpr std::size_t kUnknown = 2;
    const auto code = static_cast<std::size_t>(grpc_status);
    grpc_statuses_[code < kGrpcStatuses ? code : kUnknown].add();
  }

  std::uint64_t in_slot(std::size_t slot) const noexcept { return statuses_[slot].value(); }
  std::uint64_t with_grpc_status(std::size_t code) const noexcept {
    return grpc_statuses_[code].value();
  }

 private:
  static constexpr int kLowest = 200;
  static constexpr int kHighest = 599;

  static constexpr std::array<std::uint8_t, kHighest - kLowest + 1> kSlotOf = [] {
    std::array<std::uint8_t, kHighest - kLowest + 1> slots{};
    slots.fill(kOther);
    for (std::size_t i = 0; i < kStatuses.size(); ++i) {
      slots[kStatuses[i] - kLowest] = static_cast<std::uint8_t>(i);
    }
    return slots;
  }();

  static constexpr std::size_t slot(int status) noexcept {
    if (status < kLowest || status > kHighest) return kOther;
    return kSlotOf[static_cast<std::size_t>(status - kLowest)];
  }

  std::array<Count, kSlots> statuses_;
  std::array<Count, kGrpcStatuses> grpc_statuses_;
};

}  // namespace trunkline::observe

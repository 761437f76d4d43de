#pragma once

// A client that sends a server session whatever bytes it likes, cut into pieces of one size, and
// what came of it.

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/gateway/h2/wire.hpp"

namespace trunkline::h2 {

inline constexpr std::uint8_t kPriority = 2, kPushPromise = 5, kUnknown = 0x42;
inline constexpr std::uint8_t kPadded = 8, kPriorityFlag = 0x20;

/// Four bytes, most significant first.
inline std::string number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

inline std::string get_request(std::uint32_t stream) {
  return frame(kHeaders, kEndHeaders | kEndStream, stream, get_fields());
}

/// A request of which more is to come.
inline std::string open_request(std::uint32_t stream, std::string_view more_fields = {}) {
  return frame(kHeaders, kEndHeaders, stream, get_fields().append(more_fields));
}

inline std::string rst_stream(std::uint32_t stream) {
  return frame(kRstStream, 0, stream, number(8));
}

inline std::string window_update(std::uint32_t stream, std::uint32_t increment) {
  return frame(kWindowUpdate, 0, stream, number(increment));
}

inline std::string initial_window(std::uint32_t bytes) {
  return frame(kSettings, 0, 0, std::string("\0\x04", 2) + number(bytes));
}

inline std::string settings_ack() {
  return frame(kSettings, kAck, 0, "");
}

inline std::string times(int count, std::string_view bytes) {
  std::string all;
  for (int i = 0; i < count; ++i) all.append(bytes);
  return all;
}

class RawClient {
 public:
  explicit RawClient(std::size_t piece = std::string::npos, const Limits& limits = {})
      : server(limits, "http", kDate, meters), piece_(piece) {}

  /// What the server says to `bytes`. They are gone afterwards, so that a sanitizer sees who still
  /// looks at them.
  std::vector<SeenFrame> say(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::vector<char> piece(
          bytes.begin(),
          bytes.begin() + static_cast<std::ptrdiff_t>(std::min(piece_, bytes.size())));
      server.feed({piece.data(), piece.size()});
      take_events();
      bytes.remove_prefix(piece.size());
    }
    return listen();
  }

  std::vector<SeenFrame> listen() {
    auto heard = frames(gathered(server));
    take_events();
    return heard;
  }

  /// Begins a connection as every client does.
  void greet() { say(hello() + settings_ack()); }

  /// The server's clock, by its owner, `since_start` after some beginning.
  bool tick(std::chrono::milliseconds since_start) {
    return server.tick(std::chrono::steady_clock::time_point{std::chrono::hours(1)} + since_start);
  }

  void expect_unharmed() {
    EXPECT_TRUE(server.wants_read());
    EXPECT_FALSE(server.finished());
    EXPECT_EQ(refusals(), 0u);
  }

  /// `heard` ends the connection with `code`, counted once and for `reason`.
  void expect_cut_off(const std::vector<SeenFrame>& heard, ErrorCode code,
                      observe::Refusal reason) {
    const auto goaways = of_type(heard, kGoaway);
    ASSERT_EQ(goaways.size(), 1u);
    EXPECT_EQ(goaways[0].error_code(), static_cast<std::uint32_t>(code));
    EXPECT_TRUE(server.finished());
    EXPECT_FALSE(server.wants_read());
    EXPECT_EQ(meters.refusals(reason), 1u) << observe::name_of(reason);
    EXPECT_EQ(refusals(), 1u) << "and nothing else is counted";
  }

  /// Of every kind.
  std::uint64_t refusals() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < observe::kRefusals; ++i) {
      sum += meters.refusals(static_cast<observe::Refusal>(i));
    }
    return sum;
  }

  observe::Meters meters;
  ServerSession server;
  std::vector<http::ServerEvent> events;

 private:
  void take_events() {
    for (auto& event : server.events()) {
      if (auto* data = std::get_if<http::DataEvent>(&event)) {
        data->bytes = kept_.emplace_back(data->bytes);
      }
      events.push_back(std::move(event));
    }
    server.events().clear();
  }

  std::size_t piece_;
  std::deque<std::string> kept_;
};

/// The facts hold however the bytes are cut.
class InPieces : public testing::TestWithParam<std::size_t> {};

inline auto pieces() {
  return testing::Values(1, 7, 100'000'000);
}

}  // namespace trunkline::h2

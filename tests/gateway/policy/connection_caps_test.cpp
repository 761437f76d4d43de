#include "gateway/policy/connection_caps.hpp"

#include <atomic>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

using observe::Refusal;
using Admission = ConnectionCaps::Admission;

constexpr std::size_t kDescriptors = 1024;

class Door {
 public:
  explicit Door(ConnectionSettings settings, std::size_t descriptors = kDescriptors)
      : caps(settings, descriptors) {}

  /// Keeps the connection; the refusal if there is none.
  std::optional<Refusal> knock(std::string_view address) {
    auto admitted = caps.admit(parse_address(address).value());
    if (const Refusal* reason = std::get_if<Refusal>(&admitted)) return *reason;
    inside.push_back(std::move(std::get<Admission>(admitted)));
    return std::nullopt;
  }

  ConnectionCaps caps;
  std::vector<Admission> inside;
};

TEST(ConnectionCaps, AreAHundredForOneAddress) {
  Door door({});
  for (int i = 0; i < 100; ++i) ASSERT_EQ(door.knock("192.0.2.7"), std::nullopt) << i;
  EXPECT_EQ(door.knock("192.0.2.7"), Refusal::kConnectionsPerAddress);
  EXPECT_EQ(door.knock("192.0.2.8"), std::nullopt) << "a neighbour is not refused for it";
  EXPECT_EQ(door.caps.open(), 101u);
}

TEST(ConnectionCaps, GiveAPlaceBackWhenAConnectionEnds) {
  Door door({.per_address = 2});
  ASSERT_EQ(door.knock("192.0.2.7"), std::nullopt);
  ASSERT_EQ(door.knock("192.0.2.7"), std::nullopt);
  ASSERT_EQ(door.knock("192.0.2.7"), Refusal::kConnectionsPerAddress);
  door.inside.pop_back();
  EXPECT_EQ(door.knock("192.0.2.7"), std::nullopt);
  EXPECT_EQ(door.knock("192.0.2.7"), Refusal::kConnectionsPerAddress);
  door.inside.clear();
  EXPECT_EQ(door.caps.open(), 0u);
}

TEST(ConnectionCaps, ARefusalTakesNoPlace) {
  Door door({.per_address = 1, .in_all = 2});
  ASSERT_EQ(door.knock("192.0.2.7"), std::nullopt);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(door.knock("192.0.2.7"), Refusal::kConnectionsPerAddress);
  }
  ASSERT_EQ(door.knock("192.0.2.8"), std::nullopt);
  for (int i = 0; i < 10; ++i) ASSERT_EQ(door.knock("192.0.2.9"), Refusal::kConnectionsInAll);
  door.inside.clear();
  EXPECT_EQ(door.caps.open(), 0u);
  EXPECT_EQ(door.knock("192.0.2.9"), std::nullopt);
}

TEST(ConnectionCaps, AreOffOnLoopbackUnlessAskedFor) {
  Door door({.per_address = 1});
  for (const char* address : {"127.0.0.1", "::1", "::ffff:127.0.0.1", "127.9.9.9"}) {
    EXPECT_EQ(door.knock(address), std::nullopt) << address;
    EXPECT_EQ(door.knock(address), std::nullopt) << address;
  }
  Door strict({.per_address = 1, .loopback_too = true});
  EXPECT_EQ(strict.knock("127.0.0.1"), std::nullopt);
  EXPECT_EQ(strict.knock("127.0.0.1"), Refusal::kConnectionsPerAddress);
}

TEST(ConnectionCaps, CountLoopbackAmongAll) {
  Door door({.in_all = 1});
  EXPECT_EQ(door.knock("127.0.0.1"), std::nullopt);
  EXPECT_EQ(door.knock("127.0.0.1"), Refusal::kConnectionsInAll);
}

TEST(ConnectionCaps, TakeANetworkOfIpv6ForOneClient) {
  Door door({.per_address = 1});
  EXPECT_EQ(door.knock("2001:db8:0:1::1"), std::nullopt);
  EXPECT_EQ(door.knock("2001:db8:0:1:ffff::2"), Refusal::kConnectionsPerAddress);
  EXPECT_EQ(door.knock("2001:db8:0:2::1"), std::nullopt);
}

TEST(ConnectionCaps, TakeMappedIpv4ForIpv4) {
  Door door({.per_address = 1});
  EXPECT_EQ(door.knock("192.0.2.7"), std::nullopt);
  EXPECT_EQ(door.knock("::ffff:192.0.2.7"), Refusal::kConnectionsPerAddress);
  EXPECT_EQ(door.knock("::ffff:192.0.2.8"), std::nullopt) << "not one network of IPv6";
}

TEST(ConnectionCaps, ZeroForAnAddressIsNoCap) {
  Door door({.per_address = 0});
  for (int i = 0; i < 500; ++i) ASSERT_EQ(door.knock("192.0.2.7"), std::nullopt);
}

TEST(ConnectionCaps, LeaveDescriptorsForTheRest) {
  const auto in_all = [](std::size_t descriptors) {
    return ConnectionCaps({}, descriptors).in_all();
  };
  EXPECT_EQ(in_all(1024), 896u);
  EXPECT_EQ(in_all(256), 192u);
  EXPECT_EQ(in_all(20'000), 17'500u);
  EXPECT_EQ(in_all(0), 1u);
  EXPECT_EQ(in_all(10), 1u);
  EXPECT_EQ(in_all(std::numeric_limits<std::size_t>::max()), 1'000'000u);
  EXPECT_EQ(ConnectionCaps({.in_all = 7}, 1024).in_all(), 7u);
}

TEST(ConnectionCaps, AnAdmissionMovesAndCountsOnce) {
  ConnectionCaps caps({}, kDescriptors);
  {
    Admission first = std::get<Admission>(caps.admit(*parse_address("192.0.2.7")));
    Admission second = std::move(first);
    Admission third;
    third = std::move(second);
    EXPECT_EQ(caps.open(), 1u);
    third = Admission();
    EXPECT_EQ(caps.open(), 0u);
  }
  EXPECT_EQ(caps.open(), 0u);
}

TEST(ConnectionCaps, HoldOverAllWorkers) {
  ConnectionCaps caps({.per_address = 50}, kDescriptors);
  std::atomic<int> admitted{0};
  std::atomic<int> most{0};
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&] {
      std::vector<Admission> mine;
      for (int i = 0; i < 20'000; ++i) {
        auto answer = caps.admit(*parse_address("192.0.2.7"));
        if (auto* admission = std::get_if<Admission>(&answer)) {
          const int now = ++admitted;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
          }
          mine.push_back(std::move(*admission));
        }
        if (i % 7 == 0 && !mine.empty()) {
          --admitted;
          mine.pop_back();
        }
      }
      admitted -= static_cast<int>(mine.size());
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(most, 50);
  EXPECT_EQ(caps.open(), 0u);
}

}  // namespace
}  // namespace trunkline::policy

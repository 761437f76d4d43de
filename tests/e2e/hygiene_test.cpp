// What a gateway holds after a day's work is what it held after its first hour.

#include <thread>

#include <gtest/gtest.h>

#include "tests/support/load.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using support::Stack;

// Fragmentation of the heap and buffers that grow to their working size.
constexpr long kGrowthKib = 4 * 1024;
// The arenas of the backend's many threads fill up by some 15 MiB over its first 150,000 calls, and
// stay so. 330 bytes lost by each of 100,000 calls would be seen.
constexpr long kBackendGrowthKib = 32 * 1024;

void ask(Stack& stack, long requests, const std::vector<std::string>& options) {
  std::vector<std::string> arguments{"-n", std::to_string(requests), "-c", "16"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.push_back(stack.url("/agents"));
  EXPECT_EQ(support::load(arguments).ok, requests);
}

TEST(Hygiene, MemoryDoesNotGrowWithTheNumberOfRequests) {
  auto& stack = support::shared_stack("2015");
  ask(stack, 10'000, {"-m", "32"});
  const long gateway = stack.gateway().resident_kib();
  const long backend = stack.backend().resident_kib();
  ASSERT_GT(gateway, 0);
  ask(stack, 100'000, {"-m", "32"});
  EXPECT_LT(stack.gateway().resident_kib(), gateway + kGrowthKib) << "it was " << gateway;
  EXPECT_LT(stack.backend().resident_kib(), backend + kBackendGrowthKib) << "it was " << backend;
}

TEST(Hygiene, MemoryDoesNotGrowWithTheNumberOfConnections) {
  auto& stack = support::shared_stack("2015");
  const auto connect_often = [&](long times) {
    ask(stack, times, {"--h1", "-c", std::to_string(times / 4)});
  };
  connect_often(2'000);
  const long before = stack.gateway().resident_kib();
  for (int i = 0; i < 5; ++i) connect_often(2'000);
  EXPECT_LT(stack.gateway().resident_kib(), before + kGrowthKib) << "it was " << before;
}

TEST(Hygiene, DescriptorsReturnToWhatTheyWere) {
  auto& stack = support::shared_stack("2015");
  ask(stack, 1'000, {"-m", "8"});
  int before = 0;
  ASSERT_TRUE(support::eventually(2s, [&] {
    before = stack.gateway().descriptors();
    std::this_thread::sleep_for(200ms);
    return before == stack.gateway().descriptors();
  }));
  ASSERT_GT(before, 0);
  // One stream a connection, so that the gateway needs no further lines to the backend.
  for (const std::string protocol : {"--h1", "-m1"}) {
    ask(stack, 2'000, {protocol, "-c", "200"});
    EXPECT_TRUE(support::eventually(2s, [&] { return stack.gateway().descriptors() <= before; }))
        << protocol << ": " << stack.gateway().descriptors() << " instead of " << before;
  }
}

}  // namespace
}  // namespace trunkline::e2e

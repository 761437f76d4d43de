#include "gateway/upstream/switchboard.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/upstream/trunk_fixture.hpp"

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;

/// One unary call at a time, so that a second one waits; and as many others as there may be.
class SwitchboardTest : public TrunkTest {
 protected:
  SwitchboardTest() {
    begin();
    settings.mode = Mode::kExclusive;
    settings.pool = 1;
    board.emplace(worker, settings, meters);
    board->start();
  }

  exchange::Upstream& port() { return board->port(); }

  exchange::CallId begin_call(Observer& observer, bool unary) {
    exchange::Call made = call();
    made.unary = unary;
    const auto begun = port().begin(std::move(made), observer);
    EXPECT_TRUE(begun);
    return *begun;
  }

  std::uint64_t queued() { return meters.upstream("default").queued.value(); }

  std::optional<Switchboard> board;
};

TEST_F(SwitchboardTest, LetsUnaryCallsTravelInTheirOwnWayAndOthersOnSharedLines) {
  begin_call(observe(), true);
  ASSERT_TRUE(until(requests(1)));
  for (Observer& observer : observe(2)) begin_call(observer, false);
  ASSERT_TRUE(until(requests(3)));
  EXPECT_NE(backend->requests[1].connection, backend->requests[0].connection);
  EXPECT_EQ(backend->requests[2].connection, backend->requests[1].connection);
  begin_call(observe(), true);
  settle();
  EXPECT_EQ(backend->requests.size(), 3u);
  EXPECT_EQ(queued(), 1u);
}

TEST_F(SwitchboardTest, TellsTheCallsOfBothWaysApart) {
  Observer& unary = observe();
  Observer& other = observe();
  const auto first = begin_call(unary, true);
  ASSERT_TRUE(until(requests(1)));
  const auto second = begin_call(other, false);
  ASSERT_TRUE(until(requests(2)));
  EXPECT_NE(first, second);
  EXPECT_FALSE(port().endpoint(first).empty());
  EXPECT_FALSE(port().endpoint(second).empty());
  port().cancel(first);
  EXPECT_TRUE(port().endpoint(first).empty());
  EXPECT_FALSE(port().endpoint(second).empty());
  backend->answer(backend->requests[1], "x");
  EXPECT_TRUE(until([&] { return other.status == "0"; }));
  EXPECT_EQ(unary.ends, 0);
}

TEST_F(SwitchboardTest, HasOnePortLessToPassWhereAllCallsShareLines) {
  settings.mode = Mode::kStreams;
  Switchboard shared(worker, settings, meters);
  EXPECT_EQ(&shared.port(), static_cast<exchange::Upstream*>(&shared.streams()));
  EXPECT_NE(&port(), static_cast<exchange::Upstream*>(&board->streams()));
}

}  // namespace
}  // namespace trunkline::upstream

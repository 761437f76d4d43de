#include "gateway/upstream/seating.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/upstream/trunk_fixture.hpp"

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;

class AloneTest : public TrunkTest {
 protected:
  AloneTest() { settings.pool = 2; }

  /// Begins so many calls and returns when the backend has those that can travel.
  void begin_calls(std::size_t count, std::size_t travelling) {
    for (Observer& observer : observe(count)) ASSERT_TRUE(trunk->begin(call(), observer));
    ASSERT_TRUE(until(requests(travelling)));
    settle();
    EXPECT_EQ(backend->requests.size(), travelling);
  }

  void answer_one_by_one(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_TRUE(until(requests(i + 1)));
      backend->answer(backend->requests[i], "x");
    }
    EXPECT_TRUE(until([&] { return trunk->open_calls() == 0; }));
  }

  void expect_no_connection_with_two_calls() {
    for (const auto& connection : backend->connections) {
      EXPECT_LE(connection->session().open_streams(), 1u);
    }
  }

  const observe::EndpointMeters& counts() {
    return meters.upstream("default").endpoint("127.0.0.1:" + std::to_string(backend->port()));
  }
};

class ExclusiveTest : public AloneTest {
 protected:
  ExclusiveTest() { settings.mode = Mode::kExclusive; }
};

class PerRequestTest : public AloneTest {
 protected:
  PerRequestTest() { settings.mode = Mode::kPerRequest; }
};

TEST_F(ExclusiveTest, CarriesOneCallAtATimeOnEachLineAndQueuesTheRest) {
  begin();
  begin_calls(5, 2);
  expect_no_connection_with_two_calls();
  EXPECT_EQ(meters.upstream("default").queued.value(), 3u);
  answer_one_by_one(5);
  EXPECT_EQ(backend->connections.size(), 2u);
  EXPECT_EQ(meters.upstream("default").queued.value(), 0u);
}

TEST_F(ExclusiveTest, KeepsItsLineForTheNextCall) {
  begin();
  for (std::size_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(trunk->begin(call(), observe()));
    ASSERT_TRUE(until(requests(i + 1)));
    backend->answer(backend->requests[i], "x");
    ASSERT_TRUE(until([&] { return trunk->open_calls() == 0; }));
  }
  EXPECT_EQ(backend->connections.size(), 1u);
}

TEST_F(ExclusiveTest, OpensALineForEachCallThatWaitsWithoutAPause) {
  settings.pool = 8;
  begin();
  settings.least_backoff = 5s;
  settings.most_backoff = 5s;
  begin_calls(6, 6);
  EXPECT_EQ(backend->connections.size(), 6u);
}

TEST_F(ExclusiveTest, KeepsTheLineWhoseCallWasCancelled) {
  settings.pool = 1;
  begin();
  const auto id = trunk->begin(call(), observe());
  ASSERT_TRUE(until(requests(1)));
  trunk->cancel(*id);
  Observer& next = observe();
  ASSERT_TRUE(trunk->begin(call(), next));
  ASSERT_TRUE(until(requests(2)));
  EXPECT_EQ(backend->resets, 1) << "the stream before is closed first";
  EXPECT_EQ(backend->connections.size(), 1u);
  backend->answer(backend->requests[1], "x");
  EXPECT_TRUE(until([&] { return next.status == "0"; }));
}

TEST_F(ExclusiveTest, RefusesWhatDoesNotFitInTheQueue) {
  settings.queue = 2;
  begin();
  begin_calls(2, 2);
  begin_calls(2, 2);
  const auto refused = trunk->begin(call(), observe());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, grpc::Code::kUnavailable);
}

TEST_F(ExclusiveTest, SpreadsItsLinesOverTheEndpoints) {
  ScriptedBackend other(worker);
  other.come();
  settings.endpoints.push_back({"127.0.0.1", other.port()});
  begin();
  for (Observer& observer : observe(4)) ASSERT_TRUE(trunk->begin(call(), observer));
  EXPECT_TRUE(until([&] { return backend->requests.size() + other.requests.size() == 4; }));
  EXPECT_EQ(backend->requests.size(), 2u);
  EXPECT_EQ(other.requests.size(), 2u);
  other.go();
}

TEST_F(ExclusiveTest, OpensLinesAgainAsFarAsCallsWaitWhenAllAreLost) {
  begin();
  begin_calls(2, 2);
  for (const auto& connection : backend->connections) connection->close();
  ASSERT_TRUE(until(requests(4))) << "reads are sent again";
  answer_one_by_one(4);
}

TEST_F(PerRequestTest, OpensNoLineInAdvance) {
  begin();
  settle();
  EXPECT_TRUE(backend->connections.empty());
}

TEST_F(PerRequestTest, CarriesEachCallOnALineOfItsOwnAndClosesIt) {
  begin();
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(trunk->begin(call(), observe()));
    ASSERT_TRUE(until(requests(i + 1)));
    backend->answer(backend->requests[i], "x");
    ASSERT_TRUE(until([&] { return trunk->open_calls() == 0; }));
    EXPECT_TRUE(until([&] { return counts().lines_open.value() == 0; }));
  }
  EXPECT_EQ(backend->connections.size(), 3u);
  EXPECT_EQ(counts().lines_failed.value(), 0u);
}

TEST_F(PerRequestTest, HasNoMoreLinesThanItsPoolAndQueuesTheRest) {
  begin();
  begin_calls(5, 2);
  EXPECT_EQ(counts().lines_open.value(), 2u);
  EXPECT_EQ(meters.upstream("default").queued.value(), 3u);
  answer_one_by_one(5);
  EXPECT_EQ(backend->connections.size(), 5u);
}

TEST_F(PerRequestTest, ClosesTheLineOfACallThatWasCancelledAndTellsTheBackend) {
  begin();
  const auto id = trunk->begin(call(), observe());
  ASSERT_TRUE(until(requests(1)));
  trunk->cancel(*id);
  EXPECT_TRUE(until([&] { return backend->resets == 1 && counts().lines_open.value() == 0; }));
}

TEST_F(PerRequestTest, KeepsNoLineThatCameTooLateForItsCall) {
  begin();
  const auto id = trunk->begin(call(), observe());
  trunk->cancel(*id);
  EXPECT_TRUE(until(
      [&] { return counts().lines_opened.value() == 1 && counts().lines_open.value() == 0; }));
  EXPECT_TRUE(backend->requests.empty());
}

TEST_F(PerRequestTest, GoesOnWithWhatWaitsWhenALineBreaks) {
  begin();
  begin_calls(4, 2);
  backend->connections[0]->close();
  answer_one_by_one(5);
}

}  // namespace
}  // namespace trunkline::upstream

// Calls in tunnels to a scripted backend; what holds in every mode is in trunk_test.cpp.

#include "gateway/upstream/tunnel_line.hpp"

#include <gtest/gtest.h>

#include "gateway/upstream/switchboard.hpp"
#include "tests/gateway/upstream/trunk_fixture.hpp"

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;

class TunnelLineTest : public TrunkTest {
 protected:
  TunnelLineTest() { settings.mode = Mode::kTunnel; }

  /// Begins, and returns when there is a tunnel.
  void begin_with_tunnel() {
    begin();
    ASSERT_TRUE(until([&] { return backend->credit > 0; }));
    settle();
  }

  exchange::Call unary() {
    exchange::Call made = call();
    made.unary = true;
    return made;
  }

  std::optional<Switchboard> board;  // lives as long as the event loop runs
};

TEST_F(TunnelLineTest, CarriesManyCallsInOneStreamAndTheirBurstInOneMessage) {
  begin_with_tunnel();
  const int before = backend->tunnel_messages;
  std::deque<Observer>& observers = observe(50);
  for (Observer& observer : observers) ASSERT_TRUE(trunk->begin(call(), observer));
  ASSERT_TRUE(until(requests(50)));
  EXPECT_EQ(backend->tunnel_messages, before + 1);
  EXPECT_EQ(backend->connections.size(), 1u);
  EXPECT_EQ(backend->connections[0]->session().open_streams(), 1u);
  for (auto request = backend->requests.rbegin(); request != backend->requests.rend(); ++request) {
    backend->answer(*request, "x");
  }
  EXPECT_TRUE(until([&] { return trunk->open_calls() == 0; }));
}

TEST_F(TunnelLineTest, BringsALargeAnswerWholeAndGivesItsCreditBack) {
  settings.h2.connection_window = 100'000;
  begin_with_tunnel();
  Observer& observer = observe();
  const auto id = trunk->begin(call(), observer);
  ASSERT_TRUE(until(requests(1)));
  const std::uint64_t before = backend->credit;
  backend->answer(backend->requests[0], std::string(90'000, 'a'));
  ASSERT_TRUE(until([&] { return observer.status == "0"; }));
  EXPECT_EQ(observer.body, ScriptedBackend::framed(std::string(90'000, 'a')));
  EXPECT_TRUE(until([&] { return backend->credit >= before + 90'000; }));
}

TEST_F(TunnelLineTest, SendsCallsThatCrossedWithADrainOnceMoreElsewhere) {
  begin_with_tunnel();
  Observer& taken = observe();
  Observer& crossed = observe();
  ASSERT_TRUE(trunk->begin(call(false), taken));
  ASSERT_TRUE(trunk->begin(call(false), crossed));
  ASSERT_TRUE(until(requests(2)));
  auto& old = *backend->connections[0];
  tunnel::v1::ServerFrames drain;
  drain.mutable_drain()->set_last_id(backend->requests[0].call);
  old.say(drain);
  backend->end(backend->requests[1], grpc::Code::kUnavailable, true);
  ASSERT_TRUE(until(requests(3)));
  EXPECT_NE(backend->requests[2].connection, &old);
  backend->answer(backend->requests[0], "x");
  backend->answer(backend->requests[2], "y");
  EXPECT_TRUE(until([&] { return taken.status == "0" && crossed.status == "0"; }));
  EXPECT_EQ(trunk->open_calls(), 0u);
}

TEST_F(TunnelLineTest, OpensAnotherLineWhenATunnelFillsUp) {
  settings.most_lines = 2;
  begin();
  backend->tunnel_limits.set_calls(4);
  for (Observer& observer : observe(8)) ASSERT_TRUE(trunk->begin(call(), observer));
  EXPECT_TRUE(until(requests(8)));
  EXPECT_EQ(backend->connections.size(), 2u);
}

TEST_F(TunnelLineTest, FailsWritesAndRepeatsReadsWhenTheServerEndsTheTunnel) {
  begin_with_tunnel();
  Observer& write = observe();
  Observer& read = observe();
  ASSERT_TRUE(trunk->begin(call(false), write));
  ASSERT_TRUE(trunk->begin(call(true), read));
  ASSERT_TRUE(until(requests(2)));
  backend->connections[0]->end_tunnel("8");
  ASSERT_TRUE(until(requests(3)));
  EXPECT_EQ(write.failure, grpc::Code::kUnavailable);
  backend->answer(backend->requests[2], "x");
  EXPECT_TRUE(until([&] { return read.status == "0"; }));
}

TEST_F(TunnelLineTest, LetsCallsTakeStreamsAsLongAsThereIsNoTunnel) {
  backend = std::make_unique<ScriptedBackend>(worker);
  backend->tunnels = false;
  backend->come();
  settings.endpoints.front() = {"127.0.0.1", backend->port()};
  settings.least_backoff = 5ms;
  settings.most_backoff = 10ms;
  board.emplace(worker, settings, meters);
  board->start();
  const observe::EndpointMeters& counts =
      meters.upstream("default").endpoint("127.0.0.1:" + std::to_string(backend->port()));
  ASSERT_TRUE(until([&] { return counts.lines_failed.value() > 0; }));
  Observer& without = observe();
  ASSERT_TRUE(board->port().begin(unary(), without));
  ASSERT_TRUE(until(requests(1)));
  EXPECT_EQ(backend->requests[0].call, 0u);
  backend->answer(backend->requests[0], "x");
  ASSERT_TRUE(until([&] { return without.status == "0"; }));

  backend->tunnels = true;
  ASSERT_TRUE(until([&] { return backend->credit > 0; }));
  settle();
  Observer& with = observe();
  ASSERT_TRUE(board->port().begin(unary(), with));
  ASSERT_TRUE(until(requests(2)));
  EXPECT_NE(backend->requests[1].call, 0u);
  backend->answer(backend->requests[1], "x");
  EXPECT_TRUE(until([&] { return with.status == "0"; }));
}

TEST_F(TunnelLineTest, LetsACallThatIsTooLargeForTheTunnelTakeAStream) {
  backend = std::make_unique<ScriptedBackend>(worker);
  backend->tunnel_limits.set_request_bytes(1'000);
  backend->come();
  settings.endpoints.front() = {"127.0.0.1", backend->port()};
  board.emplace(worker, settings, meters);
  board->start();
  ASSERT_TRUE(until([&] { return backend->credit > 0; }));
  settle();
  exchange::Call large = unary();
  large.body = http::SharedBody(ScriptedBackend::framed(std::string(1'001, 'q')));
  ASSERT_TRUE(board->port().begin(std::move(large), observe()));
  ASSERT_TRUE(until(requests(1)));
  EXPECT_EQ(backend->requests[0].call, 0u);
  ASSERT_TRUE(board->port().begin(unary(), observe()));
  ASSERT_TRUE(until(requests(2)));
  EXPECT_NE(backend->requests[1].call, 0u);
}

}  // namespace
}  // namespace trunkline::upstream

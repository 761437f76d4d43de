#include "gateway/upstream/trunk.hpp"

#include <boost/smart_ptr/make_local_shared.hpp>
#include <gtest/gtest.h>

#include "tests/gateway/upstream/trunk_fixture.hpp"

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;

class EveryModeTest : public TrunkTest, public testing::WithParamInterface<Mode> {
 protected:
  EveryModeTest() { settings.mode = GetParam(); }

  void carry_one() {
    Observer& observer = observe();
    ASSERT_TRUE(trunk->begin(call(), observer));
    ASSERT_TRUE(until(requests(1)));
    backend->answer(backend->requests[0], "x");
    ASSERT_TRUE(until([&] { return observer.status == "0"; }));
  }
};

/// The modes in which a call has a stream of its own.
class OwnStreamTest : public EveryModeTest {};

TEST_P(EveryModeTest, CarriesACallAndItsAnswer) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(trunk->begin(call(), observer));
  ASSERT_TRUE(until(requests(1)));
  const auto& request = backend->requests[0];
  EXPECT_EQ(request.head.target, "/t.Things/Get");
  EXPECT_TRUE(request.head.headers.contains("grpc-timeout"));
  ASSERT_TRUE(until([&] { return request.body == kQuestion; }));
  backend->answer(request, "answer");
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.body.substr(grpc::kPrefixBytes), "answer");
  EXPECT_EQ(observer.status, "0");
  EXPECT_EQ(trunk->open_calls(), 0u);
}

TEST_P(OwnStreamTest, SaysWhatGrpcWantsToBeSaid) {
  begin();
  ASSERT_TRUE(trunk->begin(call(), observe()));
  ASSERT_TRUE(until(requests(1)));
  const auto& request = backend->requests[0];
  EXPECT_EQ(request.head.method, "POST");
  EXPECT_EQ(request.head.headers.find("te"), "trailers");
  EXPECT_EQ(request.head.headers.find("content-type"), "application/grpc");
}

TEST_F(TrunkTest, CarriesManyCallsOnOneLine) {
  begin();
  std::deque<Observer>& observers = observe(50);
  for (Observer& observer : observers) ASSERT_TRUE(trunk->begin(call(), observer));
  ASSERT_TRUE(until(requests(50)));
  EXPECT_EQ(backend->connections.size(), 1u);
  for (const auto& request : backend->requests) backend->answer(request, "x");
  EXPECT_TRUE(until([&] {
    return std::all_of(observers.begin(), observers.end(),
                       [](const Observer& one) { return one.status == "0"; });
  }));
}

TEST_F(TrunkTest, HonoursTheBackendsLimitOfStreamsAndQueuesTheRest) {
  h2::Limits limits;
  limits.max_concurrent_streams = 4;
  settings.most_lines = 1;
  begin(limits);
  std::deque<Observer>& observers = observe(10);
  for (Observer& observer : observers) ASSERT_TRUE(trunk->begin(call(), observer));
  ASSERT_TRUE(until(requests(4)));
  EXPECT_FALSE(until(requests(5)));
  EXPECT_EQ(backend->connections[0]->session().open_streams(), 4u);
  for (std::size_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(until(requests(i + 1)));
    backend->answer(backend->requests[i], "x");
  }
  EXPECT_TRUE(until([&] { return trunk->open_calls() == 0; }));
}

TEST_F(TrunkTest, OpensAnotherLineWhenOneFillsUp) {
  h2::Limits limits;
  limits.max_concurrent_streams = 4;
  settings.most_lines = 2;
  begin(limits);
  std::deque<Observer>& observers = observe(8);
  for (Observer& observer : observers) ASSERT_TRUE(trunk->begin(call(), observer));
  EXPECT_TRUE(until(requests(8)));
  EXPECT_EQ(backend->connections.size(), 2u);
}

TEST_F(TrunkTest, RefusesWhatDoesNotFitInTheQueue) {
  h2::Limits limits;
  limits.max_concurrent_streams = 1;
  settings.most_lines = 1;
  settings.queue = 2;
  begin(limits);
  ASSERT_TRUE(until([&] { return backend->connections.size() == 1; }));
  until([] { return false; });  // settled
  std::deque<Observer>& observers = observe(4);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(trunk->begin(call(), observers[i])) << i;
  const auto refused = trunk->begin(call(), observers[3]);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, grpc::Code::kUnavailable);
  EXPECT_EQ(observers[3].ends, 0);
}

TEST_P(EveryModeTest, FailsAtOnceWhenTheBackendIsAway) {
  begin();
  carry_one();
  backend->go();
  Observer& observer = observe();
  ASSERT_TRUE(until([&] { return !trunk->begin(call(), observer); }));
}

TEST_P(EveryModeTest, ServesAgainWhenTheBackendIsBack) {
  begin();
  carry_one();
  backend->go();
  Observer& before = observe();
  ASSERT_TRUE(until([&] { return !trunk->begin(call(), before); }));
  backend->come();
  Observer& after = observe();
  ASSERT_TRUE(until([&] { return trunk->begin(call(), after).has_value(); }));
  ASSERT_TRUE(until(requests(2)));
  backend->answer(backend->requests.back(), "x");
  EXPECT_TRUE(until([&] { return after.status == "0"; }));
}

TEST_P(EveryModeTest, SendsARefusedCallOnceMore) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(trunk->begin(call(false), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->refuse(backend->requests[0], h2::ErrorCode::kRefusedStream);
  ASSERT_TRUE(until(requests(2)));
  EXPECT_EQ(observer.ends, 0);
  backend->refuse(backend->requests[1], h2::ErrorCode::kRefusedStream);
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
  EXPECT_EQ(backend->requests.size(), 2u);
}

TEST_P(OwnStreamTest, SendsARefusedCallOnceMoreWithTheBodyThatFollowedIt) {
  begin();
  Observer& observer = observe();
  exchange::Call made = call(false);
  made.body = {};
  made.ended = false;
  const auto id = trunk->begin(std::move(made), observer);
  ASSERT_TRUE(id);
  trunk->send(*id, http::SharedBody(kQuestion), true);
  ASSERT_TRUE(until([&] { return requests(1)() && backend->requests[0].body == kQuestion; }));
  backend->refuse(backend->requests[0], h2::ErrorCode::kRefusedStream);
  ASSERT_TRUE(until([&] { return requests(2)() && backend->requests[1].body == kQuestion; }));
  backend->answer(backend->requests[1], "answer");
  EXPECT_TRUE(until([&] { return observer.status == "0"; }));
}

TEST_P(OwnStreamTest, SendsNoPartOfABodyOnceMore) {
  begin();
  Observer& observer = observe();
  exchange::Call made = call(false);
  made.ended = false;
  const auto id = trunk->begin(std::move(made), observer);
  ASSERT_TRUE(id);
  ASSERT_TRUE(until(requests(1)));
  trunk->send(*id, http::SharedBody(" and more"), true);
  ASSERT_TRUE(
      until([&] { return requests(1)() && backend->requests[0].body == kQuestion + " and more"; }));
  backend->refuse(backend->requests[0], h2::ErrorCode::kRefusedStream);
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
  EXPECT_EQ(backend->requests.size(), 1u);
}

TEST_F(TrunkTest, HoldsTheClientsPlaceUntilTheBackendMustKnowOfTheCancellation) {
  begin();
  exchange::Call made = call(false);
  const auto permit = boost::make_local_shared<exchange::Running>();
  made.permit = permit;
  const auto id = trunk->begin(std::move(made), observe());
  ASSERT_TRUE(id);
  ASSERT_TRUE(until(requests(1)));
  trunk->cancel(*id);
  EXPECT_EQ(permit.local_use_count(), 2);
  EXPECT_TRUE(until([&] { return backend->resets == 1; }));
}

TEST_F(TrunkTest, CountsWhatBecomesOfCalls) {
  begin();
  const observe::EndpointMeters& counts =
      meters.upstream("default").endpoint("127.0.0.1:" + std::to_string(backend->port()));
  Observer& answered = observe();
  ASSERT_TRUE(trunk->begin(call(), answered));
  ASSERT_TRUE(until(requests(1)));
  EXPECT_EQ(counts.calls_under_way.value(), 1u);
  backend->answer(backend->requests[0], "answer");
  ASSERT_TRUE(until([&] { return answered.ends == 1; }));
  const auto left = trunk->begin(call(), observe());
  trunk->cancel(*left);
  EXPECT_EQ(counts.calls_begun.value(), 2u);
  EXPECT_EQ(counts.calls_ended.value(), 1u);
  EXPECT_EQ(counts.calls_canceled.value(), 1u);
  EXPECT_EQ(counts.calls_under_way.value(), 0u);
  EXPECT_GE(counts.lines_open.value(), 1u);
}

TEST_P(EveryModeTest, RepeatsAReadWhoseLineBroke) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(trunk->begin(call(true), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->connections[0]->close();
  ASSERT_TRUE(until(requests(2)));
  backend->answer(backend->requests[1], "x");
  EXPECT_TRUE(until([&] { return observer.status == "0"; }));
}

TEST_P(EveryModeTest, NeverRepeatsAWriteWhoseLineBroke) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(trunk->begin(call(false), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->connections[0]->close();
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
  EXPECT_EQ(backend->requests.size(), 1u);
}

TEST_P(EveryModeTest, NeverRepeatsWhatHasBegunToAnswer) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(trunk->begin(call(true), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->begin_answer(backend->requests[0], "begun");
  ASSERT_TRUE(until([&] { return observer.body.ends_with("begun"); }));
  backend->requests[0].connection->close();
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(backend->requests.size(), 1u);
}

TEST_P(EveryModeTest, RepeatsAReadThatAServerDroppedWhileShuttingDown) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(trunk->begin(call(true), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->end(backend->requests[0], grpc::Code::kCancelled);
  ASSERT_TRUE(until(requests(2)));
  backend->answer(backend->requests[1], "x");
  EXPECT_TRUE(until([&] { return observer.status == "0"; }));
}

TEST_F(TrunkTest, MovesToANewLineAfterGoaway) {
  begin();
  Observer& before = observe();
  ASSERT_TRUE(trunk->begin(call(), before));
  ASSERT_TRUE(until(requests(1)));
  auto& old = *backend->connections[0];
  old.session().drain();
  old.flush();
  Observer& after = observe();
  ASSERT_TRUE(until([&] { return backend->connections.size() == 2; }));
  ASSERT_TRUE(trunk->begin(call(), after));
  ASSERT_TRUE(until(requests(2)));
  EXPECT_NE(backend->requests[1].connection, &old);
  backend->answer(backend->requests[0], "x");
  backend->answer(backend->requests[1], "y");
  EXPECT_TRUE(until([&] { return before.status == "0" && after.status == "0"; }));
}

TEST_P(EveryModeTest, EndsACallAtItsDeadline) {
  begin();
  Observer& observer = observe();
  exchange::Call late = call();
  late.deadline = exchange::Clock::now() + 50ms;
  ASSERT_TRUE(trunk->begin(std::move(late), observer));
  ASSERT_TRUE(until(requests(1)));
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kDeadlineExceeded);
  EXPECT_TRUE(until([&] { return backend->resets == 1; })) << "the backend is told";
}

TEST_P(EveryModeTest, TellsTheBackendOfACancelAndTheObserverNothing) {
  begin();
  Observer& observer = observe();
  const auto id = trunk->begin(call(), observer);
  ASSERT_TRUE(until(requests(1)));
  trunk->cancel(*id);
  EXPECT_TRUE(until([&] { return backend->resets == 1; }));
  EXPECT_EQ(observer.ends, 0);
  EXPECT_EQ(trunk->open_calls(), 0u);
}

TEST_P(EveryModeTest, LetsTheNextCallInWhenOneIsCancelled) {
  h2::Limits limits;
  limits.max_concurrent_streams = 1;
  settings.most_lines = 1;
  settings.pool = 1;
  begin(limits);
  backend->tunnel_limits.set_calls(1);
  Observer& first = observe();
  Observer& second = observe();
  const auto id = trunk->begin(call(), first);
  ASSERT_TRUE(until(requests(1)));
  ASSERT_TRUE(trunk->begin(call(), second));
  trunk->cancel(*id);
  EXPECT_TRUE(until(requests(2)));
}

TEST_P(OwnStreamTest, FailsACallThatEndsWithoutAStatus) {
  begin();
  Observer& observer = observe();
  exchange::Call streaming = call(false);
  streaming.ended = false;
  ASSERT_TRUE(trunk->begin(std::move(streaming), observer));
  ASSERT_TRUE(until(requests(1)));
  auto& connection = *backend->requests[0].connection;
  connection.session().respond(backend->requests[0].stream, {200, {}}, http::SharedBody("bytes"));
  connection.flush();
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kInternal);
}

TEST_P(OwnStreamTest, EndsTheRequestOfACallThatIsAnsweredEarly) {
  begin();
  Observer& observer = observe();
  exchange::Call streaming = call(false);
  streaming.ended = false;
  ASSERT_TRUE(trunk->begin(std::move(streaming), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->answer(backend->requests[0], "enough");
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.status, "0");
  EXPECT_TRUE(until([&] { return backend->connections[0]->session().open_streams() == 0; }));
}

TEST_P(OwnStreamTest, FailsACallThatIsAnsweredWithoutGrpc) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(trunk->begin(call(false), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->requests[0].connection->session().respond(backend->requests[0].stream, {502, {}},
                                                     http::SharedBody("bad gateway"));
  backend->requests[0].connection->flush();
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
}

TEST_P(EveryModeTest, FailsWhatWaitsWhenTheFirstConnectionCantBeMade) {
  backend = std::make_unique<ScriptedBackend>(worker);
  backend->come();
  backend->go();
  settings.endpoints = {{"127.0.0.1", backend->port()}};
  trunk = std::make_unique<Trunk>(worker, settings, meters, std::nullopt, settings.mode);
  trunk->start();
  Observer& observer = observe();
  ASSERT_TRUE(trunk->begin(call(), observer)) << "it is not known yet that nobody is there";
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
}

INSTANTIATE_TEST_SUITE_P(Upstream, EveryModeTest,
                         testing::Values(Mode::kStreams, Mode::kExclusive, Mode::kPerRequest,
                                         Mode::kTunnel),
                         [](const auto& tested) { return name_of(tested.param); });
INSTANTIATE_TEST_SUITE_P(Upstream, OwnStreamTest,
                         testing::Values(Mode::kStreams, Mode::kExclusive, Mode::kPerRequest),
                         [](const auto& tested) { return name_of(tested.param); });

}  // namespace
}  // namespace trunkline::upstream

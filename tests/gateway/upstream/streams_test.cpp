#include "gateway/upstream/streams.hpp"

#include <deque>

#include <gtest/gtest.h>

#include "tests/gateway/upstream/scripted_backend.hpp"

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;

struct Observer final : exchange::CallObserver {
  void on_head(http::ResponseHead&&) override {}
  void on_data(std::string_view bytes) override { body += bytes; }
  void on_done(const http::Headers& trailers) override {
    status = trailers.find("grpc-status").value_or("none");
    ++ends;
  }
  void on_failed(const grpc::Error& error) override {
    failure = error.code;
    message = error.message;
    ++ends;
  }

  std::string body;
  std::string status;
  std::optional<grpc::Code> failure;
  std::string message;
  int ends = 0;
};

class StreamsTest : public testing::Test {
 protected:
  void begin(const h2::Limits& limits = {}) {
    backend = std::make_unique<ScriptedBackend>(worker, limits);
    backend->come();
    settings.endpoints = {{"127.0.0.1", backend->port()}};
    settings.least_backoff = 10ms;
    settings.most_backoff = 50ms;
    streams = std::make_unique<Streams>(worker, settings);
    streams->start();
  }

  void TearDown() override {
    if (backend) backend->go();
    worker.io().restart();
    worker.io().run_for(20ms);
  }

  /// Lets the event loop run until `done`, for at most two seconds.
  template <class Done>
  bool until(Done done) {
    const auto deadline = net::Clock::now() + 2s;
    while (!done() && net::Clock::now() < deadline) {
      worker.io().restart();
      worker.io().run_for(1ms);
    }
    return done();
  }

  exchange::Call call(bool repeatable = true) {
    exchange::Call made;
    made.path = "/t.Things/Get";
    made.body = http::SharedBody("question");
    made.deadline = exchange::Clock::now() + 10s;
    made.repeatable = repeatable;
    return made;
  }

  auto requests(std::size_t count) {
    return [this, count] { return backend->requests.size() >= count; };
  }

  Observer& observe() { return observe(1).front(); }
  std::deque<Observer>& observe(std::size_t count) { return observers_.emplace_back(count); }

  net::Worker worker;
  Settings settings;
  std::unique_ptr<ScriptedBackend> backend;
  std::unique_ptr<Streams> streams;

 private:
  // They live longer than the test's body: calls may be under way when it ends.
  std::deque<std::deque<Observer>> observers_;
};

TEST_F(StreamsTest, CarriesACallAndItsAnswer) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(streams->begin(call(), observer));
  ASSERT_TRUE(until(requests(1)));
  const auto& request = backend->requests[0];
  EXPECT_EQ(request.head.method, "POST");
  EXPECT_EQ(request.head.target, "/t.Things/Get");
  EXPECT_EQ(request.head.headers.find("te"), "trailers");
  EXPECT_EQ(request.head.headers.find("content-type"), "application/grpc");
  EXPECT_TRUE(request.head.headers.contains("grpc-timeout"));
  ASSERT_TRUE(until([&] { return request.body == "question"; }));
  backend->answer(request, "answer");
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.body.substr(grpc::kPrefixBytes), "answer");
  EXPECT_EQ(observer.status, "0");
  EXPECT_EQ(streams->open_calls(), 0u);
}

TEST_F(StreamsTest, CarriesManyCallsOnOneLine) {
  begin();
  std::deque<Observer>& observers = observe(50);
  for (Observer& observer : observers) ASSERT_TRUE(streams->begin(call(), observer));
  ASSERT_TRUE(until(requests(50)));
  EXPECT_EQ(backend->connections.size(), 1u);
  for (const auto& request : backend->requests) backend->answer(request, "x");
  EXPECT_TRUE(until([&] {
    return std::all_of(observers.begin(), observers.end(),
                       [](const Observer& one) { return one.status == "0"; });
  }));
}

TEST_F(StreamsTest, HonoursTheBackendsLimitOfStreamsAndQueuesTheRest) {
  h2::Limits limits;
  limits.max_concurrent_streams = 4;
  settings.most_lines = 1;
  begin(limits);
  std::deque<Observer>& observers = observe(10);
  for (Observer& observer : observers) ASSERT_TRUE(streams->begin(call(), observer));
  ASSERT_TRUE(until(requests(4)));
  EXPECT_FALSE(until(requests(5)));
  EXPECT_EQ(backend->connections[0]->session().open_streams(), 4u);
  for (std::size_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(until(requests(i + 1)));
    backend->answer(backend->requests[i], "x");
  }
  EXPECT_TRUE(until([&] { return streams->open_calls() == 0; }));
}

TEST_F(StreamsTest, OpensAnotherLineWhenOneFillsUp) {
  h2::Limits limits;
  limits.max_concurrent_streams = 4;
  settings.most_lines = 2;
  begin(limits);
  std::deque<Observer>& observers = observe(8);
  for (Observer& observer : observers) ASSERT_TRUE(streams->begin(call(), observer));
  EXPECT_TRUE(until(requests(8)));
  EXPECT_EQ(backend->connections.size(), 2u);
}

TEST_F(StreamsTest, RefusesWhatDoesNotFitInTheQueue) {
  h2::Limits limits;
  limits.max_concurrent_streams = 1;
  settings.most_lines = 1;
  settings.queue = 2;
  begin(limits);
  ASSERT_TRUE(until([&] { return backend->connections.size() == 1; }));
  until([] { return false; });  // settled
  std::deque<Observer>& observers = observe(4);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(streams->begin(call(), observers[i])) << i;
  const auto refused = streams->begin(call(), observers[3]);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, grpc::Code::kUnavailable);
  EXPECT_EQ(observers[3].ends, 0);
}

TEST_F(StreamsTest, FailsAtOnceWhenTheBackendIsAway) {
  begin();
  ASSERT_TRUE(until([&] { return backend->connections.size() == 1; }));
  backend->go();
  Observer& observer = observe();
  ASSERT_TRUE(until([&] { return !streams->begin(call(), observer); }));
}

TEST_F(StreamsTest, ServesAgainWhenTheBackendIsBack) {
  begin();
  ASSERT_TRUE(until([&] { return backend->connections.size() == 1; }));
  backend->go();
  Observer& before = observe();
  ASSERT_TRUE(until([&] { return !streams->begin(call(), before); }));
  backend->come();
  Observer& after = observe();
  ASSERT_TRUE(until([&] { return streams->begin(call(), after).has_value(); }));
  ASSERT_TRUE(until([&] { return !backend->requests.empty(); }));
  backend->answer(backend->requests.back(), "x");
  EXPECT_TRUE(until([&] { return after.status == "0"; }));
}

TEST_F(StreamsTest, SendsARefusedCallOnceMore) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(streams->begin(call(false), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->refuse(backend->requests[0], h2::ErrorCode::kRefusedStream);
  ASSERT_TRUE(until(requests(2)));
  EXPECT_EQ(observer.ends, 0);
  backend->refuse(backend->requests[1], h2::ErrorCode::kRefusedStream);
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
  EXPECT_EQ(backend->requests.size(), 2u);
}

TEST_F(StreamsTest, RepeatsAReadWhoseLineBroke) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(streams->begin(call(true), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->connections[0]->close();
  ASSERT_TRUE(until(requests(2)));
  backend->answer(backend->requests[1], "x");
  EXPECT_TRUE(until([&] { return observer.status == "0"; }));
}

TEST_F(StreamsTest, NeverRepeatsAWriteWhoseLineBroke) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(streams->begin(call(false), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->connections[0]->close();
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
  EXPECT_EQ(backend->requests.size(), 1u);
}

TEST_F(StreamsTest, NeverRepeatsWhatHasBegunToAnswer) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(streams->begin(call(true), observer));
  ASSERT_TRUE(until(requests(1)));
  auto& connection = *backend->requests[0].connection;
  connection.session().start(backend->requests[0].stream, {200, {}});
  connection.session().send(backend->requests[0].stream, http::SharedBody("begun"));
  connection.flush();
  ASSERT_TRUE(until([&] { return observer.body == "begun"; }));
  connection.close();
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(backend->requests.size(), 1u);
}

TEST_F(StreamsTest, RepeatsAReadThatAServerDroppedWhileShuttingDown) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(streams->begin(call(true), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->requests[0].connection->session().respond(backend->requests[0].stream,
                                                     {200, {{"grpc-status", "1"}}}, {});
  backend->requests[0].connection->flush();
  ASSERT_TRUE(until(requests(2)));
  backend->answer(backend->requests[1], "x");
  EXPECT_TRUE(until([&] { return observer.status == "0"; }));
}

TEST_F(StreamsTest, MovesToANewLineAfterGoaway) {
  begin();
  Observer& before = observe();
  ASSERT_TRUE(streams->begin(call(), before));
  ASSERT_TRUE(until(requests(1)));
  auto& old = *backend->connections[0];
  old.session().drain();
  old.flush();
  Observer& after = observe();
  ASSERT_TRUE(until([&] { return backend->connections.size() == 2; }));
  ASSERT_TRUE(streams->begin(call(), after));
  ASSERT_TRUE(until(requests(2)));
  EXPECT_NE(backend->requests[1].connection, &old);
  backend->answer(backend->requests[0], "x");
  backend->answer(backend->requests[1], "y");
  EXPECT_TRUE(until([&] { return before.status == "0" && after.status == "0"; }));
}

TEST_F(StreamsTest, EndsACallAtItsDeadline) {
  begin();
  Observer& observer = observe();
  exchange::Call late = call();
  late.deadline = exchange::Clock::now() + 50ms;
  ASSERT_TRUE(streams->begin(std::move(late), observer));
  ASSERT_TRUE(until(requests(1)));
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kDeadlineExceeded);
  EXPECT_TRUE(until([&] { return backend->resets == 1; })) << "the backend is told";
}

TEST_F(StreamsTest, TellsTheBackendOfACancelAndTheObserverNothing) {
  begin();
  Observer& observer = observe();
  const auto id = streams->begin(call(), observer);
  ASSERT_TRUE(until(requests(1)));
  streams->cancel(*id);
  EXPECT_TRUE(until([&] { return backend->resets == 1; }));
  EXPECT_EQ(observer.ends, 0);
  EXPECT_EQ(streams->open_calls(), 0u);
}

TEST_F(StreamsTest, LetsTheNextCallInWhenOneIsCancelled) {
  h2::Limits limits;
  limits.max_concurrent_streams = 1;
  settings.most_lines = 1;
  begin(limits);
  Observer& first = observe();
  Observer& second = observe();
  const auto id = streams->begin(call(), first);
  ASSERT_TRUE(until(requests(1)));
  ASSERT_TRUE(streams->begin(call(), second));
  streams->cancel(*id);
  EXPECT_TRUE(until(requests(2)));
}

TEST_F(StreamsTest, FailsACallThatEndsWithoutAStatus) {
  begin();
  Observer& observer = observe();
  exchange::Call streaming = call(false);
  streaming.ended = false;
  ASSERT_TRUE(streams->begin(std::move(streaming), observer));
  ASSERT_TRUE(until(requests(1)));
  auto& connection = *backend->requests[0].connection;
  connection.session().respond(backend->requests[0].stream, {200, {}}, http::SharedBody("bytes"));
  connection.flush();
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
}

TEST_F(StreamsTest, EndsTheRequestOfACallThatIsAnsweredEarly) {
  begin();
  Observer& observer = observe();
  exchange::Call streaming = call(false);
  streaming.ended = false;
  ASSERT_TRUE(streams->begin(std::move(streaming), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->answer(backend->requests[0], "enough");
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.status, "0");
  EXPECT_TRUE(until([&] { return backend->connections[0]->session().open_streams() == 0; }));
}

TEST_F(StreamsTest, FailsACallThatIsAnsweredWithoutGrpc) {
  begin();
  Observer& observer = observe();
  ASSERT_TRUE(streams->begin(call(false), observer));
  ASSERT_TRUE(until(requests(1)));
  backend->requests[0].connection->session().respond(backend->requests[0].stream, {502, {}},
                                                     http::SharedBody("bad gateway"));
  backend->requests[0].connection->flush();
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
}

TEST_F(StreamsTest, FailsWhatWaitsWhenTheFirstConnectionCantBeMade) {
  backend = std::make_unique<ScriptedBackend>(worker);
  backend->come();
  backend->go();
  settings.endpoints = {{"127.0.0.1", backend->port()}};
  streams = std::make_unique<Streams>(worker, settings);
  streams->start();
  Observer& observer = observe();
  ASSERT_TRUE(streams->begin(call(), observer)) << "it is not known yet that nobody is there";
  ASSERT_TRUE(until([&] { return observer.ends == 1; }));
  EXPECT_EQ(observer.failure, grpc::Code::kUnavailable);
}

}  // namespace
}  // namespace trunkline::upstream

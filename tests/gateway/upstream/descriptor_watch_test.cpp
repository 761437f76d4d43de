#include "gateway/upstream/descriptor_watch.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/upstream/scripted_backend.hpp"

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;

class DescriptorWatchTest : public testing::Test {
 protected:
  DescriptorWatchTest() {
    backend.come();
    settings.endpoints = {{"127.0.0.1", backend.port()}};
    settings.least_backoff = 10ms;
    settings.most_backoff = 50ms;
  }

  ~DescriptorWatchTest() override {
    backend.go();
    run(20ms);
  }

  void start() {
    trunk = std::make_unique<Trunk>(worker, settings, meters);
    trunk->start();
    watch = std::make_unique<DescriptorWatch>(
        worker, *trunk, [this](const auto& told) { ++(told ? answers : failures); });
    watch->start();
  }

  void run(std::chrono::milliseconds time) {
    worker.io().restart();
    worker.io().run_for(time);
  }

  template <class Done>
  bool until(Done done) {
    const auto deadline = net::Clock::now() + 5s;
    while (!done() && net::Clock::now() < deadline) run(1ms);
    return done();
  }

  bool asked(std::size_t times) {
    return until([&] { return backend.requests.size() >= times; });
  }

  /// As a backend that has no services.
  void tell() {
    const auto& request = backend.requests.back();
    EXPECT_TRUE(request.head.target.starts_with("/grpc.reflection.")) << request.head.target;
    backend.answer(request, std::string_view("\x32\x00", 2));
  }

  net::Worker worker;
  observe::Meters meters;
  Settings settings;
  ScriptedBackend backend{worker};
  std::unique_ptr<Trunk> trunk;
  std::unique_ptr<DescriptorWatch> watch;
  int answers = 0;
  int failures = 0;
};

TEST_F(DescriptorWatchTest, AsksUntilItIsToldAndThenNoMore) {
  start();
  ASSERT_TRUE(asked(1));
  tell();
  ASSERT_TRUE(until([&] { return answers == 1; }));
  run(700ms);
  EXPECT_EQ(backend.requests.size(), 1u);
}

TEST_F(DescriptorWatchTest, AsksAgainWhoDoesNotTell) {
  start();
  ASSERT_TRUE(asked(1));
  backend.refuse(backend.requests.back(), h2::ErrorCode::kInternalError);
  ASSERT_TRUE(until([&] { return failures == 1; }));
  ASSERT_EQ(backend.requests.size(), 1u);
  EXPECT_TRUE(asked(2));
}

TEST_F(DescriptorWatchTest, AsksAgainWhoTellsWhatIsOfNoUse) {
  start();
  ASSERT_TRUE(asked(1));
  tell();
  ASSERT_TRUE(until([&] { return answers == 1; }));
  watch->ask_later();
  EXPECT_TRUE(asked(2));
}

TEST_F(DescriptorWatchTest, AsksWhoIsLeftWhenAnotherHasGone) {
  ScriptedBackend other{worker};
  other.come();
  settings.endpoints.push_back({"127.0.0.1", other.port()});
  start();
  const auto tell_all = [&] {
    for (ScriptedBackend* one : {&backend, &other}) {
      for (const auto& request : std::exchange(one->requests, {})) {
        one->answer(request, std::string_view("\x32\x00", 2));
      }
    }
    run(1ms);
  };
  ASSERT_TRUE(until([&] {
    tell_all();
    return answers >= 1 && other.connections.size() == 1 && backend.connections.size() == 1;
  }));
  for (int i = 0; i < 50; ++i) tell_all();
  const int before = answers;
  other.go();
  ASSERT_TRUE(asked(1));
  tell();
  EXPECT_TRUE(until([&] { return answers > before; }));
  run(20ms);  // its connections end before it does
}

TEST_F(DescriptorWatchTest, AsksAgainWhoeverHasComeBack) {
  start();
  ASSERT_TRUE(asked(1));
  tell();
  ASSERT_TRUE(until([&] { return answers == 1; }));
  backend.requests.clear();
  backend.go();
  run(30ms);
  backend.come();
  ASSERT_TRUE(asked(1));
  tell();
  EXPECT_TRUE(until([&] { return answers == 2; }));
}

// A backend that is replaced behind one address may never be seen to be away.
TEST_F(DescriptorWatchTest, AsksAgainWhenALineWasLostThoughNobodyWasAway) {
  start();
  ASSERT_TRUE(asked(1));
  tell();
  ASSERT_TRUE(until([&] { return answers == 1; }));
  backend.requests.clear();
  const auto lost = std::exchange(backend.connections, {});
  for (const auto& connection : lost) connection->close();
  ASSERT_TRUE(asked(1));
  tell();
  EXPECT_TRUE(until([&] { return answers == 2; }));
}

TEST_F(DescriptorWatchTest, AsksOnceComeWhoWasAwayAtTheStart) {
  backend.go();
  start();
  ASSERT_TRUE(until([&] { return failures >= 1; }));
  backend.come();
  ASSERT_TRUE(asked(1));
  tell();
  EXPECT_TRUE(until([&] { return answers == 1; }));
}

}  // namespace
}  // namespace trunkline::upstream

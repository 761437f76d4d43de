// The end of each program: what was accepted is answered, and who asks twice is not kept waiting.

#include <csignal>
#include <future>
#include <iostream>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/table_lock.hpp"
#include "tests/support/load.hpp"
#include "tests/support/socket.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using support::Answer;
using support::LoadReport;
using support::Process;
using support::Stack;
using support::Wire;

constexpr long kConnections = 4;
constexpr long kStreams = 40;
constexpr long kRequests = kConnections * kStreams;

class Shutdown : public testing::Test {
 protected:
  explicit Shutdown(std::string gateway = "{}")
      : stack_(database().conninfo(), std::move(gateway),
               // Calls that wait for a locked table are to wait for it, on a slow machine too.
               R"({"database": {"wait_ms": 30000}})") {
    stack_.start();
  }

  static support::Database& database() {
    static support::Database one = support::Cluster::shared().load("demo", "e2e_shutdown");
    return one;
  }

  void TearDown() override {
    if (HasFailure()) std::cerr << stack_.logs();
  }

  /// All at once, so that all are under way until the first is answered.
  std::future<LoadReport> many_requests(const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"-n", std::to_string(kRequests)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(stack_.url("/agents"));
    return std::async(std::launch::async, [arguments] { return support::load(arguments); });
  }
  std::future<LoadReport> many_requests_by_h2() {
    return many_requests({"-c", std::to_string(kConnections), "-m", std::to_string(kStreams)});
  }
  std::future<LoadReport> many_requests_by_h1() {
    return many_requests({"--h1", "-c", std::to_string(kRequests), "-m", "1"});
  }
  std::future<Answer> one_request(Wire wire) {
    return std::async(std::launch::async, [this, wire] { return stack_.get("/agents", wire); });
  }

  static void expect_all_answered(std::future<LoadReport> requests) {
    const LoadReport report = requests.get();
    EXPECT_EQ(report.ok, kRequests) << report.text;
    EXPECT_EQ(report.failed, 0) << report.text;
    EXPECT_EQ(report.errored, 0) << report.text;
  }

  static void expect_answered(std::future<Answer> request) {
    const Answer answer = request.get();
    EXPECT_EQ(answer.status, 200) << testing::PrintToString(answer);
  }

  Stack stack_;
};

TEST_F(Shutdown, GatewayAnswersWhatItAcceptedAndEndsWithZero) {
  std::optional<TableLock> lock(std::in_place, database(), 10s);
  auto by_h2 = many_requests_by_h2();
  auto by_h1 = many_requests_by_h1();
  auto by_tls_h2 = one_request(Wire::kTlsH2);
  auto by_tls_h1 = one_request(Wire::kTlsH1);
  ASSERT_TRUE(lock->wait_for_waiters(2s));
  std::this_thread::sleep_for(1s);  // until all have come in
  stack_.gateway().signal(SIGTERM);
  lock.reset();
  expect_all_answered(std::move(by_h2));
  expect_all_answered(std::move(by_h1));
  expect_answered(std::move(by_tls_h2));
  expect_answered(std::move(by_tls_h1));
  EXPECT_EQ(stack_.gateway().wait(3s), 0);
}

TEST_F(Shutdown, GatewayTakesNoNewConnectionsMeanwhile) {
  const TableLock lock(database(), 1500ms);
  auto request = one_request(Wire::kH1);
  ASSERT_TRUE(lock.wait_for_waiters(2s));
  stack_.gateway().signal(SIGTERM);
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(stack_.get("/index").curl, 7);  // CURLE_COULDNT_CONNECT
  expect_answered(std::move(request));
  EXPECT_EQ(stack_.gateway().wait(3s), 0);
}

TEST_F(Shutdown, GatewayTakesLeaveOfIdleClientsAndEndsWithZero) {
  {
    support::Socket idle(stack_.port(Wire::kH1));
    ASSERT_TRUE(idle.send("GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_NE(idle.read(2s), "");
    stack_.gateway().signal(SIGTERM);
    EXPECT_EQ(idle.read_all(1s), "");
    EXPECT_TRUE(idle.closed());
  }
  EXPECT_EQ(stack_.gateway().wait(1s), 0);
}

TEST_F(Shutdown, GatewayDoesNotWaitLongForClientsThatDoNotTakeLeave) {
  support::Socket idle(stack_.port(Wire::kH1));
  ASSERT_TRUE(idle.send("GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_NE(idle.read(2s), "");
  stack_.gateway().signal(SIGTERM);
  EXPECT_EQ(stack_.gateway().wait(6s), 0);
}

TEST_F(Shutdown, GatewayUnderLoadRefusesNothingAndEndsWithZero) {
  for (const std::string protocol : {"--h1", "-m32"}) {
    if (!stack_.gateway().running()) stack_.start();
    auto load = std::async(std::launch::async, [&] {
      return support::load({protocol, "-D", "3", "-c", "8", stack_.url("/agents")});
    });
    std::this_thread::sleep_for(1s);
    stack_.gateway().signal(SIGTERM);
    EXPECT_EQ(stack_.gateway().wait(5s), 0) << protocol;
    const LoadReport report = load.get();
    // What had been taken was answered well; the rest was never taken.
    EXPECT_EQ(report.ok, report.succeeded) << report.text;
    EXPECT_GT(report.ok, 500) << report.text;
  }
}

/// Each request is a call, which the backend has accepted before it is told to end.
class BackendShutdown : public Shutdown {
 protected:
  BackendShutdown() : Shutdown(R"({"collapse": {"enabled": false}})") {}
};

TEST_F(BackendShutdown, AnswersWhatItAcceptedAndEndsWithZero) {
  std::optional<TableLock> lock(std::in_place, database(), 10s);
  auto by_h2 = many_requests_by_h2();
  auto by_h1 = many_requests_by_h1();
  ASSERT_TRUE(lock->wait_for_waiters(2s));
  std::this_thread::sleep_for(1s);
  stack_.backend().signal(SIGTERM);
  lock.reset();
  expect_all_answered(std::move(by_h2));
  expect_all_answered(std::move(by_h1));
  EXPECT_EQ(stack_.backend().wait(5s), 0);
  EXPECT_EQ(stack_.get("/agents").status, 503);
}

class SecondSigint : public Shutdown {
 protected:
  void expect_end_at_once(Process& process) {
    const TableLock lock(database(), 8s);
    auto request = one_request(Wire::kH1);
    ASSERT_TRUE(lock.wait_for_waiters(2s));
    process.signal(SIGINT);
    EXPECT_EQ(process.wait(500ms), std::nullopt) << "The first must wait for the request.";
    process.signal(SIGINT);
    EXPECT_NE(process.wait(1s), std::nullopt);
  }
};

TEST_F(SecondSigint, EndsTheGatewayAtOnce) {
  expect_end_at_once(stack_.gateway());
}
TEST_F(SecondSigint, EndsTheBackendAtOnce) {
  expect_end_at_once(stack_.backend());
}

}  // namespace
}  // namespace trunkline::e2e

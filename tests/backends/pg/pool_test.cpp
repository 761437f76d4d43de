#include "backends/pg/pool.hpp"

#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "tests/backends/support/cluster.hpp"

namespace trunkline::pg {
namespace {

using namespace std::chrono_literals;

Result<void> greet(Session& session) {
  return session.prepare({"sleep", "SELECT pg_sleep($1::float8)::text, pg_backend_pid()"});
}

class Sleep final : public Job {
 public:
  explicit Sleep(std::string seconds, std::chrono::milliseconds time = 10s,
                 std::string question = {})
      : Job(Clock::now() + time, true, std::move(question)), seconds_(std::move(seconds)) {}

  Result<void> run(Session& session) override {
    ++runs;
    auto rows = session.execute("sleep", {seconds_});
    if (!rows) return rows.error();
    rows->each([&](const Rows::Row& row) { backend = row[1].integer(); });
    return {};
  }
  void adopt(const Job& answered) override {
    backend = static_cast<const Sleep&>(answered).backend;
    adopted = true;
  }
  void done(Result<void> outcome) noexcept override {
    end.set_value(outcome ? std::nullopt : std::optional(outcome.error().kind));
  }

  std::optional<ErrorKind> outcome() { return end.get_future().get(); }

  std::promise<std::optional<ErrorKind>> end;
  std::atomic<int> runs{0};
  long long backend = 0;
  bool adopted = false;

 private:
  std::string seconds_;
};

Settings settings(std::size_t connections = 2) {
  return {test::cluster().load("2015"), connections, 1000, 2000ms};
}

/// A pool whose database is there.
class Ready : public Pool {
 public:
  explicit Ready(const Settings& how) : Pool(how, greet) {
    std::promise<void> there;
    std::atomic<bool> told{false};
    observe([&](bool up) {
      if (up && !told.exchange(true)) there.set_value();
    });
    there.get_future().wait();
    observe(nullptr);
  }
};

std::shared_ptr<Sleep> sleep(std::string seconds, std::chrono::milliseconds time = 10s) {
  return std::make_shared<Sleep>(std::move(seconds), time);
}

auto elapsed(Deadline since) {
  return Clock::now() - since;
}

TEST(Pool, RunsJobsSideBySide) {
  Ready pool(settings(2));
  std::this_thread::sleep_for(200ms);  // until both are connected
  const auto began = Clock::now();
  const auto one = sleep("0.3");
  const auto two = sleep("0.3");
  pool.submit(one);
  pool.submit(two);
  EXPECT_EQ(one->outcome(), std::nullopt);
  EXPECT_EQ(two->outcome(), std::nullopt);
  EXPECT_LT(elapsed(began), 550ms);
  EXPECT_NE(one->backend, two->backend);
}

TEST(Pool, RefusesAJobWhoseDeadlinePassesWhileItWaits) {
  Ready pool(settings(1));
  const auto slow = sleep("0.8");
  const auto hasty = sleep("0", 100ms);
  const auto began = Clock::now();
  pool.submit(slow);
  pool.submit(hasty);
  EXPECT_EQ(hasty->outcome(), ErrorKind::kDeadline);
  EXPECT_LT(elapsed(began), 300ms);
  EXPECT_EQ(hasty->runs, 0);
  EXPECT_EQ(slow->outcome(), std::nullopt);
}

TEST(Pool, RefusesAJobThatWaitsLongerThanAllowed) {
  auto how = settings(1);
  how.wait = 100ms;
  Ready pool(how);
  const auto slow = sleep("0.6");
  const auto patient = sleep("0");
  pool.submit(slow);
  pool.submit(patient);
  EXPECT_EQ(patient->outcome(), ErrorKind::kBusy);
  EXPECT_EQ(slow->outcome(), std::nullopt);
}

TEST(Pool, CutsASlowQueryAtItsDeadline) {
  Ready pool(settings(1));
  const auto began = Clock::now();
  const auto slow = sleep("5", 250ms);
  pool.submit(slow);
  EXPECT_EQ(slow->outcome(), ErrorKind::kDeadline);
  EXPECT_LT(elapsed(began), 800ms);
}

TEST(Pool, CancelsTheQueryOfACallerThatLeavesWithin100Milliseconds) {
  Ready pool(settings(1));
  const auto slow = sleep("5");
  pool.submit(slow);
  std::this_thread::sleep_for(200ms);
  const auto left = Clock::now();
  pool.cancel(slow);
  EXPECT_EQ(slow->outcome(), ErrorKind::kCancelled);
  EXPECT_LT(elapsed(left), 100ms);
  const auto next = sleep("0.1");
  pool.submit(next);
  EXPECT_EQ(next->outcome(), std::nullopt) << "the cancel request hit the next query";
}

TEST(Pool, NeverRunsAJobThatWasCancelledWhileItWaited) {
  Ready pool(settings(1));
  const auto slow = sleep("0.3");
  const auto gone = sleep("0");
  pool.submit(slow);
  pool.submit(gone);
  pool.cancel(gone);
  EXPECT_EQ(gone->outcome(), ErrorKind::kCancelled);
  EXPECT_EQ(gone->runs, 0);
  EXPECT_EQ(slow->outcome(), std::nullopt);
}

TEST(Pool, AnswersWhoAskTheSameByOneRun) {
  Ready pool(settings(1));
  const auto slow = sleep("0.2");
  pool.submit(slow);
  std::this_thread::sleep_for(50ms);
  std::vector<std::shared_ptr<Sleep>> same;
  for (int i = 0; i < 5; ++i) {
    same.push_back(std::make_shared<Sleep>("0", 10s, "q"));
    pool.submit(same.back());
  }
  int runs = 0;
  for (const auto& job : same) {
    EXPECT_EQ(job->outcome(), std::nullopt);
    EXPECT_NE(job->backend, 0);
    runs += job->runs;
  }
  EXPECT_EQ(runs, 1);
}

TEST(Pool, LetsAFlightGoOnWhileSomebodyStillWaitsForIt) {
  Ready pool(settings(1));
  const auto first = sleep("0.2");
  pool.submit(first);
  std::this_thread::sleep_for(50ms);
  const auto leaves = std::make_shared<Sleep>("0.4", 10s, "q");
  const auto stays = std::make_shared<Sleep>("0.4", 10s, "q");
  pool.submit(leaves);
  pool.submit(stays);
  std::this_thread::sleep_for(300ms);
  pool.cancel(leaves);
  EXPECT_EQ(stays->outcome(), std::nullopt);
  EXPECT_TRUE(stays->adopted);
}

TEST(Pool, RepeatsAReadWhoseConnectionDiedWhileIdle) {
  Ready pool(settings(1));
  const auto before = sleep("0");
  pool.submit(before);
  ASSERT_EQ(before->outcome(), std::nullopt);
  auto killer = Session::connect(test::cluster().load("2015"));
  ASSERT_TRUE(killer);
  ASSERT_TRUE(
      (*killer)->query("SELECT pg_terminate_backend(" + std::to_string(before->backend) + ")"));
  const auto after = sleep("0");
  pool.submit(after);
  EXPECT_EQ(after->outcome(), std::nullopt);
  EXPECT_NE(after->backend, before->backend);
}

TEST(Pool, RefusesAtOnceWhileTheDatabaseIsAwayAndServesWithinTwoSecondsOfItsReturn) {
  Ready pool(settings(2));
  std::atomic<bool> there{true};
  pool.observe([&](bool up) { there = up; });
  test::cluster().stop();
  const auto stopped = Clock::now();
  while (there && elapsed(stopped) < 5s) std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(there);
  EXPECT_LT(elapsed(stopped), 2s) << "noticed without traffic";

  const auto asked = Clock::now();
  const auto refused = sleep("0");
  pool.submit(refused);
  EXPECT_EQ(refused->outcome(), ErrorKind::kAway);
  EXPECT_LT(elapsed(asked), 50ms);

  std::this_thread::sleep_for(2s);  // the backoff has grown by then
  test::cluster().start();
  const auto started = Clock::now();
  while (!there && elapsed(started) < 5s) std::this_thread::sleep_for(10ms);
  EXPECT_LT(elapsed(started), 2s);
  const auto served = sleep("0");
  pool.submit(served);
  EXPECT_EQ(served->outcome(), std::nullopt);
  pool.observe(nullptr);
}

TEST(Pool, AnswersEveryJobWhenItEnds) {
  auto pool = std::make_unique<Ready>(settings(1));
  const auto running = sleep("0.3");
  const auto waiting = sleep("0");
  pool->submit(running);
  std::this_thread::sleep_for(50ms);
  pool->submit(waiting);
  pool.reset();
  EXPECT_EQ(running->outcome(), std::nullopt);
  EXPECT_EQ(waiting->outcome(), ErrorKind::kAway);
}

TEST(Pool, AnswersEachOfManyJobsOnceWhileTheyAreSubmittedAndCancelledFromAllSides) {
  Ready pool(settings(4));
  std::vector<std::shared_ptr<Sleep>> jobs;
  for (int i = 0; i < 800; ++i) {
    jobs.push_back(std::make_shared<Sleep>("0.001", 10s, i % 3 ? std::to_string(i % 5) : ""));
  }
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < jobs.size(); i += 4) {
        pool.submit(jobs[i]);
        if (i % 7 == 0) pool.cancel(jobs[i]);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& job : jobs) {
    const auto outcome = job->outcome();  // a second done() would throw in set_value
    EXPECT_TRUE(!outcome || *outcome == ErrorKind::kCancelled);
  }
}

}  // namespace
}  // namespace trunkline::pg

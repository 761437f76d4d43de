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

/// Jobs that gather: whoever runs sleeps as long as it was told itself, and tells each its number.
class Gathered final : public Job {
 public:
  explicit Gathered(std::string seconds = "0", int number_ = 0)
      : Job(Clock::now() + 10s, true, "gathered", Company::kLike),
        number(number_),
        seconds_(std::move(seconds)) {}

  Result<void> run(Session&) override { return Error{ErrorKind::kInternal, "run() alone"}; }
  Result<void> run_for(Session& session, Jobs jobs) override {
    ++runs;
    auto rows = session.execute("sleep", {seconds_});
    if (!rows) return rows.error();
    for (const auto& job : jobs) {
      auto& each = static_cast<Gathered&>(*job);
      each.answer = each.number;
    }
    return {};
  }
  void done(Result<void> outcome) noexcept override {
    end.set_value(outcome ? std::nullopt : std::optional(outcome.error().kind));
  }

  std::optional<ErrorKind> outcome() { return end.get_future().get(); }

  const int number;
  std::promise<std::optional<ErrorKind>> end;
  std::atomic<int> runs{0};
  int answer = -1;

 private:
  std::string seconds_;
};

std::shared_ptr<Gathered> gathered(std::string seconds = "0", int number = 0) {
  return std::make_shared<Gathered>(std::move(seconds), number);
}

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

TEST(Pool, AnswersWhoAskAlikeByOneRunEachByItself) {
  Ready pool(settings(1));
  const auto slow = sleep("0.2");
  pool.submit(slow);
  std::this_thread::sleep_for(50ms);
  std::vector<std::shared_ptr<Gathered>> alike;
  for (int i = 0; i < 50; ++i) {
    alike.push_back(gathered("0", i));
    pool.submit(alike.back());
  }
  int runs = 0;
  for (const auto& job : alike) {
    EXPECT_EQ(job->outcome(), std::nullopt);
    EXPECT_EQ(job->answer, job->number);
    runs += job->runs;
  }
  EXPECT_EQ(runs, 1);
}

TEST(Pool, GivesAnErrorToWhoGatheredForItAndToNobodyElse) {
  Ready pool(settings(1));
  const auto slow = sleep("0.2");
  pool.submit(slow);
  std::this_thread::sleep_for(50ms);
  const auto wrong = gathered("no number");
  const auto with_it = gathered();
  pool.submit(wrong);
  pool.submit(with_it);
  EXPECT_EQ(wrong->outcome(), ErrorKind::kInternal);
  EXPECT_EQ(with_it->outcome(), ErrorKind::kInternal);
  const auto next = gathered("0", 7);
  pool.submit(next);
  EXPECT_EQ(next->outcome(), std::nullopt);
  EXPECT_EQ(next->answer, 7);
}

TEST(Pool, GoesOnWithoutThoseWhoLeaveWhileTheyGather) {
  Ready pool(settings(1));
  const auto slow = sleep("0.3");
  pool.submit(slow);
  std::this_thread::sleep_for(50ms);
  const auto leaves = gathered("5");  // and would have run for both
  const auto stays = gathered("0", 7);
  pool.submit(leaves);
  pool.submit(stays);
  pool.cancel(leaves);
  EXPECT_EQ(leaves->outcome(), ErrorKind::kCancelled);
  EXPECT_EQ(stays->outcome(), std::nullopt);
  EXPECT_EQ(stays->answer, 7);
  EXPECT_EQ(leaves->runs, 0);
}

TEST(Pool, EndsAGatheredQueryOnlyWhenTheLastHasLeft) {
  Ready pool(settings(1));
  const auto slow = sleep("0.2");
  pool.submit(slow);
  std::this_thread::sleep_for(50ms);
  const auto first = gathered("5");
  const auto second = gathered();
  pool.submit(first);
  pool.submit(second);
  EXPECT_EQ(slow->outcome(), std::nullopt);
  std::this_thread::sleep_for(100ms);
  pool.cancel(first);
  const auto end = first->end.get_future();
  EXPECT_EQ(end.wait_for(200ms), std::future_status::timeout) << "somebody still waits for it";
  const auto left = Clock::now();
  pool.cancel(second);
  EXPECT_EQ(second->outcome(), ErrorKind::kCancelled);
  EXPECT_LT(elapsed(left), 100ms);
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

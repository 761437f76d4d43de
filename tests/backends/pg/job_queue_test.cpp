#include "backends/pg/job_queue.hpp"

#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::pg {
namespace {

using namespace std::chrono_literals;

class Note final : public Job {
 public:
  explicit Note(std::chrono::milliseconds time = 10s, std::string question = {},
                Company company = Company::kSame)
      : Job(Clock::now() + time, true, std::move(question), company) {}
  Result<void> run(Session&) override { return {}; }
  void done(Result<void> outcome) noexcept override {
    ++ends;
    if (!outcome) refused = outcome.error().kind;
  }

  int ends = 0;
  std::optional<ErrorKind> refused;
};

std::shared_ptr<Note> note(std::chrono::milliseconds time = 10s, std::string question = {}) {
  return std::make_shared<Note>(time, std::move(question));
}

std::shared_ptr<Note> like(std::string kind, std::chrono::milliseconds time = 10s) {
  return std::make_shared<Note>(time, std::move(kind), Company::kLike);
}

struct Open {
  explicit Open(std::size_t capacity = 100, std::chrono::milliseconds wait = 10s)
      : queue(capacity, wait) {
    queue.open();
  }
  JobQueue queue;
};

TEST(JobQueue, GivesJobsInTheOrderTheyCame) {
  Open open;
  const auto first = note();
  const auto second = note();
  open.queue.submit(first);
  open.queue.submit(second);
  EXPECT_EQ(open.queue.take(0ms)->jobs.front(), first);
  EXPECT_EQ(open.queue.take(0ms)->jobs.front(), second);
  EXPECT_EQ(open.queue.take(0ms), nullptr);
}

TEST(JobQueue, RefusesAsBusyWhatExceedsItsCapacity) {
  Open open(2);
  const auto third = note();
  open.queue.submit(note());
  open.queue.submit(note(10s, "q"));
  open.queue.submit(third);
  EXPECT_EQ(third->refused, ErrorKind::kBusy);
  open.queue.take(0ms);
  open.queue.submit(note());
  EXPECT_NE(open.queue.take(0ms), nullptr);
}

TEST(JobQueue, RefusesAsAwayWhileClosedAndWhatWaitsWhenItCloses) {
  JobQueue queue(10, 10s);
  const auto early = note();
  queue.submit(early);
  EXPECT_EQ(early->refused, ErrorKind::kAway);
  queue.open();
  const auto waiting = note();
  const auto held = note(10s, "q");
  queue.submit(waiting);
  queue.submit(held);
  queue.close();
  EXPECT_EQ(waiting->refused, ErrorKind::kAway);
  EXPECT_EQ(held->refused, ErrorKind::kAway);
  EXPECT_EQ(held->ends, 1);
  EXPECT_EQ(queue.take(0ms), nullptr);
}

TEST(JobQueue, StaysClosedOnceEnded) {
  Open open;
  open.queue.end();
  open.queue.open();
  const auto late = note();
  open.queue.submit(late);
  EXPECT_EQ(late->refused, ErrorKind::kAway);
  EXPECT_EQ(open.queue.take(10s), nullptr);
}

TEST(JobQueue, RefusesWhatItsDeadlineOvertookAtOnceAndWhileWaiting) {
  Open open;
  const auto past = note(-1ms);
  open.queue.submit(past);
  EXPECT_EQ(past->refused, ErrorKind::kDeadline);
  const auto soon = note(5ms);
  open.queue.submit(soon);
  std::this_thread::sleep_for(10ms);
  open.queue.sweep();
  EXPECT_EQ(soon->refused, ErrorKind::kDeadline);
}

TEST(JobQueue, RefusesAsBusyWhatWaitedTooLong) {
  Open open(10, 5ms);
  const auto job = note();
  open.queue.submit(job);
  std::this_thread::sleep_for(10ms);
  EXPECT_EQ(open.queue.take(0ms), nullptr);
  EXPECT_EQ(job->refused, ErrorKind::kBusy);
  EXPECT_EQ(job->ends, 1);
}

TEST(JobQueue, PutsJobsOfOneQuestionOnOneFlight) {
  Open open;
  open.queue.submit(note(10s, "a"));
  open.queue.submit(note(10s, "b"));
  open.queue.submit(note(10s, "a"));
  EXPECT_EQ(open.queue.take(0ms)->jobs.size(), 2U);
  EXPECT_EQ(open.queue.take(0ms)->jobs.size(), 1U);
}

TEST(JobQueue, NeverLetsAJobJoinAFlightThatWasTaken) {
  Open open;
  open.queue.submit(note(10s, "a"));
  const auto first = open.queue.take(0ms);
  open.queue.submit(note(10s, "a"));
  EXPECT_EQ(first->jobs.size(), 1U);
}

TEST(JobQueue, HoldsTheNextFlightUntilTheFirstHasLanded) {
  Open open;
  open.queue.submit(note(10s, "a"));
  const auto first = open.queue.take(0ms);
  open.queue.submit(note(10s, "a"));
  open.queue.submit(note(10s, "a"));
  EXPECT_EQ(open.queue.take(0ms), nullptr);
  open.queue.landed(*first);
  EXPECT_EQ(open.queue.take(0ms)->jobs.size(), 2U);
}

TEST(JobQueue, LetsAHeldFlightLeaveWhenTheFirstIsSlow) {
  Open open;
  open.queue.submit(note(10s, "a"));
  const auto first = open.queue.take(0ms);
  open.queue.submit(note(10s, "a"));
  std::this_thread::sleep_for(JobQueue::kPatience + 5ms);
  open.queue.sweep();
  const auto second = open.queue.take(0ms);
  ASSERT_NE(second, nullptr);
  open.queue.submit(note(10s, "a"));
  open.queue.landed(*first);
  EXPECT_EQ(open.queue.take(0ms), nullptr) << "the second is still in the air";
  open.queue.landed(*second);
  EXPECT_NE(open.queue.take(0ms), nullptr);
}

TEST(JobQueue, GathersJobsOfOneKind) {
  Open open;
  open.queue.submit(like("a"));
  open.queue.submit(like("b"));
  open.queue.submit(like("a"));
  const auto flight = open.queue.take(0ms);
  EXPECT_EQ(flight->jobs.size(), 2U);
  EXPECT_TRUE(flight->gathered);
  EXPECT_EQ(open.queue.take(0ms)->jobs.size(), 1U);
}

TEST(JobQueue, NeverLetsAJobGatherInAFlightThatWasTaken) {
  Open open;
  open.queue.submit(like("a"));
  const auto first = open.queue.take(0ms);
  open.queue.submit(like("a"));
  EXPECT_EQ(first->jobs.size(), 1U);
}

TEST(JobQueue, HoldsUpNobodyForAFlightOfTheSameKind) {
  Open open;
  open.queue.submit(like("a"));
  const auto first = open.queue.take(0ms);
  open.queue.submit(like("a"));
  const auto second = open.queue.take(0ms);
  ASSERT_NE(second, nullptr);
  open.queue.landed(*first);
  open.queue.landed(*second);
  EXPECT_EQ(open.queue.take(0ms), nullptr);
}

TEST(JobQueue, BoundsHowManyGather) {
  Open open(1000);
  for (std::size_t i = 0; i < 2 * JobQueue::kMostGathered + 5; ++i) open.queue.submit(like("a"));
  EXPECT_EQ(open.queue.take(0ms)->jobs.size(), JobQueue::kMostGathered);
  open.queue.submit(like("a"));
  EXPECT_EQ(open.queue.take(0ms)->jobs.size(), JobQueue::kMostGathered);
  EXPECT_EQ(open.queue.take(0ms)->jobs.size(), 6U) << "a full flight took the next one's place";
  EXPECT_EQ(open.queue.take(0ms), nullptr);
}

TEST(JobQueue, LeavesBehindWhoCameTooLateToGather) {
  Open open;
  const auto soon = like("a", 5ms);
  const auto later = like("a");
  open.queue.submit(soon);
  open.queue.submit(later);
  std::this_thread::sleep_for(10ms);
  const auto flight = open.queue.take(0ms);
  EXPECT_THAT(flight->jobs, testing::ElementsAre(later));
  EXPECT_EQ(soon->refused, ErrorKind::kDeadline);
}

TEST(JobQueue, RefusesAllWhoGatherWhenItCloses) {
  Open open(1000);
  std::vector<std::shared_ptr<Note>> jobs;
  for (std::size_t i = 0; i < JobQueue::kMostGathered + 5; ++i) {
    jobs.push_back(like("a"));
    open.queue.submit(jobs.back());
  }
  open.queue.close();
  for (const auto& job : jobs) EXPECT_EQ(job->ends, 1);
  EXPECT_EQ(open.queue.take(0ms), nullptr);
}

TEST(JobQueue, WakesATakerThatSleeps) {
  Open open;
  std::shared_ptr<Flight> taken;
  std::thread taker([&] { taken = open.queue.take(10s); });
  std::this_thread::sleep_for(20ms);
  open.queue.submit(note());
  taker.join();
  EXPECT_NE(taken, nullptr);
}

TEST(Flight, LastsAsLongAsItsMostPatientJob) {
  Flight flight;
  flight.jobs = {note(1s), note(5s), note(2s)};
  EXPECT_EQ(flight.deadline(), flight.jobs[1]->deadline());
}

}  // namespace
}  // namespace trunkline::pg

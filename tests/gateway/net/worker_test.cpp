#include "gateway/net/worker.hpp"

#include <regex>
#include <thread>

#include <gtest/gtest.h>

namespace trunkline::net {
namespace {

struct Output final : Flushable {
  explicit Output(Worker& w) : worker(w) {}
  void flush() override {
    ++flushed;
    if (next != nullptr) worker.flush_at_turn_end(*next);
  }
  Worker& worker;
  int flushed = 0;
  Output* next = nullptr;
};

TEST(Worker, FlushesWhatIsMarkedOnceAtTheEndOfTheTurn) {
  Worker worker;
  Output one(worker);
  worker.flush_at_turn_end(one);
  worker.flush_at_turn_end(one);
  EXPECT_EQ(one.flushed, 0);
  worker.end_turn();
  worker.end_turn();
  EXPECT_EQ(one.flushed, 1);
}

TEST(Worker, FlushesWhatIsMarkedWhileFlushing) {
  Worker worker;
  Output one(worker);
  Output two(worker);
  one.next = &two;
  worker.flush_at_turn_end(one);
  worker.end_turn();
  EXPECT_EQ(two.flushed, 1);
}

TEST(Worker, ForgetsOutputThatIsGone) {
  Worker worker;
  {
    Output one(worker);
    worker.flush_at_turn_end(one);
  }
  worker.end_turn();
}

TEST(Worker, TellsTheDateAsHttpWritesIt) {
  Worker worker;
  EXPECT_TRUE(std::regex_match(worker.date(),
                               std::regex("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] [A-Z][a-z]{2} "
                                          "[0-9]{4} [0-2][0-9]:[0-5][0-9]:[0-6][0-9] GMT")))
      << worker.date();
}

TEST(Worker, EndsAtOnceWhenNothingIsUnderWay) {
  Worker worker;
  std::thread thread([&] { worker.run(); });
  worker.drain(std::chrono::seconds(30));
  thread.join();
}

struct Stubborn final : Supervised {
  explicit Stubborn(Worker& w) : Supervised(Kind::kClient), worker(w) { worker.supervise(*this); }
  void on_tick(Clock::time_point) override { ++ticks; }
  void drain() override { drained = true; }
  void close() override { worker.forget(*this); }
  Worker& worker;
  int ticks = 0;
  bool drained = false;
};

TEST(Worker, ClosesWhatDoesNotDrainInTime) {
  Worker worker;
  Stubborn connection(worker);
  std::thread thread([&] { worker.run(); });
  const auto begin = Clock::now();
  worker.drain(std::chrono::milliseconds(300));
  thread.join();
  EXPECT_TRUE(connection.drained);
  EXPECT_GE(connection.ticks, 1);
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(300));
}

}  // namespace
}  // namespace trunkline::net

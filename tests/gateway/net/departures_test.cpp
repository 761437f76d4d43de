#include "gateway/net/departures.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace trunkline::net {
namespace {

using namespace std::chrono_literals;

struct Field {
  explicit Field(std::chrono::milliseconds gather = 0ms) { settings.gather = gather; }

  class Plane final : public collapse::Flight {
   public:
    Plane(std::string key, Field& field) : Flight(std::move(key)), field_(field) {}

   private:
    void depart() override { field_.departed += key(); }
    Field& field_;
  };

  collapse::Flight& board(std::string key) {
    return flights.board(std::make_unique<Plane>(std::move(key), *this));
  }

  collapse::Settings settings;
  Worker worker;
  Departures departures{worker};
  collapse::Flights flights{settings, departures};
  std::string departed;
  bool serves = (departures.serve(flights), true);
};

TEST(Departures, ComeAfterAllThatIsReady) {
  Field field;
  field.board("a");
  asio::post(field.worker.io(), [&] {
    EXPECT_EQ(field.departed, "") << "a waits for this";
    // Of which this is born: what was read because of what was read before.
    asio::post(field.worker.io(), [&] { EXPECT_EQ(field.departed, "") << "and for this"; });
  });
  field.worker.io().poll();
  EXPECT_EQ(field.departed, "a");
}

TEST(Departures, AreNotPutOffForEver) {
  Field field;
  field.board("a");
  std::function<void()> always = [&] {
    if (field.departed.empty()) asio::post(field.worker.io(), always);
  };
  always();
  for (int ran = 0; field.departed.empty() && ran < 1000; ++ran) field.worker.io().poll_one();
  EXPECT_EQ(field.departed, "a");
}

TEST(Departures, DoNotWaitForAFlightThatHangs) {
  Field field;
  field.settings.patience = 20ms;
  const auto begin = Clock::now();
  field.board("a");
  field.worker.io().poll();
  field.board("a");
  field.worker.io().poll();
  EXPECT_EQ(field.departed, "a");
  while (field.departed.size() < 2 && Clock::now() - begin < 10s) {
    field.worker.io().run_one_for(10ms);
  }
  EXPECT_EQ(field.departed, "aa");
  EXPECT_GE(Clock::now() - begin, 20ms);
}

TEST(Departures, ComeWhenTheFlightBeforeHasEnded) {
  Field field;
  field.settings.patience = 10min;
  collapse::Flight& first = field.board("a");
  field.worker.io().poll();
  field.board("a");
  field.flights.end(first);
  field.worker.io().poll();
  EXPECT_EQ(field.departed, "aa");
}

TEST(Departures, EndTheTurn) {
  struct Output final : Flushable {
    void flush() override { flushed = true; }
    bool flushed = false;
  } output;
  Field field;
  field.board("a");
  field.worker.flush_at_turn_end(output);
  field.worker.io().poll();
  EXPECT_TRUE(output.flushed);
}

TEST(Departures, WaitForTheTimeToGather) {
  Field field(20ms);
  const auto begin = Clock::now();
  field.board("a");
  field.board("b");
  field.worker.io().poll();
  EXPECT_EQ(field.departed, "");
  while (field.departed.size() < 2 && Clock::now() - begin < 10s) {
    field.worker.io().run_one_for(10ms);
  }
  EXPECT_EQ(field.departed, "ab");
  EXPECT_GE(Clock::now() - begin, 20ms);
}

TEST(Departures, ForgetAFlightThatHasEnded) {
  for (const auto gather : {0ms, 5ms}) {
    Field field(gather);
    field.flights.end(field.board("a"));
    field.board("b");
    while (field.departed.empty()) field.worker.io().run_one_for(10ms);
    EXPECT_EQ(field.departed, "b");
  }
}

}  // namespace
}  // namespace trunkline::net

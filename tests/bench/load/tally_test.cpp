#include "bench/load/tally.hpp"

#include <gtest/gtest.h>

namespace trunkline::load {
namespace {

using namespace std::chrono_literals;

const Clock::time_point kBegin{100s};
const Clock::time_point kEnd{200s};

Call call(Clock::time_point intended, Clock::time_point sent) {
  Call made;
  made.intended = intended;
  made.sent = sent;
  made.status = 200;
  made.bytes = 17;
  return made;
}

TEST(Tally, MeasuresLatencyFromTheIntentionAndServiceFromTheSending) {
  Tally tally;
  tally.window = {kBegin, kEnd, true};
  tally.answered(call(kBegin, kBegin + 900ms), kBegin + 1s, nullptr);
  EXPECT_EQ(tally.latency().most_us(), 1'000'000);
  EXPECT_EQ(tally.service().most_us(), 100'000);
  EXPECT_EQ(tally.requests(), 1U);
  EXPECT_EQ(tally.body_bytes(), 17U);
  EXPECT_EQ(tally.statuses(2), 1U);
}

TEST(Tally, CountsByIntentionWhatWasDueInTheWindow) {
  Tally tally;
  tally.window = {kBegin, kEnd, true};
  tally.answered(call(kBegin - 1ns, kBegin), kBegin + 1s, nullptr);  // the warm-up's
  tally.answered(call(kEnd - 1ns, kEnd), kEnd + 5s, nullptr);        // waited for
  tally.not_sent(kBegin - 1ns, kEnd);
  tally.not_sent(kBegin, kEnd);
  EXPECT_EQ(tally.requests(), 1U);
  EXPECT_EQ(tally.not_sent(), 1U);
}

TEST(Tally, CountsOtherwiseWhatWasAnsweredInTheWindow) {
  Tally tally;
  tally.window = {kBegin, kEnd, false};
  tally.answered(call(kBegin - 1s, kBegin - 1s), kBegin, nullptr);
  tally.answered(call(kEnd - 1s, kEnd - 1s), kEnd, nullptr);
  EXPECT_EQ(tally.requests(), 1U);
}

TEST(Tally, KeepsTheTimesOfRightAnswersAndOfTimeoutsAlone) {
  Tally tally;
  tally.window = {kBegin, kEnd, true};
  const Fault wrong = Fault::kStatus;
  tally.answered(call(kBegin, kBegin), kBegin + 1ms, &wrong);
  tally.failed(call(kBegin, kBegin), kBegin + 1ms, Fault::kReset);
  EXPECT_EQ(tally.latency().count(), 0U);
  tally.failed(call(kBegin, kBegin), kBegin + 10s, Fault::kTimeout);
  EXPECT_EQ(tally.latency().count(), 1U);
  EXPECT_EQ(tally.requests(), 1U);
  EXPECT_EQ(tally.errors(), 3U);
  EXPECT_EQ(tally.errors(Fault::kReset), 1U);
}

TEST(Tally, AddsUpThoseOfThreads) {
  Tally all;
  for (int i = 0; i < 3; ++i) {
    Tally one;
    one.window = {kBegin, kEnd, true};
    one.answered(call(kBegin, kBegin), kBegin + 1ms, nullptr);
    one.failed(call(kBegin, kBegin), kBegin + 1ms, Fault::kClosed);
    one.not_sent(kBegin, kBegin);
    one.connected();
    one.received(100);
    one.unfinished();
    all.add(one);
  }
  EXPECT_EQ(all.requests(), 3U);
  EXPECT_EQ(all.errors(Fault::kClosed), 3U);
  EXPECT_EQ(all.not_sent(), 3U);
  EXPECT_EQ(all.connects(), 3U);
  EXPECT_EQ(all.received(), 300U);
  EXPECT_EQ(all.unfinished_count(), 3U);
  EXPECT_EQ(all.latency().count(), 3U);
}

}  // namespace
}  // namespace trunkline::load

#include "gateway/h2/flood_guard.hpp"

#include <gtest/gtest.h>

namespace trunkline::h2 {
namespace {

using observe::Refusal;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::steady_clock::time_point kStart{std::chrono::hours(1)};

FrameHead head(FrameType type, std::uint32_t length = 8, std::uint8_t flags = 0) {
  FrameHead made;
  made.type = type;
  made.length = length;
  made.flags = flags;
  return made;
}

/// How many frames like it are let pass, of at most `of`.
int passed(FloodGuard& guard, const FrameHead& frame, int of = 100'000) {
  int count = 0;
  while (count < of && !guard.received(frame)) ++count;
  return count;
}

struct Control {
  FrameType type;
  Refusal reason;
};

class ControlFrames : public testing::TestWithParam<Control> {};

INSTANTIATE_TEST_SUITE_P(EachKind, ControlFrames,
                         testing::Values(Control{FrameType::kPing, Refusal::kPingFlood},
                                         Control{FrameType::kSettings, Refusal::kSettingsFlood},
                                         Control{FrameType::kPriority, Refusal::kPriorityFlood},
                                         Control{FrameType::kWindowUpdate,
                                                 Refusal::kWindowUpdateFlood},
                                         Control{FrameType::kGoaway, Refusal::kUnknownFrameFlood},
                                         Control{FrameType{0x42}, Refusal::kUnknownFrameFlood}));

TEST_P(ControlFrames, PassUpToTheBurstAndAreNamedBeyond) {
  FloodGuard guard{Limits{}};
  EXPECT_EQ(passed(guard, head(GetParam().type)), 200);
  EXPECT_EQ(guard.received(head(GetParam().type)), GetParam().reason);
}

TEST_P(ControlFrames, ShareOneBucket) {
  FloodGuard guard{Limits{}};
  EXPECT_EQ(passed(guard, head(FrameType::kPing), 150), 150);
  EXPECT_EQ(passed(guard, head(GetParam().type)), 50);
}

TEST_P(ControlFrames, PassAgainAtTheirRate) {
  FloodGuard guard{Limits{}};
  guard.refill(kStart);
  passed(guard, head(GetParam().type));
  guard.refill(kStart + milliseconds(500));
  EXPECT_EQ(passed(guard, head(GetParam().type)), 50);
  guard.refill(kStart + seconds(60));
  EXPECT_EQ(passed(guard, head(GetParam().type)), 200) << "no more than the burst";
}

TEST(FloodGuard, CountsResetsOfThePeerApart) {
  FloodGuard guard{Limits{}};
  guard.refill(kStart);
  passed(guard, head(FrameType::kPing));
  EXPECT_EQ(passed(guard, head(FrameType::kRstStream)), 1000);
  EXPECT_EQ(guard.received(head(FrameType::kRstStream)), Refusal::kResetFlood);
  guard.refill(kStart + seconds(1));
  EXPECT_EQ(passed(guard, head(FrameType::kRstStream)), 33);
}

TEST(FloodGuard, CountsResetsOfOursApart) {
  FloodGuard guard{Limits{}};
  guard.refill(kStart);
  passed(guard, head(FrameType::kRstStream));
  int sent = 0;
  while (guard.sent_reset()) ++sent;
  EXPECT_EQ(sent, 500);
  guard.refill(kStart + seconds(1));
  for (sent = 0; guard.sent_reset();) ++sent;
  EXPECT_EQ(sent, 33);
}

TEST(FloodGuard, LetsAHeadHaveItsContinuationsAndNoMore) {
  FloodGuard guard{Limits{}};
  for (int heads = 0; heads < 100; ++heads) {
    EXPECT_FALSE(guard.received(head(FrameType::kHeaders)));
    EXPECT_EQ(passed(guard, head(FrameType::kContinuation), 8), 8);
  }
  EXPECT_EQ(guard.received(head(FrameType::kContinuation)), Refusal::kContinuationFlood);
}

TEST(FloodGuard, LetsHeadersAndFullDataPassWithoutEnd) {
  FloodGuard guard{Limits{}};
  EXPECT_EQ(passed(guard, head(FrameType::kHeaders)), 100'000);
  EXPECT_EQ(passed(guard, head(FrameType::kData)), 100'000);
}

TEST(FloodGuard, LetsOneEmptyDataPassInARow) {
  FloodGuard guard{Limits{}};
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_FALSE(guard.received(head(FrameType::kData, 0)));
    EXPECT_FALSE(guard.received(head(FrameType::kData, 1)));
  }
  EXPECT_FALSE(guard.received(head(FrameType::kData, 0)));
  EXPECT_EQ(guard.received(head(FrameType::kData, 0)), Refusal::kEmptyDataFlood);
}

TEST(FloodGuard, TakesPaddingAloneForNothing) {
  FloodGuard guard{Limits{}};
  FrameHead padded = head(FrameType::kData, 6, FrameHead::kPadded);
  padded.opening = 4;  // one byte of content
  EXPECT_EQ(passed(guard, padded, 1'000), 1'000);
  padded.opening = 5;
  EXPECT_EQ(passed(guard, padded), 1);
  EXPECT_EQ(guard.received(padded), Refusal::kEmptyDataFlood);
}

TEST(FloodGuard, TakesAnEmptyEndForAnEnd) {
  FloodGuard guard{Limits{}};
  EXPECT_EQ(passed(guard, head(FrameType::kData, 0, FrameHead::kEndStream), 1'000), 1'000);
}

TEST(FloodGuard, LetsTheWindowsBeRenewedForEachFourKibibytesOfOurs) {
  FloodGuard guard{Limits{}};
  for (int i = 0; i < 1'000; ++i) {
    guard.sent_data(16 * 1024);
    EXPECT_EQ(passed(guard, head(FrameType::kWindowUpdate), 10), 10);
  }
  EXPECT_EQ(passed(guard, head(FrameType::kWindowUpdate)), 200) << "the bucket is as it was";
}

TEST(FloodGuard, LetsEachRequestWidenItsWindow) {
  FloodGuard guard{Limits{}};
  for (int i = 0; i < 1'000; ++i) {
    guard.received(head(FrameType::kHeaders));
    EXPECT_FALSE(guard.received(head(FrameType::kWindowUpdate)));
  }
  EXPECT_EQ(passed(guard, head(FrameType::kWindowUpdate)), 200) << "the bucket is as it was";
}

TEST(FloodGuard, LetsEachDataOfOursBeAnsweredByAPing) {
  FloodGuard guard{Limits{}};
  for (int i = 0; i < 1'000; ++i) {
    guard.sent_data(1);
    EXPECT_FALSE(guard.received(head(FrameType::kPing)));
  }
  EXPECT_EQ(passed(guard, head(FrameType::kPing)), 200) << "the bucket is as it was";
}

TEST(FloodGuard, CountsHeadsThatBeginNoStream) {
  FloodGuard guard{Limits{}};
  int taken = 0;
  while (!guard.received(head(FrameType::kHeaders), false) && taken < 1'000) ++taken;
  EXPECT_EQ(taken, 200);
}

TEST(FloodGuard, TakesARequestForTheEndOfARowOfEmptyData) {
  FloodGuard guard{Limits{}};
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(guard.received(head(FrameType::kHeaders)));
    EXPECT_FALSE(guard.received(head(FrameType::kData)));
  }
}

TEST(FloodGuard, LetsNobodySaveForAFlood) {
  for (const auto& [type, most] :
       {std::pair{FrameType::kWindowUpdate, 16 * 1024}, std::pair{FrameType::kPing, 1'000}}) {
    FloodGuard guard{Limits{}};
    for (int i = 0; i < 1'000'000; ++i) guard.sent_data(16 * 1024);
    for (int i = 0; i < 1'000'000; ++i) guard.received(head(FrameType::kHeaders));
    EXPECT_EQ(passed(guard, head(type), 100'000), most + 200);
  }
}

TEST(FloodGuard, LetsNothingElseBeEarned) {
  FloodGuard guard{Limits{}};
  for (int i = 0; i < 1'000; ++i) guard.sent_data(1);
  EXPECT_EQ(passed(guard, head(FrameType::kSettings)), 200);
}

}  // namespace
}  // namespace trunkline::h2

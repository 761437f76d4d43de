#include "gateway/grpc/timeout.hpp"

#include <gtest/gtest.h>

namespace trunkline::grpc {
namespace {

using namespace std::chrono_literals;

TEST(Timeout, IsWrittenInTheFinestUnitThatFits) {
  EXPECT_EQ(format_timeout(1ns), "1n");
  EXPECT_EQ(format_timeout(50ms), "50000000n");
  EXPECT_EQ(format_timeout(1s), "1000000u");
  EXPECT_EQ(format_timeout(15s), "15000000u");
  EXPECT_EQ(format_timeout(200s), "200000m");
}

TEST(Timeout, IsNeverWrittenShorterThanItIs) {
  EXPECT_EQ(format_timeout(100s + 1ns), "100001m");
}

TEST(Timeout, ThatHasPassedIsTheShortest) {
  EXPECT_EQ(format_timeout(0s), "1n");
  EXPECT_EQ(format_timeout(-5s), "1n");
}

TEST(Timeout, IsReadInEveryUnit) {
  EXPECT_EQ(parse_timeout("1H"), 1h);
  EXPECT_EQ(parse_timeout("2M"), 2min);
  EXPECT_EQ(parse_timeout("3S"), 3s);
  EXPECT_EQ(parse_timeout("4m"), 4ms);
  EXPECT_EQ(parse_timeout("5u"), 5us);
  EXPECT_EQ(parse_timeout("6n"), 6ns);
}

TEST(Timeout, IsCutToTheClocksRange) {
  EXPECT_EQ(parse_timeout("99999999H"), std::chrono::nanoseconds::max());
}

TEST(Timeout, RefusesAnythingElse) {
  for (const char* bad : {"", "S", "1", "1s", "-1S", "+1S", "1.5S", "123456789S", "1 S", "SS"}) {
    EXPECT_EQ(parse_timeout(bad), std::nullopt) << bad;
  }
}

TEST(Timeout, SurvivesARoundTrip) {
  for (const auto timeout : {1ns, 999ns, 1000000ns, 99999999ns}) {
    EXPECT_EQ(parse_timeout(format_timeout(timeout)), timeout);
  }
}

}  // namespace
}  // namespace trunkline::grpc

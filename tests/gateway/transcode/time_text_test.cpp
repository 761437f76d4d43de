#include "gateway/transcode/time_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace trunkline::transcode {
namespace {

/// Nothing if it has no text.
template <class Write>
std::string written(Write write, SecondsAndNanos time) {
  char text[kLongestTime];
  const char* const end = write(text, time);
  return end ? std::string(text, static_cast<std::size_t>(end - text)) : "";
}

std::string timestamp_text(SecondsAndNanos time) {
  return written(write_timestamp, time);
}

std::string duration_text(SecondsAndNanos duration) {
  return written(write_duration, duration);
}

TEST(TimeText, WritesAsFewGroupsOfDigitsAsNeeded) {
  EXPECT_EQ(timestamp_text({1427889600, 0}), "2015-04-01T12:00:00Z");
  EXPECT_EQ(timestamp_text({1427889600, 500'000'000}), "2015-04-01T12:00:00.500Z");
  EXPECT_EQ(timestamp_text({1427889600, 500'000}), "2015-04-01T12:00:00.000500Z");
  EXPECT_EQ(timestamp_text({1427889600, 5}), "2015-04-01T12:00:00.000000005Z");
  EXPECT_EQ(duration_text({1, 500'000'000}), "1.500s");
}

TEST(TimeText, WritesYears1To9999) {
  EXPECT_EQ(timestamp_text({-62'135'596'800, 0}), "0001-01-01T00:00:00Z");
  EXPECT_EQ(timestamp_text({253'402'300'799, 999'999'999}), "9999-12-31T23:59:59.999999999Z");
  EXPECT_EQ(timestamp_text({-62'135'596'801, 0}), "");
  EXPECT_EQ(timestamp_text({253'402'300'800, 0}), "");
  EXPECT_EQ(timestamp_text({0, -1}), "");
  EXPECT_EQ(timestamp_text({0, 1'000'000'000}), "");
}

TEST(TimeText, WritesDurationsOfTenThousandYears) {
  EXPECT_EQ(duration_text({0, 0}), "0s");
  EXPECT_EQ(duration_text({0, -1'000'000}), "-0.001s");
  EXPECT_EQ(duration_text({-315'576'000'000, 0}), "-315576000000s");
  EXPECT_EQ(duration_text({315'576'000'001, 0}), "");
  EXPECT_EQ(duration_text({1, -1}), "");
}

TEST(TimeText, ReadsRfc3339WithOffsets) {
  const auto time = parse_timestamp("2015-04-01T14:00:00.25+02:00");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->seconds, 1427889600);
  EXPECT_EQ(time->nanos, 250'000'000);
  EXPECT_TRUE(parse_timestamp("2016-02-29t00:00:00z"));
  EXPECT_EQ(parse_timestamp("1969-12-31T23:30:00-00:30")->seconds, 0);
}

TEST(TimeText, RefusesWhatIsNoTimestamp) {
  for (const char* text :
       {"", "2015-04-01", "2015-04-01T12:00:00", "2015-02-29T12:00:00Z", "2015-13-01T12:00:00Z",
        "2015-04-01T24:00:00Z", "2015-04-01T12:60:00Z", "2015-04-01T12:00:60Z",
        "2015-04-01T12:00:00.Z", "2015-04-01T12:00:00.0123456789Z", "2015-04-01T12:00:00+2:00",
        "2015-04-01T12:00:00Z ", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00",
        "2015-04-01 12:00:00Z"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(TimeText, ReadsDurations) {
  EXPECT_EQ(parse_duration("-1.5s")->seconds, -1);
  EXPECT_EQ(parse_duration("-1.5s")->nanos, -500'000'000);
  EXPECT_EQ(parse_duration("3s")->seconds, 3);
  for (const char* text : {"", "s", "1", "1.s", ".5s", "1.5", "1 s", "+1s", "--1s", "1e3s",
                           "315576000001s", "99999999999999999999s", "1.0123456789s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace trunkline::transcode

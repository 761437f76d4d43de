#include "backends/queues/time_zone.hpp"

#include <gtest/gtest.h>

namespace trunkline::queues {
namespace {

TEST(TimeZone, IsUtcWhereNoneIsNamed) {
  EXPECT_EQ(time_zone_of(""), "UTC");
  EXPECT_EQ(time_zone_of("Europe/Brussels"), "Europe/Brussels");
}

TEST(TimeZone, MayHaveTheNamesThatZonesHave) {
  for (const auto* name : {"UTC", "Europe/Brussels", "America/Port-au-Prince", "Etc/GMT+5",
                           "America/Argentina/Buenos_Aires"}) {
    EXPECT_TRUE(is_like_a_time_zone(name)) << name;
  }
  for (const std::string& name : {std::string(), std::string("a b"), std::string("a'b"),
                                  std::string("a\0", 2), std::string(65, 'a'), std::string("é")}) {
    EXPECT_FALSE(is_like_a_time_zone(name)) << name;
    EXPECT_EQ(unknown_time_zone(name), "must be the name of a time zone, as Europe/Brussels");
  }
  EXPECT_EQ(unknown_time_zone("Europe/Atlantis"),
            "\"Europe/Atlantis\" is no time zone; one is Europe/Brussels");
}

}  // namespace
}  // namespace trunkline::queues

#include "gateway/observe/refusal.hpp"

#include <set>

#include <gtest/gtest.h>

namespace trunkline::observe {
namespace {

TEST(Refusal, HasANameOfItsOwnForEachReason) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kRefusals; ++i) {
    const std::string_view name = name_of(static_cast<Refusal>(i));
    EXPECT_FALSE(name.empty()) << i;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"), name.npos) << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), kRefusals);
}

TEST(Refusal, IsNamedByItsOwnReason) {
  // The names stand in a list beside the reasons: the ends and some between.
  EXPECT_EQ(name_of(Refusal::kConnectionsPerAddress), "connections_per_address");
  EXPECT_EQ(name_of(Refusal::kResetFlood), "reset_flood");
  EXPECT_EQ(name_of(Refusal::kStreamError), "stream_error");
  EXPECT_EQ(name_of(Refusal::kBodySize), "body_size");
  EXPECT_EQ(name_of(Refusal::kQueueFull), "queue_full");
  EXPECT_EQ(name_of(Refusal::kMessageSize), "message_size");
}

}  // namespace
}  // namespace trunkline::observe

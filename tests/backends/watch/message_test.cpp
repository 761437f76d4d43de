// The bytes, read by protobuf as a service's own message.

#include "backends/watch/message.hpp"

#include "trunkline/agents/v1/agents.pb.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::watch {
namespace {

agents::v1::WatchAgentsResponse parsed(const ::grpc::Slice& slice) {
  agents::v1::WatchAgentsResponse message;
  EXPECT_TRUE(message.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
  EXPECT_TRUE(message.GetReflection()->GetUnknownFields(message).empty());
  return message;
}

std::pair<std::string, std::string> agent(const std::string& name, const std::string& text) {
  agents::v1::Agent agent;
  agent.set_name(name);
  agent.set_description(text);
  return {name, agent.SerializeAsString()};
}

TEST(Message, HoldsAllItemsOfASnapshot) {
  const auto state =
      State::next(nullptr, {agent("agents/1", "x"), agent("agents/2", std::string(70'000, 'y'))});
  const auto message = parsed(snapshot(*state));
  EXPECT_TRUE(message.snapshot());
  EXPECT_EQ(message.version(), state->version());
  ASSERT_EQ(message.agents_size(), 2);
  EXPECT_EQ(message.agents(1).description().size(), 70'000U);
}

TEST(Message, HoldsOfAChangeWhatIsOtherwise) {
  const auto from = State::next(nullptr, {agent("agents/1", "x"), agent("agents/2", "x"),
                                          agent("agents/3", "x"), agent("agents/9", "x")});
  const auto to =
      State::next(from, {agent("agents/2", "x"), agent("agents/3", "y"), agent("agents/4", "z")});
  const auto message = parsed(change(*from, *to));
  EXPECT_FALSE(message.snapshot());
  EXPECT_EQ(message.version(), to->version());
  ASSERT_EQ(message.agents_size(), 2);
  EXPECT_EQ(message.agents(0).description(), "y");
  EXPECT_EQ(message.agents(1).name(), "agents/4");
  EXPECT_THAT(message.removed(), testing::ElementsAre("agents/1", "agents/9"));
}

TEST(Message, LeavesOutWhatChangedAndChangedBack) {
  const auto from = State::next(nullptr, {agent("agents/1", "x"), agent("agents/2", "x")});
  const auto between = State::next(from, {agent("agents/1", "y"), agent("agents/2", "x")});
  const auto to = State::next(between, {agent("agents/1", "x"), agent("agents/2", "y")});
  const auto message = parsed(change(*from, *to));
  ASSERT_EQ(message.agents_size(), 1);
  EXPECT_EQ(message.agents(0).name(), "agents/2");
}

TEST(Message, IsJustTheVersionOfAHeartbeat) {
  const auto message = parsed(heartbeat("abc"));
  EXPECT_EQ(message.version(), "abc");
  EXPECT_FALSE(message.snapshot());
  EXPECT_EQ(message.agents_size() + message.removed_size(), 0);
}

}  // namespace
}  // namespace trunkline::watch

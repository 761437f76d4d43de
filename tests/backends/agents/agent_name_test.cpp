#include "backends/agents/agent_name.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace trunkline::agents {
namespace {

TEST(AgentName, IsTheCollectionAndTheId) {
  EXPECT_EQ(agent_name(42), "agents/42");
}

TEST(AgentName, IsReadBack) {
  for (const std::int64_t id : {0L, 7L, 2147483647L, 9223372036854775807L}) {
    EXPECT_EQ(parse_agent_name(agent_name(id)), id);
  }
}

TEST(AgentName, OfANumberTooLargeIsUnknownRatherThanMisspelt) {
  EXPECT_EQ(parse_agent_name("agents/99999999999999999999"),
            std::numeric_limits<std::int64_t>::max());
}

TEST(AgentName, IsRefusedInAnyOtherForm) {
  for (const auto* name : {"", "agents", "agents/", "agent/1", "agents/1/", "agents/1/x",
                           "agents/-1", "agents/+1", "agents/ 1", "agents/1 ", "agents/0x1",
                           "agents/01", "agents/1.0", "/agents/1", "Agents/1", "queues/1"}) {
    EXPECT_EQ(parse_agent_name(name), std::nullopt) << name;
  }
  EXPECT_EQ(parse_agent_name(std::string_view("agents/1\0", 9)), std::nullopt);
}

}  // namespace
}  // namespace trunkline::agents

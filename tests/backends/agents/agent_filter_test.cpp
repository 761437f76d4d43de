#include "backends/agents/agent_filter.hpp"

#include <gtest/gtest.h>

namespace trunkline::agents {
namespace {

std::string complaint(std::string_view text) {
  const auto filter = parse_agent_filter(text);
  return filter ? "" : filter.error();
}

std::string states(std::string_view text) {
  const auto filter = parse_agent_filter(text);
  return filter ? filter->state_array() : filter.error();
}

TEST(AgentFilter, WantsEverybodyWhenNothingIsSaid) {
  EXPECT_TRUE(parse_agent_filter("")->all());
  EXPECT_TRUE(parse_agent_filter(" \t")->all());
  EXPECT_EQ(states(""), "");
}

TEST(AgentFilter, KnowsEveryState) {
  EXPECT_EQ(states("state = LOGGED_OUT"), "{1}");
  EXPECT_EQ(states("state=IN_CALL"), "{2}");
  EXPECT_EQ(states("state = ON_HOLD"), "{3}");
  EXPECT_EQ(states("state = RINGING"), "{4}");
  EXPECT_EQ(states("state = WRAP_UP"), "{5}");
  EXPECT_EQ(states("state = \"PAUSED\""), "{6}");
  EXPECT_EQ(states("state = UNREACHABLE"), "{7}");
  EXPECT_EQ(states("state != AVAILABLE"), "{1,2,3,4,5,6,7}");
}

TEST(AgentFilter, JoinsStatesByOrInAGroupAndAllElseByAnd) {
  EXPECT_EQ(states("(state = PAUSED OR state = WRAP_UP)"), "{5,6}");
  EXPECT_EQ(states("(state = PAUSED OR state != PAUSED)"), "");
  EXPECT_EQ(states("state != PAUSED AND state != LOGGED_OUT"), "{2,3,4,5,7,8}");
  EXPECT_EQ(states("state = PAUSED AND state = RINGING"), "{}");
  const auto both = parse_agent_filter("queue = queues/3 AND (state = PAUSED OR state = RINGING)");
  EXPECT_EQ(both->queue, 3);
  EXPECT_EQ(both->state_array(), "{4,6}");
}

TEST(AgentFilter, HasEqualTextsWhereItIsEqual) {
  EXPECT_EQ(parse_agent_filter("state = PAUSED AND queue = queues/3")->text(),
            parse_agent_filter("queue = queues/3 AND (state=PAUSED)")->text());
  EXPECT_NE(parse_agent_filter("queue = queues/3")->text(),
            parse_agent_filter("queue = queues/4")->text());
}

TEST(AgentFilter, SaysWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(complaint("status = PAUSED"), "has \"status\" where state, queue or ( should be");
  EXPECT_EQ(complaint("state"), "has its end where = or != should be");
  EXPECT_EQ(complaint("state < PAUSED"), "has \"<\" where = or != should be");
  EXPECT_EQ(complaint("state = paused"),
            "has \"paused\" where one of LOGGED_OUT, IN_CALL, ON_HOLD, RINGING, WRAP_UP, PAUSED, "
            "UNREACHABLE and AVAILABLE should be");
  EXPECT_EQ(complaint("queue = 3"), "has \"3\" where queues/{id} should be");
  EXPECT_EQ(complaint("queue = queues/03"), "has \"queues/03\" where queues/{id} should be");
  EXPECT_EQ(complaint("queue = queues/3 AND queue = queues/4"), "may name one queue only");
  EXPECT_EQ(complaint("state = PAUSED OR state = RINGING"),
            "has \"OR\" where AND or the end should be");
  EXPECT_EQ(complaint("(state = PAUSED"), "has its end where OR or ) should be");
  EXPECT_EQ(complaint("state = PAUSED AND"), "has its end where state, queue or ( should be");
  EXPECT_EQ(complaint(std::string(1001, 'x')), "must not be longer than 1000 bytes");
}

TEST(AgentFilter, ComesToAnEndOnAnyBytes) {
  const std::string seed = "(state = \"PAUSED\" OR state != RINGING) AND queue = queues/3";
  for (std::size_t i = 0; i <= seed.size(); ++i) {
    static_cast<void>(parse_agent_filter(seed.substr(0, i)));
    for (const char c : {'"', '(', ')', '!', '=', '\0', '\xff', ' '}) {
      auto changed = seed;
      changed.insert(i, 1, c);
      static_cast<void>(parse_agent_filter(changed));
    }
  }
}

TEST(AgentFilter, TellsOfStrangersOnlyWhetherTheyAreAvailable) {
  for (const auto* text : {"", "state = AVAILABLE", "state != AVAILABLE",
                           "state = AVAILABLE AND state != AVAILABLE"}) {
    EXPECT_TRUE(parse_agent_filter(text)->tells_no_more_than_available()) << text;
  }
  for (const auto* text : {"state = PAUSED", "state != PAUSED", "queue = queues/3",
                           "(state = AVAILABLE OR state = PAUSED)"}) {
    EXPECT_FALSE(parse_agent_filter(text)->tells_no_more_than_available()) << text;
  }
}

}  // namespace
}  // namespace trunkline::agents

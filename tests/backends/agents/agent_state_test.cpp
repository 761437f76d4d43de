#include "backends/agents/agent_state.hpp"

#include <gtest/gtest.h>

namespace trunkline::agents {
namespace {

constexpr DeviceState kDevices[] = {DeviceState::kUnknown, DeviceState::kReachable,
                                    DeviceState::kRinging, DeviceState::kUnreachable};
constexpr CallState kCalls[] = {CallState::kUnknown, CallState::kNone, CallState::kTalking,
                                CallState::kOnHold, CallState::kWrapUp};

// The states that hold at once for these axes, by the meaning of each alone.
bool holds(AgentState state, const Axes& axes) {
  switch (state) {
    case AgentState::kLoggedOut: return !axes.logged_in;
    case AgentState::kInCall: return axes.call == CallState::kTalking;
    case AgentState::kOnHold: return axes.call == CallState::kOnHold;
    case AgentState::kRinging: return axes.device == DeviceState::kRinging;
    case AgentState::kWrapUp: return axes.call == CallState::kWrapUp;
    case AgentState::kPaused: return axes.paused;
    case AgentState::kUnreachable: return axes.device == DeviceState::kUnreachable;
    case AgentState::kAvailable: return true;
  }
  return false;
}

TEST(AgentState, IsTheFirstThatHoldsForEveryCombinationOfTheAxes) {
  for (const bool logged_in : {false, true}) {
    for (const bool paused : {false, true}) {
      for (const auto device : kDevices) {
        for (const auto call : kCalls) {
          const Axes axes{logged_in, paused, device, call};
          int first = 1;
          while (!holds(static_cast<AgentState>(first), axes)) ++first;
          EXPECT_EQ(static_cast<int>(agent_state(axes)), first);
        }
      }
    }
  }
}

TEST(AgentState, FollowsFromLoginAndPauseAloneWhenNothingElseIsKnown) {
  EXPECT_EQ(agent_state({}), AgentState::kLoggedOut);
  EXPECT_EQ(agent_state({.paused = true}), AgentState::kLoggedOut);
  EXPECT_EQ(agent_state({.logged_in = true}), AgentState::kAvailable);
  EXPECT_EQ(agent_state({.logged_in = true, .paused = true}), AgentState::kPaused);
}

}  // namespace
}  // namespace trunkline::agents

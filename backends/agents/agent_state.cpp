#include "backends/agents/agent_state.hpp"

namespace trunkline::agents {

AgentState agent_state(const Axes& axes) noexcept {
  if (!axes.logged_in) return AgentState::kLoggedOut;
  if (axes.call == CallState::kTalking) return AgentState::kInCall;
  if (axes.call == CallState::kOnHold) return AgentState::kOnHold;
  if (axes.device == DeviceState::kRinging) return AgentState::kRinging;
  if (axes.call == CallState::kWrapUp) return AgentState::kWrapUp;
  if (axes.paused) return AgentState::kPaused;
  if (axes.device == DeviceState::kUnreachable) return AgentState::kUnreachable;
  return AgentState::kAvailable;
}

}  // namespace trunkline::agents

#pragma once

// What an agent is doing, as one word out of four axes. Pure.

#include <cstdint>

namespace trunkline::agents {

enum class DeviceState : std::uint8_t { kUnknown, kReachable, kRinging, kUnreachable };
enum class CallState : std::uint8_t { kUnknown, kNone, kTalking, kOnHold, kWrapUp };

struct Axes {
  bool logged_in = false;
  bool paused = false;
  DeviceState device = DeviceState::kUnknown;
  CallState call = CallState::kUnknown;
};

/// Numbered as trunkline.agents.v1.Agent.State.
enum class AgentState : std::uint8_t {
  kLoggedOut = 1,
  kInCall = 2,
  kOnHold = 3,
  kRinging = 4,
  kWrapUp = 5,
  kPaused = 6,
  kUnreachable = 7,
  kAvailable = 8,
};

/// The first that holds, in the order of the enumeration. An unknown axis decides nothing, so with
/// both unknown the state follows from login and pause alone.
AgentState agent_state(const Axes& axes) noexcept;

}  // namespace trunkline::agents

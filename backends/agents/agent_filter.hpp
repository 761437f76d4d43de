#pragma once

// Which agents of a list are wanted: the part of AIP-160 that agents have a use for. Pure.
//
//   state = PAUSED
//   queue = queues/3 AND state != LOGGED_OUT
//   (state = RINGING OR state = IN_CALL) AND queue = queues/3

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "backends/agents/agent_state.hpp"

namespace trunkline::agents {

struct AgentFilter {
  static constexpr std::size_t kStates = 9;  // numbered as AgentState; 0 is none

  /// Those that are wanted; all bits of real states are set when no state is named.
  std::bitset<kStates> states = all_states();
  /// Only those who are logged in to it.
  std::optional<std::int64_t> queue;

  static std::bitset<kStates> all_states();
  bool wants(AgentState state) const { return states.test(static_cast<std::size_t>(state)); }
  bool all() const { return states == all_states() && !queue; }
  /// Whether those whom it finds show by it no more of themselves than whether they are available.
  bool tells_no_more_than_available() const;

  /// Equal filters have equal texts.
  std::string text() const;
  /// For PostgreSQL: "{1,6}"; empty when every state is wanted.
  std::string state_array() const;

  bool operator==(const AgentFilter&) const = default;
};

/// The filter, or what is wrong with the text: "has \"stat\" where state or queue …".
boost::system::result<AgentFilter, std::string> parse_agent_filter(std::string_view text);

}  // namespace trunkline::agents

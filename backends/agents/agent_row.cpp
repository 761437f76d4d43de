#include "backends/agents/agent_row.hpp"

#include <string>
#include <utility>

#include "trunkline/agents/v1/agents.pb.h"

#include "backends/agents/agent_name.hpp"
#include "backends/agents/agent_sql.hpp"
#include "backends/agents/agent_state.hpp"
#include "backends/query/timestamp.hpp"

namespace trunkline::agents {

namespace {

using Cell = pg::Rows::Cell;
using Row = pg::Rows::Row;

void copy(const Cell& cell, std::string* field) {
  field->assign(cell.text());
}

DeviceState device_state(const Cell& cell) {
  if (cell.text() == "reachable") return DeviceState::kReachable;
  if (cell.text() == "ringing") return DeviceState::kRinging;
  if (cell.text() == "unreachable") return DeviceState::kUnreachable;
  return DeviceState::kUnknown;
}

CallState call_state(const Cell& cell) {
  if (cell.text() == "none") return CallState::kNone;
  if (cell.text() == "talking") return CallState::kTalking;
  if (cell.text() == "on_hold") return CallState::kOnHold;
  if (cell.text() == "wrap_up") return CallState::kWrapUp;
  return CallState::kUnknown;
}

Axes axes_of(const Row& row) {
  return {.logged_in = row[kLoggedIn].boolean(),
          .paused = row[kPaused].boolean(),
          .device = device_state(row[kDevice]),
          .call = call_state(row[kCall])};
}

template <class Message>
void fill_time(const Cell& cell, Message& message) {
  if (!cell.null()) *message.mutable_time() = query::timestamp(cell.integer());
}

void fill_login(const Row& row, v1::Login& login) {
  copy(row[kExtension], login.mutable_extension());
  copy(row[kLoginContext], login.mutable_context());
  copy(row[kInterface], login.mutable_interface());
  copy(row[kStateInterface], login.mutable_state_interface());
  if (const auto& at = row[kLoginMicroseconds]; !at.null()) {
    *login.mutable_login_time() = query::timestamp(at.integer());
  }
}

// "{1,2}"
void fill_queues(std::string_view array, v1::Agent& agent) {
  if (array.size() < 3) return;
  array = array.substr(1, array.size() - 2);
  while (!array.empty()) {
    const auto end = std::min(array.find(','), array.size());
    agent.add_queues()->assign("queues/").append(array.substr(0, end));
    array.remove_prefix(std::min(end + 1, array.size()));
  }
}

// The time of the axis that has decided; an agent is available since the last of the others let go.
const Cell& since(const Row& row, AgentState state) {
  static const Cell kUnknown;
  switch (state) {
    case AgentState::kLoggedOut: return kUnknown;
    case AgentState::kInCall:
    case AgentState::kOnHold:
    case AgentState::kWrapUp: return row[kCallMicroseconds];
    case AgentState::kRinging:
    case AgentState::kUnreachable: return row[kDeviceMicroseconds];
    case AgentState::kPaused: return row[kPauseMicroseconds];
    case AgentState::kAvailable: break;
  }
  const Cell* latest = &row[kLoginMicroseconds];
  for (const auto column : {kDeviceMicroseconds, kCallMicroseconds}) {
    const auto& cell = row[column];
    if (!cell.null() && (latest->null() || cell.integer() > latest->integer())) latest = &cell;
  }
  return *latest;
}

std::string full_name(const Row& row) {
  std::string name(row[kFirstname].text());
  if (!name.empty() && !row[kLastname].text().empty()) name += ' ';
  return name.append(row[kLastname].text());
}

}  // namespace

void fill(const Row& row, v1::Agent& agent) {
  const auto axes = axes_of(row);
  const auto state = agent_state(axes);
  agent.set_name(agent_name(row[kId].integer()));
  copy(row[kNumber], agent.mutable_number());
  copy(row[kFirstname], agent.mutable_firstname());
  copy(row[kLastname], agent.mutable_lastname());
  copy(row[kContext], agent.mutable_context());
  copy(row[kLanguage], agent.mutable_language());
  copy(row[kGroup], agent.mutable_group());
  copy(row[kDescription], agent.mutable_description());
  if (!row[kTenantUuid].null()) copy(row[kTenantUuid], agent.mutable_tenant_uuid());
  auto name = full_name(row);
  agent.set_display_name(name.empty() ? agent.number() : std::move(name));
  agent.set_state(static_cast<v1::Agent::State>(state));
  agent.set_available(state == AgentState::kAvailable);
  if (const auto& time = since(row, state); !time.null()) {
    *agent.mutable_state_time() = query::timestamp(time.integer());
  }
  if (axes.device != DeviceState::kUnknown) {
    auto& device = *agent.mutable_device();
    device.set_state(static_cast<v1::Device::State>(axes.device));
    fill_time(row[kDeviceMicroseconds], device);
  }
  if (axes.call != CallState::kUnknown) {
    auto& call = *agent.mutable_call();
    call.set_state(static_cast<v1::Call::State>(axes.call));
    fill_time(row[kCallMicroseconds], call);
  }
  fill_queues(row[kQueues].text(), agent);
  if (!axes.logged_in) return;
  fill_login(row, *agent.mutable_login());
  if (row[kPaused].null()) return;  // a database that knows no pauses
  auto& pause = *agent.mutable_pause();
  pause.set_paused(axes.paused);
  copy(row[kPausedReason], pause.mutable_reason());
  if (axes.paused) fill_time(row[kPauseMicroseconds], pause);
}

void fill_public(const Row& row, v1::Agent& agent) {
  agent.set_name(agent_name(row[kId].integer()));
  agent.set_display_name(full_name(row));
  agent.set_available(agent_state(axes_of(row)) == AgentState::kAvailable);
}

}  // namespace trunkline::agents

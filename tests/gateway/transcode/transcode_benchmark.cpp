// How fast answers become JSON, beside protobuf's own JSON code, and nlohmann's, which has a tree
// to begin with. JSON bytes per second.

#include "trunkline/agents/v1/agents.pb.h"
#include <benchmark/benchmark.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>
#include <nlohmann/json.hpp>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

std::string statuses(int count) {
  agents::v1::ListAgentStatusesResponse list;
  for (int i = 0; i < count; ++i) {
    auto& agent = *list.add_agents();
    agent.set_number(std::to_string(300 + i));
    agent.set_status("offline");
    agent.set_extension_status("-1");
    agent.set_paused("0");
  }
  return list.SerializeAsString();
}

std::string agent_list(int count) {
  agents::v1::ListAgentsResponse list;
  for (int i = 0; i < count; ++i) {
    auto& agent = *list.add_agents();
    agent.set_name("agents/" + std::to_string(i + 1));
    agent.set_number(std::to_string(300 + i));
    agent.set_firstname("Charlotte");
    agent.set_lastname("Vandenberghe");
    agent.set_context("default");
    agent.set_language("fr_FR");
    agent.set_state(i % 3 ? agents::v1::Agent::AVAILABLE : agents::v1::Agent::LOGGED_OUT);
    if (i % 3 == 0) continue;
    auto& login = *agent.mutable_login();
    login.set_extension(std::to_string(1000 + i));
    login.set_context("default");
    login.set_interface("Local/id-" + std::to_string(i) + "@agentcallback");
    login.set_state_interface("PJSIP/phone" + std::to_string(i));
    login.mutable_login_time()->set_seconds(1'427'889'600 + i * 61);
    agent.mutable_pause()->set_paused(i % 5 == 0);
  }
  return list.SerializeAsString();
}

const Schema& schema() {
  static const Schema built =
      Schema::build(descriptor_set_of(*agents::v1::Agent::descriptor()->file())).value();
  return built;
}

void ours(benchmark::State& state, const std::string& method, const std::string& wire) {
  const auto transcoder = transcoder_of(schema(), "trunkline.agents.v1.AgentService." + method);
  std::size_t bytes = 0;
  for (auto _ : state) {
    std::string json;
    transcoder->answer(wire, json).value();
    bytes += json.size();
    benchmark::DoNotOptimize(json.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

/// From the wire by descriptors, as a gateway without generated code would use it.
void protobuf_binary(benchmark::State& state, const std::string& type, const std::string& wire) {
  const std::string prefix = "type.googleapis.com";
  const std::unique_ptr<pb::util::TypeResolver> resolver(
      pb::util::NewTypeResolverForDescriptorPool(prefix, pb::DescriptorPool::generated_pool()));
  const std::string url = prefix + "/trunkline.agents.v1." + type;
  std::size_t bytes = 0;
  for (auto _ : state) {
    std::string json;
    if (!pb::util::BinaryToJsonString(resolver.get(), url, wire, &json).ok()) std::abort();
    bytes += json.size();
    benchmark::DoNotOptimize(json.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

/// With generated code: parse, then print.
template <class Message>
void protobuf_message(benchmark::State& state, const std::string& wire) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    Message message;
    message.ParseFromString(wire);
    std::string json;
    if (!pb::util::MessageToJsonString(message, &json).ok()) std::abort();
    bytes += json.size();
    benchmark::DoNotOptimize(json.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

/// Of a tree that is there already.
void nlohmann_dump(benchmark::State& state, const std::string& wire) {
  std::string json;
  transcoder_of(schema(), "trunkline.agents.v1.AgentService.ListAgents")
      ->answer(wire, json)
      .value();
  const auto tree = nlohmann::json::parse(json);
  std::size_t bytes = 0;
  for (auto _ : state) bytes += tree.dump().size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

constexpr auto protobuf_statuses = protobuf_message<agents::v1::ListAgentStatusesResponse>;
constexpr auto protobuf_agents = protobuf_message<agents::v1::ListAgentsResponse>;

BENCHMARK_CAPTURE(ours, statuses_50, "ListAgentStatuses", statuses(50));
BENCHMARK_CAPTURE(ours, agents_50, "ListAgents", agent_list(50));
BENCHMARK_CAPTURE(ours, agents_5000, "ListAgents", agent_list(5000));
BENCHMARK_CAPTURE(protobuf_binary, statuses_50, "ListAgentStatusesResponse", statuses(50));
BENCHMARK_CAPTURE(protobuf_binary, agents_50, "ListAgentsResponse", agent_list(50));
BENCHMARK_CAPTURE(protobuf_binary, agents_5000, "ListAgentsResponse", agent_list(5000));
BENCHMARK_CAPTURE(protobuf_statuses, statuses_50, statuses(50));
BENCHMARK_CAPTURE(protobuf_agents, agents_50, agent_list(50));
BENCHMARK_CAPTURE(protobuf_agents, agents_5000, agent_list(5000));
BENCHMARK_CAPTURE(nlohmann_dump, agents_50, agent_list(50));
BENCHMARK_CAPTURE(nlohmann_dump, agents_5000, agent_list(5000));

}  // namespace
}  // namespace trunkline::transcode

// How fast a JSON body becomes a message, beside protobuf's own JSON code, and nlohmann's parser,
// which makes a tree of it and no message. JSON bytes per second.

#include "trunkline/agents/v1/agents.pb.h"
#include <benchmark/benchmark.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>
#include <nlohmann/json.hpp>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

const std::string kLogin =
    R"({"extension": "1001", "context": "default", "interface": "Local/id-7@agentcallback", )"
    R"("stateInterface": "PJSIP/phone7", "loginTime": "2015-04-01T12:00:00Z"})";

/// The same members as a client with a map of its own sends them.
const std::string kSortedLogin =
    R"({"context":"default","extension":"1001","interface":"Local/id-7@agentcallback",)"
    R"("login_time":"2015-04-01T12:00:00Z","state_interface":"PJSIP/phone7"})";

std::string list_of_agents(int count) {
  agents::v1::ListAgentsResponse list;
  for (int i = 0; i < count; ++i) {
    auto& agent = *list.add_agents();
    agent.set_name("agents/" + std::to_string(i + 1));
    agent.set_number(std::to_string(300 + i));
    agent.set_firstname("Charlotte");
    agent.set_lastname("Vandenberghe");
    agent.set_state(agents::v1::Agent::AVAILABLE);
    auto& login = *agent.mutable_login();
    login.set_extension(std::to_string(1000 + i));
    login.set_interface("Local/id-" + std::to_string(i) + "@agentcallback");
    login.mutable_login_time()->set_seconds(1'427'889'600 + i * 61);
    agent.mutable_pause()->set_paused(true);
  }
  std::string json;
  if (!pb::util::MessageToJsonString(list, &json).ok()) std::abort();
  return json;
}

/// A service that takes what agents.proto describes.
std::shared_ptr<const Transcoder> transcoder_of(const std::string& type) {
  pb::FileDescriptorSet set;
  set.ParseFromString(descriptor_set_of(*agents::v1::Agent::descriptor()->file()));
  auto& file = *set.add_file();
  file.set_name("desk.proto");
  file.set_syntax("proto3");
  file.add_dependency("trunkline/agents/v1/agents.proto");
  auto& service = *file.add_service();
  service.set_name("Desk");
  auto& method = *service.add_method();
  method.set_name("Take");
  method.set_input_type(".trunkline.agents.v1." + type);
  method.set_output_type(".trunkline.agents.v1." + type);
  return Schema::build(set.SerializeAsString()).value().methods().back().transcoder;
}

void request(benchmark::State& state, const std::string& type, const std::string& body) {
  const auto transcoder = transcoder_of(type);
  for (auto _ : state) {
    std::string wire;
    transcoder->request({}, {}, body, wire).value();
    benchmark::DoNotOptimize(wire.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

/// By descriptors, as a gateway without generated code would use it.
void protobuf_to_binary(benchmark::State& state, const std::string& type, const std::string& body) {
  const std::string prefix = "type.googleapis.com";
  const std::unique_ptr<pb::util::TypeResolver> resolver(
      pb::util::NewTypeResolverForDescriptorPool(prefix, pb::DescriptorPool::generated_pool()));
  const std::string url = prefix + "/trunkline.agents.v1." + type;
  for (auto _ : state) {
    std::string wire;
    if (!pb::util::JsonToBinaryString(resolver.get(), url, body, &wire).ok()) std::abort();
    benchmark::DoNotOptimize(wire.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void nlohmann_parse(benchmark::State& state, const std::string& body) {
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(body));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

BENCHMARK_CAPTURE(request, login, "Login", kLogin);
BENCHMARK_CAPTURE(request, sorted_login, "Login", kSortedLogin);
BENCHMARK_CAPTURE(request, agents_50, "ListAgentsResponse", list_of_agents(50));
BENCHMARK_CAPTURE(protobuf_to_binary, login, "Login", kLogin);
BENCHMARK_CAPTURE(protobuf_to_binary, agents_50, "ListAgentsResponse", list_of_agents(50));
BENCHMARK_CAPTURE(nlohmann_parse, login, kLogin);
BENCHMARK_CAPTURE(nlohmann_parse, agents_50, list_of_agents(50));

}  // namespace
}  // namespace trunkline::transcode

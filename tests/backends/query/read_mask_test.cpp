#include "backends/query/read_mask.hpp"

#include "trunkline/agents/v1/agents.pb.h"
#include <gtest/gtest.h>

namespace trunkline::query {
namespace {

using agents::v1::Agent;
using agents::v1::GetAgentRequest;

Agent agent() {
  Agent agent;
  agent.set_name("agents/1");
  agent.set_number("300");
  agent.mutable_login()->set_extension("1001");
  agent.mutable_login()->set_context("default");
  return agent;
}

std::string complaint(const GetAgentRequest& request) {
  const auto complaint = ReadMask().read(request, *Agent::descriptor());
  return complaint ? complaint->field + " " + complaint->text : "";
}

TEST(ReadMask, LeavesWhatItNames) {
  GetAgentRequest request;
  request.mutable_fields()->add_paths("login.extension");
  request.mutable_fields()->add_paths("name");
  ReadMask mask;
  ASSERT_FALSE(mask.read(request, *Agent::descriptor()));
  EXPECT_EQ(mask.text(), "login.extension,name");
  auto left = agent();
  mask.apply(left);
  EXPECT_EQ(left.ShortDebugString(), R"(name: "agents/1" login { extension: "1001" })");
}

TEST(ReadMask, LeavesAllIfThereIsNoneOrAStar) {
  GetAgentRequest request;
  ReadMask mask;
  EXPECT_FALSE(mask.read(request, *Agent::descriptor()));
  EXPECT_TRUE(mask.all());
  request.mutable_read_mask()->add_paths("*");
  EXPECT_FALSE(mask.read(request, *Agent::descriptor()));
  auto left = agent();
  mask.apply(left);
  EXPECT_EQ(left.ShortDebugString(), agent().ShortDebugString());
}

TEST(ReadMask, NamesWhatIsWrongWithIt) {
  GetAgentRequest request;
  request.mutable_fields()->add_paths("name");
  request.mutable_fields()->add_paths("passwd");
  EXPECT_EQ(complaint(request), "fields names \"passwd\", which Agent does not have");
  request.mutable_fields()->set_paths(1, "*");
  EXPECT_EQ(complaint(request), "fields must name * alone");
  request.mutable_read_mask();
  EXPECT_EQ(complaint(request), "fields must not be given together with read_mask");
}

}  // namespace
}  // namespace trunkline::query

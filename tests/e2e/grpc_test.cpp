// gRPC through the gateway, by grpc++'s own client: what it gets is what the backend says directly.

#include <fstream>
#include <sstream>

#include "trunkline/agents/v1/agents.grpc.pb.h"
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "tests/e2e/table_lock.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using agents::v1::AgentService;
using support::Wire;

std::string address(std::uint16_t port) {
  return "localhost:" + std::to_string(port);
}

class Grpc : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    stack = std::make_unique<support::Stack>(support::shared_database("demo").conninfo());
    stack->start();
  }
  static void TearDownTestSuite() { stack.reset(); }

  std::shared_ptr<grpc::Channel> cleartext() {
    return grpc::CreateChannel(address(stack->port(Wire::kH2)), grpc::InsecureChannelCredentials());
  }

  std::shared_ptr<grpc::Channel> tls() {
    std::ifstream file(support::certificates().authority);
    std::ostringstream pem;
    pem << file.rdbuf();
    return grpc::CreateChannel(address(stack->port(Wire::kTlsH2)),
                               grpc::SslCredentials({pem.str(), "", ""}));
  }

  static std::unique_ptr<support::Stack> stack;
};

std::unique_ptr<support::Stack> Grpc::stack;

grpc::ByteBuffer bytes(std::string_view text) {
  const grpc::Slice slice(text.data(), text.size());
  return {&slice, 1};
}

std::string text(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  buffer.Dump(&slices);
  std::string joined;
  for (const grpc::Slice& slice : slices) {
    joined.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return joined;
}

TEST_F(Grpc, AnswersAsTheBackendDoesDirectly) {
  agents::v1::ListAgentsRequest request;
  request.set_page_size(1000);
  agents::v1::ListAgentsResponse direct;
  {
    grpc::ClientContext context;
    const auto channel =
        grpc::CreateChannel(address(stack->grpc_port()), grpc::InsecureChannelCredentials());
    ASSERT_TRUE(AgentService::NewStub(channel)->ListAgents(&context, request, &direct).ok());
  }
  ASSERT_EQ(direct.agents_size(), 50);
  for (const auto& channel : {cleartext(), tls()}) {
    grpc::ClientContext context;
    agents::v1::ListAgentsResponse through;
    const auto status = AgentService::NewStub(channel)->ListAgents(&context, request, &through);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(through.SerializeAsString(), direct.SerializeAsString());
  }
}

TEST_F(Grpc, CarriesErrorsWithTheirDetails) {
  grpc::ClientContext context;
  agents::v1::ListAgentsRequest request;
  request.set_page_size(-1);
  agents::v1::ListAgentsResponse response;
  const auto status = AgentService::NewStub(cleartext())->ListAgents(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("page_size"), std::string::npos);
  EXPECT_NE(status.error_details().find("BadRequest"), std::string::npos);
}

TEST_F(Grpc, IsUnimplementedForAServiceThatNobodyOffers) {
  grpc::GenericStub stub(cleartext());
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  const auto call = stub.PrepareUnaryCall(&context, "/nobody.Offers/This", bytes(""), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

// grpc.reflection's only method streams both ways: each request is answered before the next.
TEST_F(Grpc, CarriesAStreamBothWays) {
  grpc::GenericStub stub(cleartext());
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  const auto next = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  call->StartCall(nullptr);
  ASSERT_TRUE(next());
  for (int i = 0; i < 20; ++i) {
    call->Write(bytes("\x3a\x01*"), nullptr);  // list_services: "*"
    ASSERT_TRUE(next()) << i;
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    ASSERT_TRUE(next()) << i;
    EXPECT_NE(text(answer).find("trunkline.agents.v1.AgentService"), std::string::npos) << i;
  }
  call->WritesDone(nullptr);
  ASSERT_TRUE(next());
  grpc::Status status;
  call->Finish(&status, nullptr);
  ASSERT_TRUE(next());
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(Grpc, EndsAtTheClientsDeadline) {
  const TableLock lock(support::shared_database("demo"), std::chrono::seconds(5));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(300));
  agents::v1::ListAgentsResponse response;
  const auto begin = std::chrono::steady_clock::now();
  const auto status = AgentService::NewStub(cleartext())->ListAgents(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace trunkline::e2e

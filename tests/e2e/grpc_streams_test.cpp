// Every kind of call by grpc++'s own client, over both ports, with what travels beside messages.

#include <fstream>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "tests/e2e/echo/echo_service.hpp"
#include "tests/e2e/echo_stack.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using echo::v1::Answer;
using echo::v1::Call;
using echo::v1::Echo;
using echo::v1::Fate;
using echo::v1::Summary;

constexpr std::size_t kMiB = 1024 * 1024;

std::shared_ptr<grpc::ChannelCredentials> tls() {
  std::ifstream file(support::certificates().authority);
  std::ostringstream pem;
  pem << file.rdbuf();
  return grpc::SslCredentials({pem.str(), "", ""});
}

class GrpcStreams : public testing::TestWithParam<bool> {
 protected:
  static void SetUpTestSuite() { stack = std::make_unique<EchoStack>(); }
  static void TearDownTestSuite() { stack.reset(); }

  void SetUp() override {
    const bool secure = GetParam();
    const std::string address =
        "localhost:" + std::to_string(secure ? stack->https_port() : stack->http_port());
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    stub = Echo::NewStub(grpc::CreateCustomChannel(
        address, secure ? tls() : grpc::InsecureChannelCredentials(), arguments));
  }

  Fate fate(const std::string& text) {
    Call call;
    call.set_text(text);
    grpc::ClientContext context;
    Fate told;
    EXPECT_TRUE(stub->Tell(&context, call, &told).ok());
    return told;
  }

  static std::unique_ptr<EchoStack> stack;
  std::unique_ptr<Echo::Stub> stub;
};

std::unique_ptr<EchoStack> GrpcStreams::stack;

INSTANTIATE_TEST_SUITE_P(BothPorts, GrpcStreams, testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Tls" : "Cleartext"; });

TEST_P(GrpcStreams, CarriesAStreamedAnswerInOrder) {
  Call call;
  call.set_times(1'000);
  grpc::ClientContext context;
  const auto answers = stub->Repeat(&context, call);
  Answer answer;
  int count = 0;
  while (answers->Read(&answer)) EXPECT_EQ(answer.number(), count++);
  EXPECT_EQ(count, 1'000);
  EXPECT_TRUE(answers->Finish().ok());
}

TEST_P(GrpcStreams, CarriesAStreamedRequestWhole) {
  grpc::ClientContext context;
  Summary summary;
  const auto calls = stub->Gather(&context, &summary);
  Call call;
  call.set_payload(std::string(100, 'x'));
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(calls->Write(call));
  calls->WritesDone();
  EXPECT_TRUE(calls->Finish().ok());
  EXPECT_EQ(summary.messages(), 1'000);
  EXPECT_EQ(summary.bytes(), 100'000);
}

TEST_P(GrpcStreams, EndsAStreamedRequestWhenTheBackendHasHadEnough) {
  grpc::ClientContext context;
  const auto stream = stub->Converse(&context);
  Call call;
  Answer answer;
  ASSERT_TRUE(stream->Write(call));
  ASSERT_TRUE(stream->Read(&answer));
  call.set_code(grpc::StatusCode::RESOURCE_EXHAUSTED);
  call.set_message("enough");
  ASSERT_TRUE(stream->Write(call));
  EXPECT_FALSE(stream->Read(&answer));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "enough");
}

TEST_P(GrpcStreams, CarriesMetadataAndTrailersBothWays) {
  using namespace std::string_literals;
  grpc::ClientContext context;
  context.AddMetadata("x-initial-text", "there");
  context.AddMetadata("x-initial-bytes-bin", "\0\xff\x01"s);
  context.AddMetadata("x-trailing-text", "and back");
  Answer answer;
  ASSERT_TRUE(stub->Say(&context, {}, &answer).ok());
  const auto& initial = context.GetServerInitialMetadata();
  ASSERT_EQ(initial.count("x-initial-text"), 1u);
  EXPECT_EQ(initial.find("x-initial-text")->second, "there");
  ASSERT_EQ(initial.count("x-initial-bytes-bin"), 1u);
  const auto bytes = initial.find("x-initial-bytes-bin")->second;
  EXPECT_EQ(std::string(bytes.data(), bytes.size()), "\0\xff\x01"s);
  const auto& trailing = context.GetServerTrailingMetadata();
  ASSERT_EQ(trailing.count("x-trailing-text"), 1u);
  EXPECT_EQ(trailing.find("x-trailing-text")->second, "and back");
}

TEST_P(GrpcStreams, CarriesMessagesLargerThanAnyWindow) {
  Call call;
  call.set_payload(std::string(8 * kMiB, 'x'));
  Answer answer;
  grpc::ClientContext context;
  const grpc::Status status = stub->Say(&context, call, &answer);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(answer.payload() == call.payload());
}

TEST_P(GrpcStreams, CarriesCompressedMessages) {
  Call call;
  call.set_payload(std::string(4 * kMiB, 'x'));
  call.set_gzip(true);
  Answer answer;
  grpc::ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  const grpc::Status status = stub->Say(&context, call, &answer);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(answer.payload() == call.payload());
}

TEST_P(GrpcStreams, TellsTheBackendThatItsClientCancelled) {
  const std::string text = GetParam() ? "cancelled over TLS" : "cancelled";
  Call call;
  call.set_text(text);
  grpc::ClientContext context;
  Answer answer;
  grpc::Status status;
  std::thread waiting([&] { status = stub->Wait(&context, call, &answer); });
  EXPECT_TRUE(support::eventually(5s, [&] { return fate(text).begun(); }));
  context.TryCancel();
  waiting.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(support::eventually(5s, [&] { return fate(text).cancelled(); }));
}

}  // namespace
}  // namespace trunkline::e2e

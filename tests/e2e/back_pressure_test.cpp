// A client that reads slowly slows its own stream down and nobody else's, and costs the gateway a
// window and not the answer: proven with grpc++ at both ends, one worker and one line between.

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "echo.grpc.pb.h"
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "tests/e2e/echo_stack.hpp"

namespace trunkline::e2e {
namespace {

using Clock = std::chrono::steady_clock;
using echo::v1::Answer;
using echo::v1::Call;
using echo::v1::Echo;

constexpr std::size_t kMessageBytes = 1 << 20;
constexpr std::size_t kMoreMemory = 24 << 20;

class BackPressure : public testing::Test {
 protected:
  /// A connection of its own; grpc++ shares one among channels that look alike.
  std::unique_ptr<Echo::Stub> stub(int number) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("test.connection", number);
    arguments.SetMaxReceiveMessageSize(-1);
    return Echo::NewStub(grpc::CreateCustomChannel("localhost:" + std::to_string(stack.http_port()),
                                                   grpc::InsecureChannelCredentials(), arguments));
  }

  static Call repeated(int times) {
    Call call;
    call.set_payload(std::string(kMessageBytes, 'x'));
    call.set_times(times);
    return call;
  }

  /// The longest of the middle 90 of 100 calls: what a neighbour waits.
  static std::chrono::microseconds wait_of(Echo::Stub& stub) {
    std::vector<std::chrono::microseconds> waits;
    for (int i = 0; i < 100; ++i) {
      grpc::ClientContext context;
      Call call;
      Answer answer;
      call.set_text("neighbour");
      const auto begun = Clock::now();
      EXPECT_TRUE(stub.Say(&context, call, &answer).ok());
      waits.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun));
    }
    std::sort(waits.begin(), waits.end());
    return waits[90];
  }

  EchoStack stack{{.workers = 1, .most_lines = 1}};
};

TEST_F(BackPressure, AGibibyteForASlowReaderCostsTheGatewayNoMemory) {
  constexpr int kMessages = 1024;
  const auto client = stub(1);
  grpc::ClientContext context;
  const auto reader = client->Repeat(&context, repeated(kMessages));
  Answer answer;
  ASSERT_TRUE(reader->Read(&answer));
  const std::size_t before = stack.gateway_memory();
  std::size_t most = before;
  std::size_t bytes = answer.payload().size();
  // At first it reads nothing at all: whatever is to pile up, piles up now.
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  most = std::max(most, stack.gateway_memory());
  for (int i = 1; reader->Read(&answer); ++i) {
    bytes += answer.payload().size();
    if (i % 16 != 0) continue;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    most = std::max(most, stack.gateway_memory());
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(bytes, kMessages * kMessageBytes);
  EXPECT_LT(most, before + kMoreMemory);
  RecordProperty("bytes_before", static_cast<int>(before));
  RecordProperty("bytes_at_most", static_cast<int>(most));
}

TEST_F(BackPressure, ABodyForASlowBackendCostsTheGatewayNoMemory) {
  const auto client = stub(1);
  grpc::ClientContext context;
  // Each message is answered before the next is read, and the answers are not taken.
  const auto both = client->Converse(&context);
  Call call;
  call.set_payload(std::string(kMessageBytes, 'x'));
  ASSERT_TRUE(both->Write(call));
  const std::size_t before = stack.gateway_memory();
  auto writing = std::async(std::launch::async, [&] {
    for (int i = 0; i < 64; ++i) {
      if (!both->Write(call)) return;
    }
    both->WritesDone();
  });
  // Both directions stand still now.
  EXPECT_EQ(writing.wait_for(std::chrono::seconds(1)), std::future_status::timeout);
  EXPECT_LT(stack.gateway_memory(), before + kMoreMemory);
  Answer answer;
  int answers = 0;
  while (both->Read(&answer)) ++answers;
  writing.wait();
  EXPECT_EQ(answers, 65);
  EXPECT_TRUE(both->Finish().ok());
}

TEST_F(BackPressure, AStalledStreamDoesNotSlowItsNeighboursDown) {
  const auto client = stub(1);
  const auto neighbour = stub(2);
  wait_of(*client);  // connects
  wait_of(*neighbour);
  const auto alone = std::min(wait_of(*client), wait_of(*client));

  // Three streams that nobody reads: through one connection, and through one line to the backend.
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<Answer>>> stalled;
  for (int i = 0; i < 3; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    stalled.push_back(client->Repeat(contexts.back().get(), repeated(100)));
    Answer first;
    ASSERT_TRUE(stalled.back()->Read(&first));
  }
  const auto same_connection = std::min(wait_of(*client), wait_of(*client));
  const auto other_connection = std::min(wait_of(*neighbour), wait_of(*neighbour));
  RecordProperty("alone_us", static_cast<int>(alone.count()));
  RecordProperty("same_connection_us", static_cast<int>(same_connection.count()));
  RecordProperty("other_connection_us", static_cast<int>(other_connection.count()));
  constexpr std::chrono::milliseconds kSlack{3};
  EXPECT_LT(same_connection, 3 * alone + kSlack);
  EXPECT_LT(other_connection, 3 * alone + kSlack);

  for (const auto& context : contexts) context->TryCancel();
  for (const auto& stream : stalled) stream->Finish();
}

}  // namespace
}  // namespace trunkline::e2e

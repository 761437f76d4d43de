// Direct calls over a real connection, with handlers that the test holds in its hand.

#include "backends/serve/direct_service.hpp"

#include <future>
#include <thread>

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "backends/serve/server.hpp"
#include "backends/serve/single_slice.hpp"
#include "tests/backends/serve/held_calls.hpp"

namespace trunkline::serve {
namespace {

using namespace std::chrono_literals;
using ::grpc::ByteBuffer;
using ::grpc::ClientContext;
using ::grpc::StatusCode;

class DirectService : public testing::Test {
 protected:
  struct Result {
    ::grpc::Status status;
    std::string answer;
  };

  explicit DirectService(std::chrono::seconds drain = 10s)
      : server({.listen = "127.0.0.1:0", .drain = drain}, {test::desk(held)}),
        stub(::grpc::CreateChannel(server.address(), ::grpc::InsecureChannelCredentials())) {}
  ~DirectService() override {
    if (!drained) server.drain();
  }

  std::future<Result> call(ClientContext& context, const std::string& method,
                           const std::string& request) {
    struct Call {
      ByteBuffer request;
      ByteBuffer response;
      std::promise<Result> result;
    };
    auto call = std::make_shared<Call>();
    const ::grpc::Slice slice(request);
    call->request = ByteBuffer(&slice, 1);
    stub.UnaryCall(&context, "/test.Desk/" + method, {}, &call->request, &call->response,
                   [call](::grpc::Status status) {
                     call->result.set_value(
                         {std::move(status), std::string(text(single_slice(call->response)))});
                   });
    return call->result.get_future();
  }

  void drain() {
    server.drain();
    drained = true;
  }

  test::HeldCalls held;
  Server server;
  ::grpc::GenericStub stub;
  bool drained = false;
};

class HastyDirectService : public DirectService {
 protected:
  HastyDirectService() : DirectService(1s) {}
};

TEST_F(DirectService, AnswersByTheSameHandlersAsATunnel) {
  ClientContext context;
  context.AddMetadata("name", "Alice");
  EXPECT_EQ(call(context, "Greet", "").get().answer, "Alice");
  ClientContext empty;
  const auto result = call(empty, "Echo", "").get();
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.answer, "");
}

TEST_F(DirectService, GivesStatusDetailsAndTrailersAsTheyAre) {
  ClientContext context;
  auto result = call(context, "Hold", "a");
  held.answer("a", {{StatusCode::ABORTED, "try again", "details"}, {}, {{"retry-after", "1"}}});
  const auto status = result.get().status;
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED);
  EXPECT_EQ(status.error_message(), "try again");
  EXPECT_EQ(status.error_details(), "details");
  const auto& trailers = context.GetServerTrailingMetadata();
  ASSERT_TRUE(trailers.contains("retry-after"));
}

TEST_F(DirectService, TellsTheHandlerWhenTheCallerLeaves) {
  ClientContext context;
  auto result = call(context, "Hold", "a");
  EXPECT_TRUE(held.reach(1));
  context.TryCancel();
  EXPECT_TRUE(held.was_left("a"));
  EXPECT_EQ(result.get().status.error_code(), StatusCode::CANCELLED);
  held.answer("a");
}

TEST_F(DirectService, TellsTheHandlerWhenTheDeadlinePasses) {
  ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 100ms);
  auto result = call(context, "Hold", "a");
  EXPECT_TRUE(held.was_left("a"));
  EXPECT_EQ(result.get().status.error_code(), StatusCode::DEADLINE_EXCEEDED);
  held.answer("a");
}

TEST_F(DirectService, IsWaitedForWhileTheServerDrains) {
  ClientContext context;
  auto result = call(context, "Hold", "a");
  EXPECT_TRUE(held.reach(1));
  auto draining = std::async(std::launch::async, [&] { drain(); });
  EXPECT_EQ(draining.wait_for(200ms), std::future_status::timeout);
  held.answer("a");
  EXPECT_EQ(result.get().answer, "a");
  draining.wait();
}

TEST_F(HastyDirectService, IsCancelledWhenTheTimeToDrainIsOver) {
  ClientContext context;
  auto result = call(context, "Hold", "a");
  EXPECT_TRUE(held.reach(1));
  auto draining = std::async(std::launch::async, [&] { drain(); });
  EXPECT_TRUE(held.was_left("a"));
  EXPECT_EQ(result.get().status.ok(), false);
  held.answer("a");
  draining.wait();
}

}  // namespace
}  // namespace trunkline::serve

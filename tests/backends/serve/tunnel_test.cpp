// The tunnel over a real connection, with handlers that the test holds in its hand.

#include "backends/serve/tunnel.hpp"

#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/serve/server.hpp"
#include "tests/backends/serve/held_calls.hpp"
#include "tests/backends/serve/tunnel_client.hpp"

namespace trunkline::serve {
namespace {

using namespace std::chrono_literals;
using ::grpc::StatusCode;
using test::TunnelClient;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace wire = tunnel::v1;

class Tunnel : public testing::Test {
 protected:
  static Settings settings(TunnelSettings tunnel) {
    return {.listen = "127.0.0.1:0", .drain = 10s, .tunnel = tunnel};
  }
  explicit Tunnel(TunnelSettings tunnel = {}) : server(settings(tunnel), {test::desk(held)}) {}
  ~Tunnel() override {
    if (!drained) server.drain();
  }

  std::string address() const { return server.address(); }

  test::HeldCalls held;
  Server server;
  bool drained = false;
};

class SmallTunnel : public Tunnel {
 protected:
  SmallTunnel() : Tunnel({.calls = 3, .request_bytes = 100, .unsent_bytes = 1000}) {}
};

std::string ending(const TunnelClient::Ended& answer) {
  return std::to_string(answer.end.code()) + " " + answer.end.message() +
         (answer.end.not_begun() ? " (not begun)" : "");
}

std::string ending(const ::grpc::Status& status) {
  return std::to_string(status.error_code()) + " " + status.error_message();
}

TEST_F(Tunnel, SaysItsLimitsFirst) {
  TunnelClient client(address());
  ASSERT_TRUE(client.read());
  EXPECT_EQ(client.limits.calls(), 1000U);
  EXPECT_EQ(client.limits.request_bytes(), 1024U * 1024);
  EXPECT_EQ(client.limits.metadata_bytes(), 16U * 1024);
  EXPECT_EQ(client.limits.message_bytes(), 4U * 1024 * 1024);
}

TEST_F(Tunnel, AnswersOutOfOrder) {
  TunnelClient client(address());
  const auto first = client.call("Hold", "a");
  const auto second = client.call("Hold", "b");
  const auto third = client.call("Echo", "c");
  EXPECT_EQ(client.answer(third).data, "c");
  held.answer("b");
  EXPECT_EQ(client.answer(second).data, "b");
  held.answer("a");
  EXPECT_EQ(client.answer(first).data, "a");
}

TEST_F(Tunnel, GivesEachOfManyCallsItsOwnAnswer) {
  TunnelClient client(address());
  std::map<std::uint64_t, std::string> expected;
  for (int burst = 0; burst < 20; ++burst) {
    wire::CallerFrames frames;
    for (int i = 0; i < 500; ++i) {
      const auto text = std::to_string(burst) + "." + std::to_string(i);
      expected[client.add_call(frames, "Echo", text)] = text;
    }
    client.send(frames);
    for (const auto& call : frames.calls()) {
      EXPECT_EQ(client.answer(call.id()).data, expected[call.id()]);
    }
  }
  EXPECT_LT(client.messages, 20 * 100) << "answers that were ready together went one by one";
}

TEST_F(Tunnel, GivesStatusDetailsAndTrailersAsTheyAre) {
  TunnelClient client(address());
  const auto id = client.call("Hold", "a");
  const std::string binary("\0\xff", 2);
  held.answer("a", {{StatusCode::ABORTED, "try again", binary},
                    ::grpc::Slice("void"),
                    {{"retry-after", "1"}, {"trace-bin", binary}}});
  const auto answer = client.answer(id);
  EXPECT_EQ(ending(answer), "10 try again");
  EXPECT_EQ(answer.data, "");
  EXPECT_EQ(answer.end.details(), binary);
  ASSERT_EQ(answer.end.metadata_size(), 2);
  EXPECT_EQ(answer.end.metadata(1).name(), "trace-bin");
  EXPECT_EQ(answer.end.metadata(1).value(), binary);
}

TEST_F(Tunnel, ShowsHandlersTheCallsMetadata) {
  TunnelClient client(address());
  wire::CallerFrames frames;
  const auto known = client.add_call(frames, "Greet", "");
  auto& metadata = *frames.mutable_calls(0)->add_metadata();
  metadata.set_name("name");
  metadata.set_value("Alice");
  const auto unknown = client.add_call(frames, "Greet", "");
  client.send(frames);
  EXPECT_EQ(client.answer(known).data, "Alice");
  EXPECT_EQ(client.answer(unknown).data, "nobody");
}

TEST_F(Tunnel, GivesAnEmptyAnswerWithoutAnyCredit) {
  TunnelClient client(address(), 0);
  const auto answer = client.answer(client.call("Echo", ""));
  EXPECT_EQ(ending(answer), "0 ");
  EXPECT_EQ(answer.data, "");
}

TEST_F(Tunnel, CutsALargeAnswerSoThatASmallOneDoesNotWaitForIt) {
  TunnelClient client(address(), 200'000);
  const auto large = client.call("Fill", "1000000");
  // The credit is used up by the large one: it waits, in the middle.
  while (client.bytes < 200'000) ASSERT_TRUE(client.read());
  const auto small = client.call("Echo", "small");
  client.give_credit(100'000);
  EXPECT_EQ(client.answer(small).data, "small");
  EXPECT_EQ(client.ended(), std::vector{small});
  client.give_credit(1'000'000);
  const auto answer = client.answer(large);
  EXPECT_EQ(answer.data, std::string(1'000'000, 'x'));
  EXPECT_EQ(answer.message_bytes, 1'000'000U);
  EXPECT_EQ(client.largest_piece, 16U * 1024);
  EXPECT_LT(client.largest_message, 256U * 1024);
}

TEST_F(Tunnel, SendsNoMoreThanItWasGrantedYetEndsPass) {
  TunnelClient client(address(), 10);
  const auto waits = client.call("Fill", "25");
  const auto unknown = client.call("/no.Such/Method", "");
  EXPECT_EQ(client.answer(unknown).end.code(), StatusCode::UNIMPLEMENTED);
  EXPECT_LE(client.bytes, 10U);
  client.give_credit(5);
  while (client.bytes < 15) ASSERT_TRUE(client.read());
  const auto fence = client.call("Echo", "");
  client.answer(fence);
  EXPECT_EQ(client.bytes, 15U);
  client.give_credit(10);
  EXPECT_EQ(client.answer(waits).data, std::string(25, 'x'));
}

TEST_F(Tunnel, SaysThatThereIsNoSuchUnaryMethodInLettersThatAnyTextMayHold) {
  TunnelClient client(address());
  EXPECT_EQ(ending(client.answer(client.call("/trunkline.tunnel.v1.TunnelService/Open", ""))),
            "12 there is no unary method /trunkline.tunnel.v1.TunnelService/Open here");
  EXPECT_EQ(ending(client.answer(client.call("/gr\n\xc3\xbc\xc3\x9f", ""))),
            "12 there is no unary method /gr????? here");
  EXPECT_EQ(client.answer(client.call("/" + std::string(9000, 'x'), "")).end.message().size(),
            std::string("there is no unary method  here").size() + 128);
}

TEST_F(Tunnel, TellsTheHandlerOfACancelledCallAndEndsItWhenTheHandlerHasFinished) {
  TunnelClient client(address());
  const auto id = client.call("Hold", "a");
  client.cancel(id);
  EXPECT_TRUE(held.was_left("a"));
  client.answer(client.call("Echo", "fence"));
  EXPECT_THAT(client.ended(), testing::Not(testing::Contains(id)));
  held.answer("a");
  const auto answer = client.answer(id);
  EXPECT_EQ(ending(answer), "1 the caller cancelled the call");
  EXPECT_EQ(answer.data, "");
}

TEST_F(Tunnel, CancelsACallThatCameInTheSameMessage) {
  TunnelClient client(address());
  wire::CallerFrames frames;
  const auto id = client.add_call(frames, "Hold", "a");
  frames.add_cancels(id);
  client.send(frames);
  EXPECT_TRUE(held.was_left("a"));
  held.answer("a");
  EXPECT_EQ(client.answer(id).end.code(), StatusCode::CANCELLED);
}

TEST_F(Tunnel, GivesUpTheRestOfACancelledAnswer) {
  TunnelClient client(address(), 50'000);
  const auto id = client.call("Fill", "1000000");
  while (client.bytes < 50'000) ASSERT_TRUE(client.read());
  client.cancel(id);
  EXPECT_EQ(client.answer(id).end.code(), StatusCode::CANCELLED);
  EXPECT_EQ(client.bytes, 50'000U);
}

TEST_F(Tunnel, PassesOverCancelsOfCallsThatAreNotOpen) {
  TunnelClient client(address());
  const auto id = client.call("Echo", "a");
  client.answer(id);
  client.cancel(id);
  client.cancel(77);
  EXPECT_EQ(client.answer(client.call("Echo", "b")).data, "b");
}

TEST_F(Tunnel, EndsACallAtItsOwnDeadline) {
  TunnelClient client(address());
  const auto began = std::chrono::steady_clock::now();
  const auto late = client.call("Hold", "late", 100ms);
  const auto patient = client.call("Hold", "patient", 9s);
  EXPECT_TRUE(held.was_left("late"));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 100ms);
  held.answer("late");
  held.answer("patient");
  EXPECT_EQ(ending(client.answer(late)), "4 the deadline passed before the answer was sent");
  EXPECT_EQ(ending(client.answer(patient)), "0 ");
}

TEST_F(Tunnel, EndsACallWhoseAnswerWaitsForCreditAtItsDeadline) {
  TunnelClient client(address(), 0);
  EXPECT_EQ(client.answer(client.call("Echo", "a", 100ms)).end.code(),
            StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(SmallTunnel, RefusesCallsAboveItsLimitWithoutBeginningThem) {
  TunnelClient client(address());
  for (const char* name : {"a", "b", "c"}) client.call("Hold", name);
  EXPECT_EQ(ending(client.answer(client.call("Echo", "d"))),
            "8 as many calls are open as one tunnel may have: 3 (not begun)");
  held.answer("b");
  client.answer(2);
  EXPECT_EQ(client.answer(client.call("Echo", "e")).data, "e");
  held.answer("a");
  held.answer("c");
}

TEST_F(SmallTunnel, KeepsTheSlotOfACancelledCallUntilItsHandlerHasFinished) {
  TunnelClient client(address());
  for (const char* name : {"a", "b", "c"}) client.cancel(client.call("Hold", name));
  EXPECT_EQ(client.answer(client.call("Echo", "d")).end.code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(held.count(), 3U);
  for (const char* name : {"a", "b", "c"}) held.answer(name);
}

TEST_F(SmallTunnel, EndsTheTunnelOfACallerThatDisregardsItsLimit) {
  TunnelClient client(address());
  wire::CallerFrames frames;
  for (int i = 0; i < 7; ++i) client.add_call(frames, "Echo", "");
  client.send(frames);
  EXPECT_EQ(ending(client.finish()),
            "8 a message has more than twice as many calls or cancels as calls may be open");
}

TEST_F(SmallTunnel, RefusesALargerRequestWithoutBeginningIt) {
  TunnelClient client(address());
  EXPECT_EQ(ending(client.answer(client.call("Echo", std::string(101, 'x')))),
            "8 the request has 101 bytes: a tunnel takes 100 (not begun)");
  EXPECT_EQ(client.answer(client.call("Echo", std::string(100, 'x'))).data.size(), 100U);
}

TEST_F(SmallTunnel, RefusesMoreMetadataWithoutBeginningTheCall) {
  TunnelClient client(address());
  wire::CallerFrames frames;
  const auto id = client.add_call(frames, "Echo", "");
  auto& metadata = *frames.mutable_calls(0)->add_metadata();
  metadata.set_name("a");
  metadata.set_value(std::string(16 * 1024, 'x'));
  client.send(frames);
  EXPECT_EQ(ending(client.answer(id)),
            "8 the metadata has 16417 bytes: a call may have 16384 (not begun)");
}

TEST_F(SmallTunnel, BoundsTheAnswersThatWaitForCredit) {
  TunnelClient client(address(), 0);
  const auto first = client.call("Fill", "1000");
  EXPECT_EQ(ending(client.answer(client.call("Echo", "a"))),
            "8 too many answers wait for the caller's credit (not begun)");
  client.give_credit(1000);
  client.answer(first);
  // With one byte short of the limit it takes a call, whose answer is too much.
  const auto second = client.call("Fill", "999");
  EXPECT_EQ(ending(client.answer(client.call("Fill", "1002"))),
            "8 too many answers wait for the caller's credit");
  client.give_credit(999);
  EXPECT_EQ(client.answer(second).data.size(), 999U);
}

TEST_F(Tunnel, EndsWhenAMessageIsNone) {
  using ::grpc::ByteBuffer;
  const ::grpc::internal::RpcMethod method("/trunkline.tunnel.v1.TunnelService/Open",
                                           ::grpc::internal::RpcMethod::BIDI_STREAMING);
  const auto channel = ::grpc::CreateChannel(address(), ::grpc::InsecureChannelCredentials());
  for (const std::string bytes : {"\xff", "\x0a\x05\x08\x01", "\x0a\x02\x08\x80", "\x0c"}) {
    ::grpc::ClientContext context;
    const std::unique_ptr<::grpc::ClientReaderWriter<ByteBuffer, ByteBuffer>> stream(
        ::grpc::internal::ClientReaderWriterFactory<ByteBuffer, ByteBuffer>::Create(
            channel.get(), method, &context));
    const ::grpc::Slice slice(bytes);
    stream->Write(ByteBuffer(&slice, 1));
    ByteBuffer limits;
    while (stream->Read(&limits)) {
    }
    EXPECT_EQ(ending(stream->Finish()), "3 a message is no trunkline.tunnel.v1.CallerFrames");
  }
}

TEST_F(Tunnel, EndsWhenIdsDoNotGrow) {
  TunnelClient client(address());
  wire::CallerFrames frames;
  client.add_call(frames, "Hold", "a");
  client.add_call(frames, "Hold", "b");
  frames.mutable_calls(1)->set_id(1);
  client.send(frames);
  EXPECT_EQ(ending(client.finish()), "3 the call 1 comes after the call 1: ids must grow");
  EXPECT_EQ(held.count(), 0U) << "part of a message that is wrong was begun";
}

TEST_F(Tunnel, EndsWhenCreditExceeds2To62InAll) {
  TunnelClient client(address(), std::uint64_t{1} << 62);
  client.give_credit(1);
  EXPECT_EQ(ending(client.finish()), "3 credit must not exceed 2^62");
}

TEST_F(Tunnel, CancelsAllItsCallsWhenItBreaks) {
  TunnelClient client(address());
  client.call("Hold", "a");
  client.call("Hold", "b");
  EXPECT_TRUE(held.reach(2));
  client.break_off();
  EXPECT_TRUE(held.was_left("a"));
  EXPECT_TRUE(held.was_left("b"));
  held.answer("a");
  held.answer("b");
}

TEST_F(Tunnel, AnswersWhatItHasWhenTheCallerHalfCloses) {
  TunnelClient client(address(), 10);
  const auto held_call = client.call("Hold", "a");
  const auto waits = client.call("Fill", "100000");
  client.half_close();
  EXPECT_EQ(client.answer(waits).data.size(), 100'000U) << "no credit can come any more";
  held.answer("a");
  EXPECT_EQ(client.answer(held_call).data, "a");
  EXPECT_TRUE(client.finish().ok());
}

TEST_F(Tunnel, DrainsByAnsweringWhatItHasAndRefusingWhatCrosses) {
  TunnelClient client(address());
  client.answer(client.call("Echo", "a"));
  const auto last = client.call("Hold", "b");
  EXPECT_TRUE(held.reach(1));
  auto draining = std::async(std::launch::async, [&] { server.drain(); });
  drained = true;
  while (client.drains.empty()) ASSERT_TRUE(client.read());
  EXPECT_THAT(client.drains, ElementsAre(last));
  EXPECT_EQ(ending(client.answer(client.call("Echo", "c"))), "14 the server drains (not begun)");
  EXPECT_EQ(draining.wait_for(100ms), std::future_status::timeout);
  held.answer("b");
  EXPECT_EQ(client.answer(last).data, "b");
  EXPECT_TRUE(client.finish().ok());
  draining.wait();
}

TEST_F(Tunnel, DoesNotHoldUpTheDrainWhileItIsIdle) {
  TunnelClient client(address());
  client.answer(client.call("Echo", "a"));
  const auto began = std::chrono::steady_clock::now();
  server.drain();
  drained = true;
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_TRUE(client.finish().ok());
  EXPECT_THAT(client.drains, ElementsAre(1));
}

TEST_F(Tunnel, GivesTheSameAnswersToManyThreadsAndTunnels) {
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&, t] {
      TunnelClient client(address());
      for (int i = 0; i < 200; ++i) {
        const auto text = std::to_string(t) + "." + std::to_string(i);
        const auto id = client.call("Hold", text);
        if (i % 3 == 0) client.cancel(id);
        std::thread answerer([&] { held.answer(text); });
        const auto answer = client.answer(id);
        answerer.join();
        EXPECT_TRUE(answer.data == text || answer.end.code() == StatusCode::CANCELLED);
      }
    });
  }
  for (auto& caller : callers) caller.join();
}

}  // namespace
}  // namespace trunkline::serve

#include "gateway/h2/client_session.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/h2/wire.hpp"

namespace trunkline::h2 {
namespace {

TEST(ClientSession, IsSettledOnceTheServerHasSpoken) {
  Wire wire;
  EXPECT_FALSE(wire.client.settled());
  wire.run();
  EXPECT_TRUE(wire.client.settled());
  EXPECT_EQ(wire.client.max_concurrent_streams(), 100u);
}

TEST(ClientSession, HonoursTheServersLimitOfStreams) {
  Limits limits;
  limits.max_concurrent_streams = 2;
  Wire wire(std::string::npos, limits);
  wire.run();
  const auto first = wire.client.submit(get("/"), {}, true);
  EXPECT_TRUE(wire.client.can_submit());
  wire.client.submit(get("/"), {}, true);
  EXPECT_FALSE(wire.client.can_submit());
  wire.run();
  wire.server.respond(first, {200, {}}, {});
  wire.run();
  EXPECT_TRUE(wire.client.can_submit());
}

TEST(ClientSession, SubmitsNothingAfterGoaway) {
  Wire wire;
  wire.run();
  wire.server.drain();
  wire.run();
  EXPECT_TRUE(wire.client.draining());
  EXPECT_FALSE(wire.client.can_submit());
}

TEST(ClientSession, GetsAnAnswerOfTrailersOnlyAsAHeadThatEnds) {
  Wire wire;
  const auto stream = wire.client.submit(post("/"), http::SharedBody("x"), true);
  wire.run();
  wire.server.respond(stream, {200, {{"grpc-status", "12"}}}, {});
  wire.run();
  const auto answers = all<ResponseEvent>(wire.client_events);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_TRUE(answers[0]->end);
  EXPECT_EQ(answers[0]->head.headers.find("grpc-status"), "12");
}

TEST(ClientSession, SendsABodyPieceByPiece) {
  Wire wire;
  const auto stream = wire.client.submit(post("/"), http::SharedBody("one "), false);
  wire.run();
  wire.client.send(stream, http::SharedBody("two "), false);
  wire.run();
  wire.client.send(stream, http::SharedBody("three"), true);
  wire.run();
  EXPECT_EQ(body(wire.server_events, stream), "one two three");
  EXPECT_TRUE(all<http::DataEvent>(wire.server_events).back()->end);
}

TEST(ClientSession, TellsWhatOfABodyIsOnItsWay) {
  Wire wire;
  wire.client.submit(post("/"), http::SharedBody(std::string(20'000, 'x')), false);
  wire.run();
  std::size_t sent = 0;
  for (const auto* event : all<http::SentEvent>(wire.client_events)) sent += event->bytes;
  EXPECT_EQ(sent, 20'000u);
}

TEST(ClientSession, KnowsWhetherARequestHasLeft) {
  Wire wire;
  wire.run();
  const auto stream = wire.client.submit(get("/"), {}, true);
  EXPECT_FALSE(wire.client.sent(stream));
  wire.run();
  EXPECT_TRUE(wire.client.sent(stream));
}

TEST(ClientSession, BringsNothingButTheEndOfACancelledStream) {
  Wire wire;
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.client.cancel(stream);
  wire.server.respond(stream, {200, {}}, http::SharedBody("crosses the cancel"));
  wire.run();
  EXPECT_TRUE(all<ResponseEvent>(wire.client_events).empty());
  EXPECT_EQ(wire.client.open_streams(), 0u);
}

TEST(ClientSession, CancelsWhatWasNeverSent) {
  Wire wire;
  wire.run();
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.client.cancel(stream);
  wire.run();
  EXPECT_TRUE(all<http::RequestEvent>(wire.server_events).empty());
  EXPECT_EQ(wire.client.open_streams(), 0u);
}

TEST(ClientSession, LearnsThatAStreamWasRefused) {
  Wire wire;
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.server.reset(stream, ErrorCode::kRefusedStream);
  wire.run();
  const auto closed = all<ClosedEvent>(wire.client_events);
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0]->code, ErrorCode::kRefusedStream);
}

TEST(ClientSession, ResetsAnAnswerWhoseHeadIsOverTheLimit) {
  ClientLimits limits;
  limits.header_bytes = 1'024;
  Wire wire(std::string::npos, {}, limits);
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.server.respond(stream, {200, {{"x", std::string(2'000, 'x')}}}, {});
  wire.run();
  EXPECT_TRUE(all<ResponseEvent>(wire.client_events).empty());
  EXPECT_EQ(all<ClosedEvent>(wire.client_events).size(), 1u);
}

TEST(ClientSession, GivesCreditForWhatIsConsumed) {
  ClientLimits limits;
  limits.stream_window = 65'535;
  limits.connection_window = 65'535;
  Wire wire(std::string::npos, {}, limits);
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  const std::string sent(300'000, 'x');
  wire.server.respond(stream, {200, {}}, http::SharedBody(sent));
  wire.run();
  std::size_t seen = 0;
  while (seen < sent.size()) {
    const std::size_t more = body(wire.client_events, stream).size();
    ASSERT_GT(more, 0u) << "stalled after " << seen;
    ASSERT_LE(more, 65'535u);
    seen += more;
    wire.client_events.clear();
    wire.client.consume(stream, more);
    wire.run();
  }
  EXPECT_EQ(seen, sent.size());
}

TEST(ClientSession, LetsOtherStreamsGoOnWhileOneIsNotConsumed) {
  ClientLimits limits;
  limits.stream_window = 65'535;
  limits.connection_window = 100'000;
  Wire wire(std::string::npos, {}, limits);
  for (int i = 0; i < 20; ++i) {  // in sum far more than the connection's window
    const auto stream = wire.client.submit(get("/"), {}, true);
    wire.run();
    wire.server.respond(stream, {200, {}}, http::SharedBody(std::string(50'000, 'x')));
    wire.run();
    ASSERT_EQ(body(wire.client_events, stream).size(), 50'000u) << i;
  }
}

TEST(ClientSession, AbandonsARequestThatIsAnsweredBeforeItEnds) {
  Wire wire;
  const auto stream = wire.client.submit(post("/"), http::SharedBody("begun"), false);
  wire.run();
  EXPECT_TRUE(wire.client.abandon_request(stream));
  wire.run();
  EXPECT_EQ(wire.client.open_streams(), 0u);
  EXPECT_EQ(all<http::ResetEvent>(wire.server_events).size(), 1u);
  const auto whole = wire.client.submit(post("/"), http::SharedBody("whole"), true);
  wire.run();
  EXPECT_FALSE(wire.client.abandon_request(whole));
}

TEST(ClientSession, CountsThePongs) {
  Wire wire;
  wire.run();
  wire.client.ping();
  wire.run();
  EXPECT_EQ(wire.client.pongs(), 1u);
}

}  // namespace
}  // namespace trunkline::h2

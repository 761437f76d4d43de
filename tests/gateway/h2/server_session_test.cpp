#include "gateway/h2/server_session.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/h2/wire.hpp"

namespace trunkline::h2 {
namespace {

const http::ResponseHead kOk{200, {{"content-type", "text/plain"}}};

// Every fact about a conversation holds however the bytes are cut.
class Conversation : public testing::TestWithParam<std::size_t> {
 protected:
  Wire wire{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(InPieces, Conversation, testing::Values(1, 2, 7, 100000));

TEST_P(Conversation, ReportsARequestWithItsHead) {
  wire.client.submit(get("/v1/agents?x=1"), {}, true);
  wire.run();
  const auto requests = all<http::RequestEvent>(wire.server_events);
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_TRUE(requests[0]->end);
  EXPECT_EQ(requests[0]->head.method, "GET");
  EXPECT_EQ(requests[0]->head.scheme, "http");
  EXPECT_EQ(requests[0]->head.authority, "a.example");
  EXPECT_EQ(requests[0]->head.path(), "/v1/agents");
  EXPECT_EQ(requests[0]->head.query(), "x=1");
  EXPECT_EQ(requests[0]->head.headers.find("accept"), "*/*");
  EXPECT_EQ(requests[0]->head.headers.size(), 1u);
}

TEST_P(Conversation, CarriesTheBodyOfARequest) {
  const std::string sent(40'000, 'x');
  const auto stream = wire.client.submit(post("/"), http::SharedBody(sent), true);
  wire.run();
  EXPECT_FALSE(all<http::RequestEvent>(wire.server_events)[0]->end);
  EXPECT_EQ(body(wire.server_events, stream), sent);
  EXPECT_TRUE(all<http::DataEvent>(wire.server_events).back()->end);
}

TEST_P(Conversation, CarriesAWholeAnswer) {
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.server.respond(stream, kOk, http::SharedBody("hello"));
  wire.run();
  const auto answers = all<ResponseEvent>(wire.client_events);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0]->head.status, 200);
  EXPECT_EQ(answers[0]->head.headers.find("content-length"), "5");
  EXPECT_EQ(answers[0]->head.headers.find("date"), kDate);
  EXPECT_EQ(body(wire.client_events, stream), "hello");
  const auto closed = all<ClosedEvent>(wire.client_events);
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0]->code, ErrorCode::kNoError);
  EXPECT_EQ(wire.server.open_streams(), 0u);
}

TEST_P(Conversation, CarriesAnAnswerPieceByPieceWithTrailers) {
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.server.start(stream, kOk);
  wire.run();
  wire.server.send(stream, http::SharedBody("one "));
  wire.run();
  wire.server.send(stream, http::SharedBody("two"));
  wire.server.finish(stream, {{"grpc-status", "0"}});
  wire.run();
  EXPECT_EQ(body(wire.client_events, stream), "one two");
  const auto trailers = all<http::TrailersEvent>(wire.client_events);
  ASSERT_EQ(trailers.size(), 1u);
  EXPECT_EQ(trailers[0]->headers.find("grpc-status"), "0");
}

TEST_P(Conversation, AnswersInAnyOrder) {
  const auto first = wire.client.submit(get("/1"), {}, true);
  const auto second = wire.client.submit(get("/2"), {}, true);
  wire.run();
  wire.server.respond(second, kOk, http::SharedBody("2"));
  wire.run();
  wire.server.respond(first, kOk, http::SharedBody("1"));
  wire.run();
  EXPECT_EQ(body(wire.client_events, first), "1");
  EXPECT_EQ(body(wire.client_events, second), "2");
}

TEST(ServerSession, SendsNoBodyForHeadButItsLength) {
  Wire wire;
  auto head = get("/");
  head.method = "HEAD";
  const auto stream = wire.client.submit(head, {}, true);
  wire.run();
  wire.server.respond(stream, kOk, http::SharedBody("hello"));
  wire.run();
  EXPECT_EQ(all<ResponseEvent>(wire.client_events)[0]->head.headers.find("content-length"), "5");
  EXPECT_EQ(body(wire.client_events, stream), "");
  EXPECT_EQ(all<ClosedEvent>(wire.client_events).size(), 1u);
}

TEST(ServerSession, TellsThatTheClientGaveUp) {
  Wire wire;
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.client.cancel(stream);
  wire.run();
  const auto resets = all<http::ResetEvent>(wire.server_events);
  ASSERT_EQ(resets.size(), 1u);
  EXPECT_EQ(resets[0]->stream, stream);
  wire.server.respond(stream, kOk, http::SharedBody("too late"));  // does nothing
  wire.run();
  EXPECT_TRUE(all<ResponseEvent>(wire.client_events).empty());
}

TEST(ServerSession, GivesNoCreditUntilTheBodyIsConsumed) {
  Limits limits;
  limits.stream_window = 65'535;
  Wire wire(std::string::npos, limits);
  const std::string sent(200'000, 'x');
  const auto stream = wire.client.submit(post("/"), http::SharedBody(sent), true);
  wire.run();
  std::size_t seen = 0;
  while (seen < sent.size()) {
    const std::size_t more = body(wire.server_events, stream).size();
    ASSERT_GT(more, 0u) << "stalled after " << seen;
    ASSERT_LE(more, 65'535u);
    seen += more;
    wire.server_events.clear();
    wire.server.consume(stream, more);
    wire.run();
  }
  EXPECT_EQ(seen, sent.size());
}

TEST(ServerSession, KeepsTheConnectionsWindowWhenNobodyTakesABody) {
  Limits limits;
  limits.connection_window = 100'000;
  Wire wire(std::string::npos, limits);
  // Each body is dropped by an early answer: in sum far more than the window.
  for (int i = 0; i < 20; ++i) {
    const auto stream =
        wire.client.submit(post("/"), http::SharedBody(std::string(50'000, 'x')), false);
    wire.run();
    wire.server.respond(stream, kOk, http::SharedBody("no, thanks"));
    wire.run();
    ASSERT_EQ(body(wire.client_events, stream), "no, thanks") << i;
  }
}

TEST(ServerSession, StopsALongRestOfWhichMuchWasNotConsumed) {
  Limits limits;
  limits.stream_window = 65'535;
  Wire wire(std::string::npos, limits);
  const auto stream =
      wire.client.submit(post("/"), http::SharedBody(std::string(1'000'000, 'x')), true);
  wire.run();  // the client has used up its window
  wire.server.respond(stream, kOk, http::SharedBody("enough"));
  wire.run();
  EXPECT_EQ(body(wire.client_events, stream), "enough");
  EXPECT_EQ(wire.server.open_streams(), 0u);
}

TEST(ServerSession, LetsTheShortRestOfARequestItHasAnsweredRunOut) {
  Wire wire;
  const auto stream = wire.client.submit(post("/"), http::SharedBody("begun"), false);
  wire.run();
  wire.server.respond(stream, kOk, http::SharedBody("enough"));
  wire.run();
  EXPECT_EQ(body(wire.client_events, stream), "enough");
  wire.client.send(stream, http::SharedBody("ended"), true);
  wire.run();
  EXPECT_EQ(all<ClosedEvent>(wire.client_events).at(0)->code, ErrorCode::kNoError);
  EXPECT_EQ(wire.server.open_streams(), 0u);
}

TEST(ServerSession, ReportsNoTrailersOfARequestItHasAnswered) {
  Wire wire;
  const auto stream = wire.client.submit(post("/"), http::SharedBody("begun"), false);
  wire.run();
  wire.server.respond(stream, kOk, http::SharedBody("enough"));
  wire.run();
  wire.server.feed(frame(kHeaders, kEndHeaders | kEndStream, static_cast<std::uint32_t>(stream),
                         field("x-sum", "1")));
  EXPECT_TRUE(wire.server.events().empty());
  EXPECT_EQ(wire.server.open_streams(), 0u);
}

TEST(ServerSession, StopsTheLongRestOfARequestItHasAnswered) {
  Wire wire;
  const auto stream = wire.client.submit(post("/"), http::SharedBody("begun"), false);
  wire.run();
  wire.server.respond(stream, kOk, http::SharedBody("enough"));
  wire.run();
  wire.client.send(stream, http::SharedBody(std::string(10'000'000, 'x')), true);
  wire.run();
  EXPECT_EQ(body(wire.client_events, stream), "enough");
  EXPECT_EQ(wire.server.open_streams(), 0u);
}

TEST(ServerSession, StopsALongRestOnlyAfterItsWholeAnswer) {
  Wire wire;
  const auto stream = wire.client.submit(post("/"), http::SharedBody("begun"), false);
  wire.run();
  const std::string answer(300'000, 'x');  // more than the client's window at first
  wire.server.respond(stream, kOk, http::SharedBody(answer));
  wire.client.send(stream, http::SharedBody(std::string(10'000'000, 'x')), true);
  std::size_t seen = 0;
  for (int round = 0; round < 100 && seen < answer.size(); ++round) {
    wire.client_events.clear();
    wire.run();
    const std::size_t more = body(wire.client_events, stream).size();
    seen += more;
    wire.client.consume(stream, more);
  }
  EXPECT_EQ(seen, answer.size());
}

TEST(ServerSession, TellsWhatOfAStreamedAnswerIsOnItsWay) {
  Wire wire;
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.server.start(stream, kOk);
  wire.server.send(stream, http::SharedBody(std::string(20'000, 'x')));
  wire.run();
  std::size_t sent = 0;
  for (const auto* event : all<http::SentEvent>(wire.server_events)) sent += event->bytes;
  EXPECT_EQ(sent, 20'000u);
}

TEST(ServerSession, TellsNothingOfTheKindOfAWholeAnswer) {
  Wire wire;
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.server.respond(stream, kOk, http::SharedBody(std::string(20'000, 'x')));
  wire.run();
  EXPECT_TRUE(all<http::SentEvent>(wire.server_events).empty());
}

TEST(ServerSession, RefusesAHeadOverItsLimitWith431) {
  Wire wire;
  auto head = get("/");
  head.headers.add("cookie", std::string(20'000, 'x'));
  wire.client.submit(head, {}, true);
  const auto after = wire.client.submit(get("/fine"), {}, true);
  wire.run();
  EXPECT_EQ(all<ResponseEvent>(wire.client_events)[0]->head.status, 431);
  const auto requests = all<http::RequestEvent>(wire.server_events);
  ASSERT_EQ(requests.size(), 1u) << "the next request on the connection is served";
  EXPECT_EQ(requests[0]->stream, after);
}

TEST(ServerSession, RefusesTooManyFieldsWith431) {
  Wire wire;
  auto head = get("/");
  for (int i = 0; i < 101; ++i) head.headers.add("a", "b");
  wire.client.submit(head, {}, true);
  wire.run();
  EXPECT_EQ(all<ResponseEvent>(wire.client_events)[0]->head.status, 431);
}

TEST(ServerSession, RefusesALongPathWith414) {
  Wire wire;
  wire.client.submit(get("/" + std::string(9'000, 'x')), {}, true);
  wire.run();
  EXPECT_EQ(all<ResponseEvent>(wire.client_events)[0]->head.status, 414);
}

TEST(ServerSession, DrainsInTwoSteps) {
  Wire wire;
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  wire.server.drain();
  wire.run();  // GOAWAY(2^31-1), PING, its acknowledgement, GOAWAY(last id)
  EXPECT_TRUE(wire.client.draining());
  EXPECT_FALSE(wire.server.finished()) << "what was accepted is answered first";
  wire.server.respond(stream, kOk, http::SharedBody("last"));
  wire.run();
  EXPECT_EQ(body(wire.client_events, stream), "last");
  EXPECT_TRUE(wire.server.finished());
}

TEST(ServerSession, TakesARequestThatCrossesTheFirstGoaway) {
  Wire wire;
  wire.run();
  wire.server.drain();
  const auto stream = wire.client.submit(get("/"), {}, true);  // the client has not heard yet
  wire.run();
  ASSERT_EQ(all<http::RequestEvent>(wire.server_events).size(), 1u);
  wire.server.respond(stream, kOk, {});
  wire.run();
  EXPECT_EQ(all<ResponseEvent>(wire.client_events).size(), 1u);
  EXPECT_TRUE(wire.server.finished());
}

TEST(ServerSession, LetsAnswersTakeTurns) {
  observe::Meters meters;
  ServerSession server(Limits{}, "http", kDate, meters);
  server.feed(hello() + frame(kHeaders, kEndStream | kEndHeaders, 1, get_fields()) +
              frame(kHeaders, kEndStream | kEndHeaders, 3, get_fields()));
  server.events().clear();
  for (const http::StreamId stream : {1, 3}) {
    server.respond(stream, {200, {}}, http::SharedBody(std::string(30'000, 'x')));
  }
  const auto sent = of_type(frames(gathered(server)), kData);
  ASSERT_EQ(sent.size(), 4u);
  EXPECT_NE(sent[0].stream, sent[1].stream);
  EXPECT_NE(sent[2].stream, sent[3].stream);
}

}  // namespace
}  // namespace trunkline::h2

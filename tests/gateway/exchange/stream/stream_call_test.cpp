#include "gateway/exchange/stream/stream_call.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const http::Headers kEvents{{"accept", "text/event-stream"}};
const http::Headers kLines{{"accept", "application/x-ndjson"}};

class StreamCallTest : public testing::Test {
 protected:
  /// The call under way, and its client.
  std::unique_ptr<Exchange> watch(http::Headers fields = {}) {
    return scene.request("GET", "/v1/things:watch?x=y", true, std::move(fields));
  }

  void say(std::string_view message) { scene.backend.observer().on_data(Scene::framed(message)); }
  void end(const http::Headers& trailers = kDone) { scene.backend.end().on_done(trailers); }

  static http::Headers failure(std::string_view code) {
    return {{"grpc-status", code}, {"grpc-message", "no%20more"}};
  }

  Scene scene;
  const Client& client = scene.client;
  const Backend& backend = scene.backend;
};

TEST_F(StreamCallTest, BecomesACallWithoutADeadline) {
  const auto call = watch();
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(backend.path, "/t.Things/Watch");
  EXPECT_EQ(backend.body, Scene::framed("x=y|"));
  EXPECT_TRUE(backend.ended);
  EXPECT_EQ(backend.deadline, Clock::time_point::max()) << "streams live long";
}

TEST_F(StreamCallTest, IsAnsweredWithTheFirstMessageAndNotBefore) {
  const auto call = watch();
  scene.backend.observer().on_head({200, {}});
  scene.backend.observer().on_data(Scene::framed("one").substr(0, 6));
  EXPECT_FALSE(client.started);
  scene.backend.observer().on_data(Scene::framed("one").substr(6));
  ASSERT_TRUE(client.started);
  EXPECT_EQ(client.started->status, 200);
  EXPECT_EQ(client.started->headers.find("content-type"), "application/json");
  EXPECT_EQ(client.started->headers.find("cache-control"), "no-store");
  EXPECT_EQ(client.started->headers.find("x-accel-buffering"), "no");
  EXPECT_EQ(client.streamed, "[\"one\"");
}

TEST_F(StreamCallTest, EndsAsTheFormHasIt) {
  const auto call = watch();
  say("one");
  say("two");
  end();
  EXPECT_EQ(client.streamed, "[\"one\",\n\"two\"]");
  ASSERT_TRUE(client.trailers);
  EXPECT_TRUE(client.trailers->empty());
}

TEST_F(StreamCallTest, MayHaveNoMessages) {
  const auto call = watch();
  end();
  EXPECT_EQ(client.started->status, 200);
  EXPECT_EQ(client.streamed, "[]");
  EXPECT_TRUE(client.trailers);
}

TEST_F(StreamCallTest, MayHaveNoMessagesAndNoBytes) {
  const auto call = watch(kLines);
  end();
  EXPECT_EQ(client.started->headers.find("content-type"), "application/x-ndjson");
  EXPECT_EQ(client.streamed, "");
  EXPECT_TRUE(client.trailers);
}

TEST_F(StreamCallTest, GathersWhatCameTogetherIntoOneSend) {
  const auto call = watch(kLines);
  scene.backend.observer().on_data(Scene::framed("1") + Scene::framed("2") + Scene::framed("3"));
  EXPECT_EQ(client.streamed, "\"1\"\n\"2\"\n\"3\"\n");
  EXPECT_EQ(client.sends, 1);
}

TEST_F(StreamCallTest, IsAPlainErrorWhenItFailsAtOnce) {
  const auto call = watch(kEvents);
  scene.backend.observer().on_head({200, {}});
  end(failure("5"));
  EXPECT_FALSE(client.started);
  EXPECT_EQ(scene.answer().head.status, 404);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/json");
  EXPECT_EQ(json::parse(scene.answer().body)["error"]["message"], "no more");
}

TEST_F(StreamCallTest, EndsWithTheErrorThatComesLater) {
  const std::string body =
      R"({"error":{"code":404,"status":"NOT_FOUND","message":"no more","details":[]}})";
  for (const auto& [accept, streamed] : std::map<std::string, std::string>{
           {"application/json", "[\"one\",\n" + body + "]"},
           {"application/x-ndjson", "\"one\"\n" + body + "\n"},
           {"text/event-stream",
            "retry: 2000\n\nid: 1\ndata: \"one\"\n\nevent: error\ndata: " + body + "\n\n"}}) {
    Scene one;
    const auto call = one.request("GET", "/v1/things:watch", true, {{"accept", accept}});
    one.backend.observer().on_data(Scene::framed("one"));
    one.backend.end().on_done(failure("5"));
    EXPECT_EQ(one.client.streamed, streamed);
    EXPECT_TRUE(one.client.trailers);
    EXPECT_TRUE(one.client.answers.empty());
  }
}

TEST_F(StreamCallTest, EndsWithAnErrorWhenTheLineBreaks) {
  const auto call = watch(kLines);
  say("one");
  scene.backend.end().on_failed({grpc::Code::kUnavailable, "The line to the backend broke."});
  EXPECT_NE(client.streamed.find("UNAVAILABLE"), std::string::npos);
  EXPECT_TRUE(client.trailers);
}

TEST_F(StreamCallTest, GivesUpACallWhoseMessageItCannotPrint) {
  const auto first = watch();
  say("bad");
  EXPECT_EQ(scene.answer().head.status, 500) << "the very first: a plain error";
  EXPECT_EQ(backend.cancelled, 1);

  Scene later;
  const auto call = later.request("GET", "/v1/things:watch", true, kLines);
  later.backend.observer().on_data(Scene::framed("1") + Scene::framed("bad") + Scene::framed("3"));
  EXPECT_TRUE(later.client.streamed.starts_with("\"1\"\n{\"error\":")) << later.client.streamed;
  EXPECT_EQ(later.client.streamed.find("\"3\""), std::string::npos);
  EXPECT_EQ(later.backend.cancelled, 1);
}

TEST_F(StreamCallTest, GivesUpACallWhoseMessageIsTooLarge) {
  scene.settings.message_bytes = 10;
  const auto call = watch(kLines);
  say("one");
  say("12345678901");
  EXPECT_NE(client.streamed.find("over the limit of 10"), std::string::npos) << client.streamed;
  EXPECT_EQ(backend.cancelled, 1);
}

TEST_F(StreamCallTest, SaysThatTheBackendEndedWithinAMessage) {
  const auto call = watch();
  scene.backend.observer().on_data(Scene::framed("one").substr(0, 6));
  end();
  EXPECT_EQ(scene.answer().head.status, 500);
}

TEST_F(StreamCallTest, TakesTheFormThatIsAccepted) {
  const auto call = watch({{"accept", "text/html, text/event-stream;q=0.9, */*;q=0.1"}});
  say("one");
  EXPECT_EQ(client.started->headers.find("content-type"), "text/event-stream");
  EXPECT_EQ(client.started->headers.find("vary"), "accept");
}

TEST_F(StreamCallTest, IsNotMadeForWhoAcceptsNoFormOfIt) {
  EXPECT_EQ(watch({{"accept", "text/html"}}), nullptr);
  EXPECT_EQ(scene.answer().head.status, 406);
  EXPECT_TRUE(backend.observers.empty());
}

TEST_F(StreamCallTest, WaitsForItsFirstMessageAsLongAsTheTimeout) {
  const auto call = watch(kEvents);
  call->on_tick(Clock::now());
  EXPECT_TRUE(client.answers.empty());
  call->on_tick(Clock::now() + scene.settings.timeout);
  EXPECT_EQ(scene.answer().head.status, 504);
  EXPECT_EQ(backend.cancelled, 1);
}

TEST_F(StreamCallTest, LivesAsLongAsItLikesAfterItsFirstMessage) {
  const auto call = watch(kLines);
  say("one");
  call->on_tick(Clock::now() + 24h);
  EXPECT_EQ(backend.cancelled, 0);
  say("two");
  EXPECT_EQ(client.streamed, "\"one\"\n\"two\"\n");
}

TEST_F(StreamCallTest, ShowsThatItIsThereWhenNothingIsSaid) {
  const auto call = watch(kEvents);
  const auto now = Clock::now();
  say("one");
  scene.client.streamed.clear();
  call->on_client_took(1'000);
  call->on_tick(now);
  call->on_tick(now + 14s);
  EXPECT_EQ(client.streamed, "");
  call->on_tick(now + 15s);
  EXPECT_EQ(client.streamed, ": heartbeat\n\n");
  call->on_tick(now + 16s);
  call->on_client_took(14);
  call->on_tick(now + 30s);
  EXPECT_EQ(client.streamed, ": heartbeat\n\n");
  call->on_tick(now + 31s);
  EXPECT_EQ(client.streamed, ": heartbeat\n\n: heartbeat\n\n");
}

TEST_F(StreamCallTest, ShowsNothingToAClientThatIsBehind) {
  const auto call = watch(kEvents);
  say("one");
  call->on_tick(Clock::now());
  scene.client.streamed.clear();
  call->on_tick(Clock::now() + 1h);
  EXPECT_EQ(client.streamed, "");
}

TEST_F(StreamCallTest, GivesTheBackendCreditOnlyForWhatTheClientTook) {
  const auto call = watch(kLines);
  const std::string message = Scene::framed("one");
  scene.backend.observer().on_data(message);
  EXPECT_EQ(backend.consumed, 0u);
  call->on_client_took(5);
  EXPECT_EQ(backend.consumed, 0u) << "of six";
  call->on_client_took(1);
  EXPECT_EQ(backend.consumed, message.size());
}

TEST_F(StreamCallTest, GivesTheBackendCreditToGoOnWithAMessageThatIsNotWhole) {
  const auto call = watch(kLines);
  scene.backend.observer().on_data(Scene::framed("one").substr(0, 6));
  EXPECT_EQ(backend.consumed, 6u);
  scene.backend.observer().on_data(Scene::framed("one").substr(6));
  scene.backend.observer().on_data(Scene::framed("two").substr(0, 6));
  EXPECT_EQ(backend.consumed, 6u) << "the client is behind";
  call->on_client_took(6);
  EXPECT_EQ(backend.consumed, 14u);
}

TEST_F(StreamCallTest, CancelsItsCallWhenItsClientIsGone) {
  auto call = watch();
  say("one");
  call.reset();
  EXPECT_EQ(backend.cancelled, 1);
  EXPECT_FALSE(client.trailers);
}

TEST_F(StreamCallTest, DoesNotCancelWhatHasEnded) {
  auto call = watch();
  end();
  call.reset();
  EXPECT_EQ(backend.cancelled, 0);
}

TEST_F(StreamCallTest, GivesWhoAsksForTheHeadAloneNoStream) {
  const auto call = scene.request("HEAD", "/v1/things:watch", true, kEvents);
  say("one");
  EXPECT_EQ(client.started->headers.find("content-type"), "text/event-stream");
  EXPECT_EQ(client.streamed, "");
  EXPECT_TRUE(client.trailers);
  EXPECT_EQ(backend.cancelled, 1);
}

TEST_F(StreamCallTest, GathersTheBodyFirst) {
  const auto call = scene.request("POST", "/v1/things:find", false);
  call->on_body("{\"a\":", false);
  EXPECT_TRUE(backend.observers.empty());
  call->on_body("1}", true);
  EXPECT_EQ(backend.body, Scene::framed("|{\"a\":1}"));
  EXPECT_EQ(client.consumed, 7u);
}

TEST_F(StreamCallTest, RefusesABodyThatIsTooLargeOrTooSlowOrOfAnotherKind) {
  scene.settings.body_bytes = 10;
  const auto large = scene.request("POST", "/v1/things:find", false);
  large->on_body("01234567890", false);
  EXPECT_EQ(scene.answer().head.status, 413);

  Scene slow;
  const auto call = slow.request("POST", "/v1/things:find", false);
  call->on_tick(Clock::now() + slow.settings.timeout);
  EXPECT_EQ(slow.answer().head.status, 408);

  Scene other;
  EXPECT_EQ(other.request("POST", "/v1/things:find", false, {{"content-type", "text/plain"}}),
            nullptr);
  EXPECT_EQ(other.answer().head.status, 415);
}

class LinesTest : public StreamCallTest {
 protected:
  std::unique_ptr<Exchange> gather(bool end = false) {
    return scene.request("POST", "/v1/things:gather", end,
                         {{"content-type", "application/x-ndjson"}});
  }
  std::unique_ptr<Exchange> converse() {
    return scene.request("POST", "/v1/things/7:converse", false, kLines);
  }
};

TEST_F(LinesTest, BecomeMessagesAsTheyCome) {
  const auto call = gather();
  EXPECT_FALSE(backend.ended) << "the call begins with the head";
  EXPECT_EQ(backend.body, "");
  call->on_body("{\"a\":1}\n\n{\"b\"", false);
  EXPECT_EQ(backend.body, Scene::framed("|{\"a\":1}"));
  call->on_body(":2}\n3", true);
  EXPECT_EQ(backend.body,
            Scene::framed("|{\"a\":1}") + Scene::framed("|{\"b\":2}") + Scene::framed("|3"));
  EXPECT_TRUE(backend.ended);
}

TEST_F(LinesTest, EachHaveWhatPathAndQuerySay) {
  const auto call = scene.request("POST", "/v1/things/7:converse?x=y", false, kLines);
  call->on_body("1\n2\n", false);
  EXPECT_EQ(backend.body,
            Scene::framed("name=things/7 x=y|1") + Scene::framed("name=things/7 x=y|2"));
}

TEST_F(LinesTest, AreAnsweredAsOneWhenTheAnswerIsOne) {
  const auto call = gather();
  call->on_body("1\n", true);
  say("sum");
  EXPECT_TRUE(client.answers.empty());
  EXPECT_EQ(backend.consumed, Scene::framed("sum").size());
  end();
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().body, "\"sum\"");
}

TEST_F(LinesTest, MayBeNone) {
  const auto call = gather(true);
  ASSERT_NE(call, nullptr);
  EXPECT_TRUE(backend.ended);
  end();
  EXPECT_EQ(scene.answer().head.status, 500) << "no message is no answer";
}

TEST_F(LinesTest, AreAnsweredWhileTheyCome) {
  const auto call = converse();
  call->on_body("1\n", false);
  say("one");
  EXPECT_EQ(client.streamed, "\"one\"\n");
  call->on_body("2\n", false);
  say("two");
  EXPECT_EQ(client.streamed, "\"one\"\n\"two\"\n");
  call->on_body("", true);
  EXPECT_TRUE(backend.ended);
  end();
  EXPECT_TRUE(client.trailers);
}

TEST_F(LinesTest, CostTheClientCreditUntilTheBackendTookThem) {
  const auto call = gather();
  call->on_body("1\n2\n", false);
  EXPECT_EQ(client.consumed, 0u);
  scene.backend.observer().on_backend_took(7);
  EXPECT_EQ(client.consumed, 0u) << "of fourteen";
  scene.backend.observer().on_backend_took(7);
  EXPECT_EQ(client.consumed, 4u);
  call->on_body("{\"long", false);
  EXPECT_EQ(client.consumed, 10u) << "the rest of the line might need a window of its own";
}

TEST_F(LinesTest, CostTheClientCreditAlsoAfterTheLineTookThemTwice) {
  const auto call = gather();
  call->on_body("1\n", false);
  scene.backend.observer().on_backend_took(7);
  scene.backend.observer().on_backend_took(7);
  EXPECT_EQ(client.consumed, 2u);
  call->on_body("2\n", false);
  scene.backend.observer().on_backend_took(1);
  EXPECT_EQ(client.consumed, 2u) << "what was taken again is no advance";
  scene.backend.observer().on_backend_took(6);
  EXPECT_EQ(client.consumed, 4u);
}

/// Two bytes of a line become a message of eight thousand.
class GrowingLinesTest : public LinesTest {
 protected:
  std::unique_ptr<Exchange> converse_at_length() {
    return scene.request("POST", "/v1/things/" + name + ":converse", false, kLines);
  }

  /// The backend takes all that it was sent, once; returns it.
  std::string take() {
    EXPECT_LE(backend.body.size(), kMost);
    std::string sent = std::exchange(scene.backend.body, {});
    scene.backend.observer().on_backend_took(sent.size());
    return sent;
  }

  const std::string name = std::string(8'000, 'x');
  const std::string frame = Scene::framed("name=things/" + name + " |1");
  const std::size_t kMost = 64 * 1024 + frame.size();
};

TEST_F(GrowingLinesTest, CostOneBoundHoweverManyFitIntoTheWindow) {
  const auto call = converse_at_length();
  std::string body;
  for (int line = 0; line < 5'000; ++line) body += "1\n";
  call->on_body(body, true);
  EXPECT_EQ(client.consumed, 0u);
  std::size_t messages = 0;
  while (!backend.body.empty()) {
    ASSERT_EQ(backend.ended, messages + backend.body.size() / frame.size() == 5'000u);
    messages += take().size() / frame.size();
    ASSERT_EQ(client.consumed, 2 * messages) << "and not for what waits to be read";
  }
  EXPECT_EQ(messages, 5'000u);
  EXPECT_TRUE(backend.ended);
}

TEST_F(GrowingLinesTest, CostOneBoundHoweverManyPiecesTheyComeIn) {
  const auto call = converse_at_length();
  std::string expected;
  for (int line = 0; line < 100; ++line) {
    call->on_body("1", false);
    call->on_body("\n", false);
    ASSERT_LE(backend.body.size(), kMost);
    expected += frame;
  }
  call->on_body("1", true);
  expected += frame;
  EXPECT_FALSE(backend.ended);
  std::string sent;
  while (!backend.body.empty()) sent += take();
  EXPECT_TRUE(sent == expected) << sent.size() << " of " << expected.size();
  EXPECT_TRUE(backend.ended);
  EXPECT_EQ(client.consumed, 201u);
}

TEST_F(GrowingLinesTest, EndTheCallWhenOneIsBadThatHadToWait) {
  const auto call = converse_at_length();
  std::string body;
  for (int line = 0; line < 20; ++line) body += "1\n";
  call->on_body(body + "bad\n1\n", true);
  for (int round = 0; round < 10 && client.answers.empty(); ++round) take();
  ASSERT_EQ(client.answers.size(), 1u);
  EXPECT_EQ(scene.answer().head.status, 400);
  EXPECT_NE(scene.answer().body.find("Line 21"), std::string::npos) << scene.answer().body;
  EXPECT_EQ(backend.cancelled, 1);
}

TEST_F(GrowingLinesTest, HaveTheirTimeoutFromTheEndThatTheBackendSaw) {
  const auto call = converse_at_length();
  std::string body;
  for (int line = 0; line < 20; ++line) body += "1\n";
  call->on_body(body, true);
  call->on_tick(Clock::now() + 1h);
  EXPECT_TRUE(client.answers.empty());
  while (!backend.body.empty()) take();
  call->on_tick(Clock::now() + scene.settings.timeout + 1s);
  EXPECT_EQ(scene.answer().head.status, 504);
}

TEST_F(LinesTest, EndTheCallWhenOneIsBad) {
  const auto call = gather();
  call->on_body("1\n\nbad\n", false);
  EXPECT_EQ(scene.answer().head.status, 400);
  EXPECT_NE(scene.answer().body.find("Line 3"), std::string::npos) << scene.answer().body;
  EXPECT_NE(scene.answer().body.find("\"field\":\"q\""), std::string::npos);
  EXPECT_EQ(backend.cancelled, 1);
  call->on_body("more\n", true);
  EXPECT_EQ(client.answers.size(), 1u);
}

TEST_F(LinesTest, EndTheStreamWithAnErrorWhenALaterOneIsBad) {
  const auto call = converse();
  call->on_body("1\n", false);
  say("one");
  call->on_body("bad", true);
  EXPECT_NE(client.streamed.find("Line 2"), std::string::npos) << client.streamed;
  EXPECT_TRUE(client.trailers);
  EXPECT_EQ(backend.cancelled, 1);
}

TEST_F(LinesTest, AreRefusedWhenOneIsTooLong) {
  scene.settings.body_bytes = 4;
  const auto call = gather();
  call->on_body("1234\n1234\n12345", false);
  EXPECT_EQ(scene.answer().head.status, 413);
  EXPECT_EQ(backend.cancelled, 1);

  Scene later;
  later.settings.body_bytes = 4;
  const auto both = later.request("POST", "/v1/things/7:converse", false, kLines);
  later.backend.observer().on_data(Scene::framed("one"));
  both->on_body("12345", false);
  EXPECT_NE(later.client.streamed.find("Line 1"), std::string::npos) << later.client.streamed;
  EXPECT_TRUE(later.client.trailers);
}

TEST_F(LinesTest, HaveTheTimeTheyNeedAndTheAnswerItsOwn) {
  const auto call = gather();
  call->on_tick(Clock::now() + 1h);
  EXPECT_TRUE(client.answers.empty());
  call->on_body("1\n", true);
  call->on_tick(Clock::now() + scene.settings.timeout + 1s);
  EXPECT_EQ(scene.answer().head.status, 504);
}

TEST_F(LinesTest, AreAnsweredWithTheBackendsErrorBeforeTheyEnd) {
  const auto call = gather();
  call->on_body("1\n", false);
  end(failure("8"));
  EXPECT_EQ(scene.answer().head.status, 429);
  call->on_body("2\n", true);
  EXPECT_EQ(client.answers.size(), 1u);
}

TEST_F(LinesTest, AreNotAskedForInAnotherType) {
  EXPECT_EQ(
      scene.request("POST", "/v1/things:gather", false, {{"content-type", "application/json"}}),
      nullptr);
  EXPECT_EQ(scene.answer().head.status, 415);
  EXPECT_NE(scene.answer().body.find("application/x-ndjson"), std::string::npos);
}

TEST_F(LinesTest, AreCancelledWithTheirClient) {
  auto call = gather();
  call->on_body("1\n", false);
  call.reset();
  EXPECT_EQ(backend.cancelled, 1);
}

}  // namespace
}  // namespace trunkline::exchange

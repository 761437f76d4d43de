// One client's read.

#include "gateway/exchange/read/read.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

using namespace std::chrono_literals;

void answer(Scene& scene, std::string_view message) {
  scene.backend.observer().on_head({200, {}});
  scene.backend.observer().on_data(Scene::framed(message));
  scene.backend.end().on_done(kDone);
}

TEST(Read, BecomesACallThatMayBeRepeated) {
  Scene scene;
  const auto before = Clock::now();
  const auto read = scene.request("GET", "/v1/things/7?x=y");
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(scene.backend.path, "/t.Things/Get");
  EXPECT_EQ(scene.backend.body, Scene::framed("name=things/7 x=y|"));
  EXPECT_TRUE(scene.backend.repeatable);
  EXPECT_TRUE(scene.backend.ended);
  EXPECT_GE(scene.backend.deadline, before + scene.settings.timeout);
  EXPECT_TRUE(scene.client.answers.empty());
}

TEST(Read, IsAnsweredWithTheMessageAndItsTag) {
  Scene scene;
  const auto read = scene.request("GET", "/v1/things/7");
  answer(scene, "seven");
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/json");
  EXPECT_EQ(scene.answer().body, "\"seven\"");
  EXPECT_TRUE(scene.answer().head.headers.contains("etag"));
}

TEST(Read, IsAnswered304WhereTheClientHasTheAnswer) {
  Scene first;
  const auto read = first.request("GET", "/v1/things/7");
  answer(first, "seven");
  const std::string etag(*first.answer().head.headers.find("etag"));

  Scene same;
  const auto again = same.request("GET", "/v1/things/7", true,
                                  {{"if-none-match", "\"x\""}, {"if-none-match", etag}});
  answer(same, "seven");
  EXPECT_EQ(same.answer().head.status, 304);
  EXPECT_EQ(same.answer().body, "");
  EXPECT_EQ(same.answer().head.headers.find("etag"), etag);

  Scene changed;
  const auto later = changed.request("GET", "/v1/things/7", true, {{"if-none-match", etag}});
  answer(changed, "eight");
  EXPECT_EQ(changed.answer().head.status, 200);
}

TEST(Read, IsRefusedWith412WhereTheAnswerIsAnotherThanItAsksFor) {
  Scene first;
  const auto read = first.request("GET", "/v1/things/7");
  answer(first, "seven");
  const std::string etag(*first.answer().head.headers.find("etag"));

  Scene same;
  const auto again = same.request("GET", "/v1/things/7", true, {{"if-match", etag}});
  answer(same, "seven");
  EXPECT_EQ(same.answer().head.status, 200);

  Scene changed;
  const auto later =
      changed.request("GET", "/v1/things/7", true, {{"if-match", etag}, {"if-none-match", "*"}});
  answer(changed, "eight");
  EXPECT_EQ(changed.answer().head.status, 412) << "If-Match is looked at first";
}

TEST(Read, SaysWhatDecidesAboutItsAnswer) {
  Scene scene;
  const auto read = scene.request("GET", "/v1/things/7");
  answer(scene, "seven");
  EXPECT_EQ(scene.answer().head.headers.find("vary"), "accept-encoding, accept-language");
}

TEST(Read, ByPostIsNever304) {
  Scene scene;
  const auto read = scene.request("POST", "/v1/things:search", false, {{"if-none-match", "*"}});
  read->on_body("x", true);
  scene.depart();
  answer(scene, "seven");
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_FALSE(scene.answer().head.headers.contains("etag")) << "of what is at the path";
}

TEST(Read, OfItsHeadAloneIs304AsWell) {
  Scene scene;
  const auto read = scene.request("HEAD", "/v1/things/7", true, {{"if-none-match", "*"}});
  answer(scene, "seven");
  EXPECT_EQ(scene.answer().head.status, 304);
}

TEST(Read, IsCodedAsTheClientTakesIt) {
  Scene scene;
  scene.compression.least_bytes = 1;
  const auto read = scene.request("GET", "/v1/things/7", true,
                                  {{"accept-encoding", "deflate"}, {"accept-encoding", "gzip"}});
  answer(scene, "seven");
  EXPECT_EQ(scene.answer().head.headers.find("content-encoding"), "gzip");
  EXPECT_EQ(scene.answer().body.substr(0, 2), "\x1f\x8b");
}

TEST(Read, GathersTheBodyFirst) {
  Scene scene;
  const auto read = scene.request("POST", "/v1/things:search", false);
  read->on_body("{\"a\":", false);
  scene.depart();
  EXPECT_TRUE(scene.backend.observers.empty());
  read->on_body("1}", true);
  scene.depart();
  EXPECT_EQ(scene.backend.body, Scene::framed("|{\"a\":1}"));
  EXPECT_EQ(scene.client.consumed, 7u);
}

TEST(Read, RefusesABodyOverTheLimitWith413) {
  Scene scene;
  scene.settings.body_bytes = 10;
  const auto read = scene.request("POST", "/v1/things:search", false);
  read->on_body("0123456789x", false);
  EXPECT_EQ(scene.answer().head.status, 413);
  read->on_body("more", true);
  EXPECT_EQ(scene.client.answers.size(), 1u);
  EXPECT_EQ(scene.client.consumed, 4u);
}

TEST(Read, Answers408WhenTheBodyDoesNotCome) {
  Scene scene;
  const auto read = scene.request("POST", "/v1/things:search", false);
  read->on_body("{", false);
  read->on_tick(Clock::now() + scene.settings.timeout);
  EXPECT_EQ(scene.answer().head.status, 408);
}

TEST(Read, AnswersABadParameterWithoutACall) {
  Scene scene;
  EXPECT_EQ(scene.request("GET", "/v1/things/7?bad"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 400);
  EXPECT_TRUE(scene.backend.observers.empty());
}

TEST(Read, RefusesAFieldThatMayBeTakenForAnotherWithoutACall) {
  Scene scene;
  EXPECT_EQ(scene.request("GET", "/v1/things/7", true, {{"x_a", "1"}}), nullptr);
  EXPECT_EQ(scene.answer().head.status, 400);
  EXPECT_EQ(scene.client.recorder.meters().refusals(observe::Refusal::kFieldName), 1u);
}

TEST(Read, AnswersTheBackendsError) {
  Scene scene;
  const auto read = scene.request("GET", "/v1/things/7");
  scene.backend.end().on_done({{"grpc-status", "5"}, {"grpc-message", "no%20such thing"}});
  EXPECT_EQ(scene.answer().head.status, 404);
  EXPECT_NE(scene.answer().body.find("no such thing"), std::string::npos);
  EXPECT_FALSE(scene.answer().head.headers.contains("etag"));
}

TEST(Read, AnswersAMessageThatItsDescriptorDoesNotAllowWith500) {
  Scene scene;
  const auto read = scene.request("GET", "/v1/things/7");
  scene.backend.observer().on_data(Scene::framed("bad"));
  EXPECT_EQ(scene.answer().head.status, 500);
  EXPECT_EQ(scene.backend.cancelled, 1);
}

TEST(Read, Answers503WhenTheBackendIsAway) {
  Scene scene;
  scene.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "The backend is away."};
  const auto read = scene.request("GET", "/v1/things/7");
  EXPECT_EQ(scene.answer().head.status, 503);
  EXPECT_EQ(scene.answer().head.headers.find("retry-after"), "1");
}

TEST(Read, ThatIsAnsweredAtOnceIsNoExchange) {
  Scene scene;
  scene.collapse.enabled = false;
  scene.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "The backend is away."};
  EXPECT_EQ(scene.request("GET", "/v1/things/7"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 503);
}

TEST(Read, CancelsItsCallWhenItsClientIsGone) {
  Scene scene;
  auto read = scene.request("GET", "/v1/things/7");
  read.reset();
  EXPECT_EQ(scene.backend.cancelled, 1);
  EXPECT_TRUE(scene.client.answers.empty());
}

TEST(Read, DoesNotCancelWhatHasEnded) {
  Scene scene;
  auto read = scene.request("GET", "/v1/things/7");
  answer(scene, "seven");
  read.reset();
  EXPECT_EQ(scene.backend.cancelled, 0);
}

TEST(Read, OutlivesTheCatalogThatItBeganWith) {
  Scene scene;
  const auto read = scene.request("GET", "/v1/things/7");
  scene.desk.catalog = boost::make_local_shared<Catalog>();
  answer(scene, "seven");
  EXPECT_EQ(scene.answer().body, "\"seven\"");
}

TEST(Read, CarriesTheNamesOfTheRequest) {
  Scene scene;
  const auto read = scene.request("GET", "/v1/things/7", true, {{"x-request-id", "r1"}});
  EXPECT_EQ(scene.backend.metadata.find("x-request-id"), "r1");
  EXPECT_TRUE(scene.backend.metadata.contains("traceparent"));
}

TEST(Read, IsTimedOutByItself) {
  Scene scene;
  const auto read = scene.request("GET", "/v1/things/7");
  read->on_tick(Clock::now());
  EXPECT_TRUE(scene.client.answers.empty());
  read->on_tick(Clock::now() + scene.settings.timeout);
  EXPECT_EQ(scene.answer().head.status, 504);
  EXPECT_EQ(scene.backend.cancelled, 1);
}

}  // namespace
}  // namespace trunkline::exchange

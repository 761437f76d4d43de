#include "gateway/exchange/unary_call.hpp"

#include <absl/strings/escaping.h>
#include <gtest/gtest.h>

#include "gateway/grpc/wire_fields.hpp"
#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

TEST(UnaryCall, TurnsARequestIntoACall) {
  Scene scene;
  const auto before = Clock::now();
  const auto call = scene.request("DELETE", "/v1/things/7?x=y");
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(scene.backend.path, "/t.Things/Delete");
  EXPECT_EQ(scene.backend.body, Scene::framed("name=things/7 x=y|"));
  EXPECT_FALSE(scene.backend.repeatable);
  EXPECT_TRUE(scene.backend.unary);
  EXPECT_GE(scene.backend.deadline, before + scene.settings.timeout);
  EXPECT_TRUE(scene.client.answers.empty());
}

TEST(UnaryCall, TurnsTheMessageIntoTheAnswer) {
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  const std::string message = Scene::framed("seven");
  scene.backend.observer().on_head({200, {}});
  scene.backend.observer().on_data(message);
  EXPECT_TRUE(scene.client.answers.empty()) << "the trailers decide";
  scene.backend.end().on_done(kDone);
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/json");
  EXPECT_EQ(scene.answer().body, "\"seven\"");
  EXPECT_EQ(scene.backend.consumed, message.size()) << "the backend gets its credit back";
}

TEST(UnaryCall, TakesTheMessageInAnyPieces) {
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  for (const char c : Scene::framed("seven")) scene.backend.observer().on_data({&c, 1});
  scene.backend.end().on_done(kDone);
  EXPECT_EQ(scene.answer().body, "\"seven\"");
}

TEST(UnaryCall, GathersTheBodyFirst) {
  Scene scene;
  const auto call = scene.request("POST", "/v1/things", false);
  call->on_body("{\"a\":", false);
  EXPECT_TRUE(scene.backend.observers.empty());
  call->on_body("1}", true);
  EXPECT_EQ(scene.backend.body, Scene::framed("|{\"a\":1}"));
  EXPECT_FALSE(scene.backend.repeatable);
  EXPECT_EQ(scene.client.consumed, 7u);
}

TEST(UnaryCall, RefusesABodyOverTheLimitWith413) {
  Scene scene;
  scene.settings.body_bytes = 10;
  const auto call = scene.request("POST", "/v1/things", false);
  call->on_body("0123456789", false);
  EXPECT_TRUE(scene.client.answers.empty());
  call->on_body("x", false);
  EXPECT_EQ(scene.answer().head.status, 413);
  call->on_body("more", true);
  EXPECT_EQ(scene.client.answers.size(), 1u);
  EXPECT_TRUE(scene.backend.observers.empty());
}

TEST(UnaryCall, Answers408WhenTheBodyDoesNotCome) {
  Scene scene;
  const auto call = scene.request("POST", "/v1/things", false);
  call->on_body("{", false);
  call->on_tick(Clock::now());
  EXPECT_TRUE(scene.client.answers.empty());
  call->on_tick(Clock::now() + scene.settings.timeout);
  EXPECT_EQ(scene.answer().head.status, 408);
  call->on_body("}", true);
  EXPECT_TRUE(scene.backend.observers.empty());
}

TEST(UnaryCall, AnswersABadParameterWithoutACall) {
  Scene scene;
  EXPECT_EQ(scene.request("DELETE", "/v1/things/7?bad"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 400);
  EXPECT_NE(scene.answer().body.find(R"("field":"q")"), std::string::npos);
  EXPECT_TRUE(scene.backend.observers.empty());
}

TEST(UnaryCall, AnswersTheBackendsError) {
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  scene.backend.end().on_done({{"grpc-status", "5"}, {"grpc-message", "no%20such thing"}});
  EXPECT_EQ(scene.answer().head.status, 404);
  EXPECT_NE(scene.answer().body.find("no such thing"), std::string::npos);
}

TEST(UnaryCall, AnswersWithTheDetailsOfTheBackendsError) {
  std::string any;
  grpc::append_bytes_field(any, 1, "type.googleapis.com/shop.v1.OutOfStock");
  std::string status;
  grpc::append_bytes_field(status, 3, any);
  grpc::append_bytes_field(status, 3, any);
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  const std::string details = absl::Base64Escape(status);
  scene.backend.end().on_done({{"grpc-status", "9"}, {"grpc-status-details-bin", details}});
  const std::string printed = "{\"any\":" + std::to_string(any.size()) + "}";
  EXPECT_NE(scene.answer().body.find("\"details\":[" + printed + "," + printed + "]"),
            std::string::npos)
      << scene.answer().body;
}

TEST(UnaryCall, SaysWhenToTryAgainIfTheBackendDoes) {
  // RetryInfo{retry_delay: {seconds: 7}}
  const std::string info("\x0a\x02\x08\x07", 4);
  std::string any;
  grpc::append_bytes_field(any, 1, "type.googleapis.com/google.rpc.RetryInfo");
  grpc::append_bytes_field(any, 2, info);
  std::string status;
  grpc::append_bytes_field(status, 3, any);
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  const std::string details = absl::Base64Escape(status);
  scene.backend.end().on_done({{"grpc-status", "8"}, {"grpc-status-details-bin", details}});
  EXPECT_EQ(scene.answer().head.status, 429);
  EXPECT_EQ(scene.answer().head.headers.find("retry-after"), "7");
}

TEST(UnaryCall, AnswersTheErrorEvenIfAMessageCameBefore) {
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  scene.backend.observer().on_data(Scene::framed("seven"));
  scene.backend.end().on_done({{"grpc-status", "13"}});
  EXPECT_EQ(scene.answer().head.status, 500);
}

TEST(UnaryCall, Answers503WithRetryAfterWhenTheBackendIsAway) {
  Scene scene;
  scene.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "The backend is away."};
  EXPECT_EQ(scene.request("DELETE", "/v1/things/7"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 503);
  EXPECT_EQ(scene.answer().head.headers.find("retry-after"), "1");
}

TEST(UnaryCall, AnswersAFailureOfTheLine) {
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  scene.backend.end().on_failed({grpc::Code::kDeadlineExceeded, "too late"});
  EXPECT_EQ(scene.answer().head.status, 504);
}

TEST(UnaryCall, AnswersAMessageThatItsDescriptorDoesNotAllowWith500) {
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  scene.backend.observer().on_data(Scene::framed("bad"));
  EXPECT_EQ(scene.answer().head.status, 500);
}

TEST(UnaryCall, AnswersAMessageOverTheLimitWith500) {
  Scene scene;
  scene.settings.message_bytes = 4;
  const auto call = scene.request("DELETE", "/v1/things/7");
  scene.backend.observer().on_data(Scene::framed("seven"));
  EXPECT_EQ(scene.answer().head.status, 500) << "429 would ask for another try";
  EXPECT_NE(scene.answer().body.find("limit of 4"), std::string::npos);
}

TEST(UnaryCall, AnswersNoMessageAndTwoMessagesWith500) {
  Scene none;
  const auto without = none.request("DELETE", "/v1/things/7");
  none.backend.end().on_done(kDone);
  EXPECT_EQ(none.answer().head.status, 500);

  Scene two;
  const auto with_two = two.request("DELETE", "/v1/things/7");
  two.backend.observer().on_data(Scene::framed("1") + Scene::framed("2"));
  EXPECT_EQ(two.answer().head.status, 500);
}

TEST(UnaryCall, CancelsItsCallWhenItsClientIsGone) {
  Scene scene;
  auto call = scene.request("DELETE", "/v1/things/7");
  call.reset();
  EXPECT_EQ(scene.backend.cancelled, 1);
  EXPECT_TRUE(scene.client.answers.empty());
}

TEST(UnaryCall, DoesNotCancelWhatHasEnded) {
  Scene scene;
  auto call = scene.request("DELETE", "/v1/things/7");
  scene.backend.end().on_done(kDone);
  call.reset();
  EXPECT_EQ(scene.backend.cancelled, 0);
}

TEST(UnaryCall, OutlivesTheCatalogThatItBeganWith) {
  Scene scene;
  const auto call = scene.request("DELETE", "/v1/things/7");
  scene.desk.catalog = boost::make_local_shared<Catalog>();
  scene.backend.observer().on_data(Scene::framed("seven"));
  scene.backend.end().on_done(kDone);
  EXPECT_EQ(scene.answer().body, "\"seven\"");
}

}  // namespace
}  // namespace trunkline::exchange

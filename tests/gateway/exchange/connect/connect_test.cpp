#include "gateway/exchange/connect/connect.hpp"

#include <absl/strings/escaping.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gateway/grpc/details.hpp"
#include "gateway/grpc/wire_fields.hpp"
#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

using nlohmann::json;

class ConnectTest : public testing::Test {
 protected:
  std::unique_ptr<Exchange> post(std::initializer_list<http::Headers::Field> more = {},
                                 std::string path = "/t.Things/Create") {
    http::Headers fields{{"content-type", "application/json"}};
    for (const auto [name, value] : more) fields.add(name, value);
    return scene.request("POST", std::move(path), false, std::move(fields));
  }

  std::unique_ptr<Exchange> get(std::string query, std::string path = "/t.Things/Get") {
    return scene.request("GET", path + "?" + query);
  }

  json error() const { return json::parse(scene.answer().body); }

  Scene scene;
};

TEST_F(ConnectTest, MakesACallOfABodyThatIsPostedToTheMethodsPath) {
  const auto call = post({{"connect-protocol-version", "1"}});
  ASSERT_NE(call, nullptr);
  call->on_body("{\"a\":1}", true);
  EXPECT_EQ(scene.backend.path, "/t.Things/Create");
  EXPECT_EQ(scene.backend.body, Scene::framed("|{\"a\":1}"));
  scene.backend.observer().on_data(Scene::framed("made"));
  scene.backend.end().on_done(kDone);
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/json");
  EXPECT_EQ(scene.answer().body, "\"made\"");
}

TEST_F(ConnectTest, DoesNotReadTheQueryOfAPost) {
  const auto call = post({}, "/t.Things/Create?bad");
  call->on_body("{}", true);
  EXPECT_EQ(scene.backend.body, Scene::framed("|{}"));
}

TEST_F(ConnectTest, CarriesTheClientsMetadataAndNotItsOwn) {
  const auto call = post({{"connect-protocol-version", "1"},
                          {"connect-timeout-ms", "100"},
                          {"accept", "*/*"},
                          {"accept-encoding", "gzip"},
                          {"x-tenant", "7"},
                          {"x-token-bin", "AAEC"},
                          {"grpc-encoding", "gzip"}});
  call->on_body("{}", true);
  const http::Headers& metadata = scene.backend.metadata;
  EXPECT_EQ(metadata.find("x-tenant"), "7");
  EXPECT_EQ(metadata.find("x-token-bin"), "AAEC");
  for (const char* name : {"connect-protocol-version", "connect-timeout-ms", "content-type",
                           "accept", "accept-encoding", "grpc-encoding"}) {
    EXPECT_FALSE(metadata.contains(name)) << name;
  }
}

TEST_F(ConnectTest, AnswersWithMetadataAndTrailersAsFields) {
  const auto call = post();
  call->on_body("{}", true);
  scene.backend.observer().on_head(
      {200, {{"content-type", "application/grpc"}, {"grpc-encoding", "identity"}, {"x-a", "1"}}});
  scene.backend.observer().on_data(Scene::framed("made"));
  scene.backend.end().on_done({{"grpc-status", "0"}, {"x-b", "2"}});
  const http::Headers& fields = scene.answer().head.headers;
  EXPECT_EQ(fields.find("x-a"), "1");
  EXPECT_EQ(fields.find("trailer-x-b"), "2");
  EXPECT_EQ(fields.count("content-type"), 1u);
  EXPECT_FALSE(fields.contains("grpc-encoding"));
  EXPECT_FALSE(fields.contains("trailer-grpc-status"));
}

TEST_F(ConnectTest, SaysWhenToTryAgainOnce) {
  const auto call = post();
  call->on_body("{}", true);
  scene.backend.observer().on_head({200, {{"retry-after", "30"}, {"x-a", "1"}, {"x-a", "2"}}});
  scene.backend.end().on_done({{"grpc-status", "14"}});
  const http::Headers& fields = scene.answer().head.headers;
  EXPECT_EQ(fields.count("retry-after"), 1u);
  EXPECT_EQ(fields.find("retry-after"), "1");
  EXPECT_EQ(fields.count("x-a"), 2u) << "metadata may say a thing twice";
}

TEST_F(ConnectTest, AnswersAnErrorInConnectsForm) {
  std::string any;
  grpc::append_bytes_field(any, 1, "type.googleapis.com/shop.v1.OutOfStock");
  grpc::append_bytes_field(any, 2, "\x01");
  std::string status;
  grpc::append_bytes_field(status, 3, any);
  const auto call = post();
  call->on_body("{}", true);
  const std::string details = absl::Base64Escape(status);
  scene.backend.end().on_done({{"grpc-status", "5"},
                               {"grpc-message", "no%20such thing"},
                               {"grpc-status-details-bin", details},
                               {"x-b", "2"}});
  EXPECT_EQ(scene.answer().head.status, 404);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/json");
  EXPECT_EQ(scene.answer().head.headers.find("trailer-x-b"), "2");
  EXPECT_EQ(error()["code"], "not_found");
  EXPECT_EQ(error()["message"], "no such thing");
  const json detail = error()["details"][0];
  EXPECT_EQ(detail["type"], "shop.v1.OutOfStock");
  EXPECT_EQ(detail["value"], "AQ") << "without padding";
  EXPECT_EQ(detail["debug"]["any"], any.size());
}

TEST_F(ConnectTest, AnswersOurOwnViolationsAsDetails) {
  const auto call = post();
  call->on_body("bad", true);
  EXPECT_EQ(scene.answer().head.status, 400);
  EXPECT_EQ(error()["code"], "invalid_argument");
  EXPECT_EQ(error()["details"][0]["type"], "google.rpc.BadRequest");
  std::string value;
  ASSERT_TRUE(absl::Base64Unescape(error()["details"][0]["value"].get<std::string>(), &value));
  EXPECT_EQ(value, grpc::parse_detail(grpc::bad_request({{"q", "\"bad\" is not allowed"}})).value);
}

TEST_F(ConnectTest, SpellsCanceledAsConnectDoes) {
  const auto call = post();
  call->on_body("{}", true);
  scene.backend.end().on_done({{"grpc-status", "1"}});
  EXPECT_EQ(scene.answer().head.status, 499);
  EXPECT_EQ(error()["code"], "canceled");
  EXPECT_FALSE(error().contains("details"));
}

TEST_F(ConnectTest, GoesByTheShorterOfTheTwoTimeouts) {
  const auto before = Clock::now();
  const auto call = post({{"connect-timeout-ms", "100"}});
  call->on_body("{}", true);
  EXPECT_LE(scene.backend.deadline, Clock::now() + std::chrono::milliseconds(100));

  Scene patient;
  const auto other =
      patient.request("POST", "/t.Things/Create", false,
                      {{"content-type", "application/json"}, {"connect-timeout-ms", "9999999999"}});
  other->on_body("{}", true);
  EXPECT_GE(patient.backend.deadline, before + patient.settings.timeout);
  EXPECT_LE(patient.backend.deadline, Clock::now() + patient.settings.timeout);
}

TEST_F(ConnectTest, RefusesATimeoutAndAVersionThatAreNone) {
  for (const char* timeout : {"", "1s", "-1", "12345678901", " 1"}) {
    Scene one;
    EXPECT_EQ(one.request("POST", "/t.Things/Create", false,
                          {{"content-type", "application/json"}, {"connect-timeout-ms", timeout}}),
              nullptr);
    EXPECT_EQ(one.answer().head.status, 400) << timeout;
  }
  EXPECT_EQ(post({{"connect-protocol-version", "2"}}), nullptr);
  EXPECT_EQ(error()["code"], "invalid_argument");
}

TEST_F(ConnectTest, RefusesABodyThatIsPackedOrTooLarge) {
  EXPECT_EQ(post({{"content-encoding", "gzip"}}), nullptr);
  EXPECT_EQ(scene.answer().head.status, 415);
  EXPECT_EQ(error()["code"], "unimplemented");

  Scene small;
  small.settings.body_bytes = 4;
  const auto call = small.request("POST", "/t.Things/Create", false,
                                  {{"content-type", "application/json; charset=utf-8"}});
  call->on_body("12345", false);
  EXPECT_EQ(small.answer().head.status, 413);
  EXPECT_EQ(json::parse(small.answer().body)["code"], "resource_exhausted");
}

TEST_F(ConnectTest, MakesACallOfAQueryIfTheMethodHasNoSideEffects) {
  const auto call = get("connect=v1&encoding=json&message=%7B%22a%22%3A1%7D");
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(scene.backend.path, "/t.Things/Get");
  EXPECT_EQ(scene.backend.body, Scene::framed("|{\"a\":1}"));

  Scene other;
  EXPECT_EQ(other.request("GET", "/t.Things/Create?encoding=json&message=%7B%7D"), nullptr);
  EXPECT_EQ(other.answer().head.status, 405);
}

TEST_F(ConnectTest, MakesACallOfAQueryBeforeTheRequestsEnd) {
  const auto call = scene.request("GET", "/t.Things/Get?encoding=json&message=%7B%7D", false);
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(scene.backend.body, Scene::framed("|{}"));
  call->on_body("", true);
  EXPECT_EQ(scene.backend.last, 1u);
  scene.backend.observer().on_data(Scene::framed("got"));
  scene.backend.end().on_done(kDone);
  EXPECT_EQ(scene.answer().body, "\"got\"");
}

TEST_F(ConnectTest, DoesNotReadTheBodyOfAGet) {
  const auto call = scene.request("GET", "/t.Things/Get?encoding=json&message=%7B%7D", false);
  call->on_body("{\"a\"", false);
  call->on_body(":1}", true);
  EXPECT_EQ(scene.backend.body, Scene::framed("|{}"));
  EXPECT_EQ(scene.backend.last, 1u);
  EXPECT_EQ(scene.client.consumed, 7u);
}

TEST_F(ConnectTest, ReadsAPlusInAQueryAsASpace) {
  const auto call = get("encoding=json&message=%7B%22a%22%3A+%22b%2Bc%22%7D");
  EXPECT_EQ(scene.backend.body, Scene::framed("|{\"a\": \"b+c\"}"));
}

TEST_F(ConnectTest, Answers415ToAQueryInAnotherEncoding) {
  EXPECT_EQ(get("encoding=proto&message="), nullptr);
  EXPECT_EQ(scene.answer().head.status, 415);
  EXPECT_EQ(error()["code"], "unimplemented");
  EXPECT_NE(error()["message"].get<std::string>().find("encoding=proto"), std::string::npos);
}

TEST_F(ConnectTest, ReadsAQueryInBase64) {
  const auto call = get("encoding=json&base64=1&message=" + absl::WebSafeBase64Escape("{\"a\":1}"));
  EXPECT_EQ(scene.backend.body, Scene::framed("|{\"a\":1}"));
}

TEST_F(ConnectTest, RefusesAQueryThatItCannotRead) {
  for (const char* query : {"encoding=proto&message=", "connect=v2&encoding=json&message=%7B%7D",
                            "encoding=json&message=%7B%7D&compression=gzip",
                            "encoding=json&message=%7", "encoding=json&message=%21&base64=1"}) {
    Scene one;
    EXPECT_EQ(one.request("GET", std::string("/t.Things/Get?") + query), nullptr) << query;
    ASSERT_EQ(one.client.answers.size(), 1u);
    EXPECT_TRUE(json::parse(one.answer().body).contains("code")) << query;
    EXPECT_GE(one.answer().head.status, 400);
    EXPECT_TRUE(one.backend.observers.empty());
  }
}

TEST_F(ConnectTest, CancelsItsCallWhenItsClientIsGone) {
  auto call = get("encoding=json&message=%7B%7D");
  call.reset();
  EXPECT_EQ(scene.backend.cancelled, 1);
}

}  // namespace
}  // namespace trunkline::exchange

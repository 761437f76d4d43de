#include <gtest/gtest.h>

#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

TEST(Receive, AnswersAFixedPageAtOnce) {
  Scene scene;
  EXPECT_EQ(scene.request("GET", "/index?ignored=1"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "text/plain");
  EXPECT_EQ(scene.answer().body, "hello");
}

TEST(Receive, AnswersHeadAsGet) {
  Scene scene;
  scene.request("HEAD", "/index");
  EXPECT_EQ(scene.answer().head.status, 200);
}

TEST(Receive, Answers404WhereNothingIs) {
  Scene scene;
  EXPECT_EQ(scene.request("GET", "/nowhere"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 404);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/json");
  EXPECT_NE(scene.answer().body.find("/nowhere"), std::string::npos);
}

TEST(Receive, Answers405WithWhatIsAllowed) {
  Scene scene;
  EXPECT_EQ(scene.request("DELETE", "/index"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 405);
  EXPECT_EQ(scene.answer().head.headers.find("allow"), "GET, HEAD");
}

TEST(Receive, Answers400ToAPathThatIsNotPercentEncoded) {
  Scene scene;
  EXPECT_EQ(scene.request("GET", "/v1/things/%zz"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 400);
}

TEST(Receive, Answers415ToABodyThatIsNoJson) {
  Scene scene;
  EXPECT_EQ(scene.request("POST", "/v1/things", false, {{"content-type", "text/plain"}}), nullptr);
  EXPECT_EQ(scene.answer().head.status, 415);
  EXPECT_NE(scene.answer().body.find("text/plain"), std::string::npos);
  EXPECT_TRUE(scene.backend.observers.empty());
}

TEST(Receive, TakesAnyTypeOfABodyThatIsNotThere) {
  Scene scene;
  EXPECT_NE(scene.request("POST", "/v1/things", true, {{"content-type", "text/plain"}}), nullptr);
}

TEST(Receive, Answers503WhileTheServicesAreUnknown) {
  Scene scene(false);
  EXPECT_EQ(scene.request("GET", "/nowhere"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 503);
  EXPECT_EQ(scene.answer().head.headers.find("retry-after"), "1");
}

TEST(Receive, AnswersItsOwnPagesWhileTheServicesAreUnknown) {
  Scene scene(false);
  scene.request("GET", "/index");
  EXPECT_EQ(scene.answer().head.status, 200);
}

TEST(Receive, Answers405ToAGrpcCallThatIsNotMadeByPost) {
  for (const char* path : {"/t.Things/Get", "/nobody.Offers/This"}) {
    Scene scene;
    const http::Headers fields{{"content-type", "application/grpc"}};
    EXPECT_EQ(receive(scene.desk, scene.client, {7, {"GET", "http", "a", path, fields}, true}),
              nullptr);
    EXPECT_EQ(scene.answer().head.status, 405);
    EXPECT_EQ(scene.answer().head.headers.find("allow"), "POST");
  }
}

TEST(Receive, Answers405ToAMethodsPathThatIsOnlyLookedAt) {
  Scene scene;
  scene.request("GET", "/t.Things/Watch");
  EXPECT_EQ(scene.answer().head.status, 405);
  EXPECT_EQ(scene.answer().head.headers.find("allow"), "POST");
}

TEST(Receive, Answers400ToAGetOfAMethodThatSaysNoMessage) {
  for (const char* query : {"", "?encoding=json", "?message=%7B%7D"}) {
    Scene scene;
    EXPECT_EQ(scene.request("GET", std::string("/t.Things/Get") + query), nullptr);
    EXPECT_EQ(scene.answer().head.status, 400) << query;
    EXPECT_NE(scene.answer().body.find("encoding"), std::string::npos);
    EXPECT_NE(scene.answer().body.find("message"), std::string::npos);
  }
}

TEST(Receive, Answers405ToAMethodWithoutSideEffectsNamingBothWaysToAskForIt) {
  for (const char* method : {"PUT", "HEAD"}) {
    Scene scene;
    scene.request(method, "/t.Things/Get");
    EXPECT_EQ(scene.answer().head.status, 405) << method;
    EXPECT_EQ(scene.answer().head.headers.find("allow"), "GET, POST");
  }
  Scene other;
  other.request("GET", "/t.Things/Create?encoding=json&message=%7B%7D");
  EXPECT_EQ(other.answer().head.headers.find("allow"), "POST");
}

TEST(Receive, Answers415ToAMethodThatIsCalledInAnotherTypeNamingThoseItHas) {
  Scene unary;
  unary.request("POST", "/t.Things/Get", true, {{"content-type", "application/proto"}});
  EXPECT_EQ(unary.answer().head.status, 415);
  EXPECT_NE(unary.answer().body.find("application/json"), std::string::npos);

  Scene streaming;
  streaming.request("POST", "/t.Things/Watch", true, {{"content-type", "application/json"}});
  EXPECT_EQ(streaming.answer().head.status, 415);
  EXPECT_NE(streaming.answer().body.find("application/grpc-web-text"), std::string::npos);
  EXPECT_EQ(streaming.answer().body.find("application/json"), std::string::npos);
}

/// Of a method that no descriptor tells of, while there are two upstreams.
struct Undescribed {
  explicit Undescribed(bool complete = true) {
    auto catalog = boost::make_local_shared<Catalog>(*scene.desk.catalog);
    catalog->upstreams.push_back({"others", &other, complete});
    catalog->complete = complete;
    scene.desk.catalog = catalog;
  }

  std::unique_ptr<Exchange> call(const std::string& path,
                                 const std::string& type = "application/grpc") {
    http::RequestHead head{"POST", "http", "a.example", path, {{"content-type", type}}};
    return receive(scene.desk, scene.client, {7, std::move(head), true});
  }

  Scene scene;
  Backend other;
};

TEST(Receive, CallsThatNobodyDescribesGoToTheOnlyUpstream) {
  Scene scene;
  http::RequestHead head{
      "POST", "http", "a.example", "/no.Such/Method", {{"content-type", "application/grpc"}}};
  EXPECT_NE(receive(scene.desk, scene.client, {7, std::move(head), true}), nullptr);
  EXPECT_EQ(scene.backend.path, "/no.Such/Method");
}

TEST(Receive, CallsThatNobodyDescribesAreUnimplementedWhenAllIsKnown) {
  Undescribed many;
  EXPECT_EQ(many.call("/no.Such/Method"), nullptr);
  const auto& head = many.scene.answer().head;
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.find("content-type"), "application/grpc");
  EXPECT_EQ(head.headers.find("grpc-status"), "12");
  EXPECT_EQ(head.headers.find("grpc-message"), "No upstream offers /no.Such/Method.");
}

TEST(Receive, CallsThatNobodyDescribesAreAnsweredInTheirDialect) {
  Undescribed many;
  EXPECT_EQ(many.call("/no.Such/Method", "application/grpc-web+proto"), nullptr);
  EXPECT_EQ(many.scene.answer().head.headers.find("content-type"), "application/grpc-web+proto");
  EXPECT_EQ(many.scene.answer().head.headers.find("grpc-status"), "12");
}

TEST(Receive, CallsThatNobodyDescribesAreUnavailableUntilAllIsKnown) {
  Undescribed many(false);
  EXPECT_EQ(many.call("/no.Such/Method"), nullptr);
  EXPECT_EQ(many.scene.answer().head.headers.find("grpc-status"), "14");
}

TEST(Receive, CallsThatNobodyDescribesOfGrpcsOwnServicesGoToTheFirstUpstream) {
  Undescribed many;
  EXPECT_NE(many.call("/grpc.health.v1.Health/Check"), nullptr);
  EXPECT_EQ(many.scene.backend.path, "/grpc.health.v1.Health/Check");
  EXPECT_EQ(many.other.path, "");
}

}  // namespace
}  // namespace trunkline::exchange

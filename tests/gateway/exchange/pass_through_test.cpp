#include "gateway/exchange/pass_through.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

const http::Headers kGrpc{{"content-type", "application/grpc"}, {"te", "trailers"}};
const http::ResponseHead kAnswer{200, {{"content-type", "application/grpc"}}};

class PassThroughTest : public testing::Test {
 protected:
  std::unique_ptr<Exchange> call(http::Headers headers = kGrpc, bool end = false) {
    http::RequestHead head{"POST", "http", "a.example", "/t.Things/Get", std::move(headers)};
    return receive(scene.desk, scene.client, {7, std::move(head), end});
  }

  static http::Headers with(std::string_view name, std::string_view value) {
    http::Headers headers = kGrpc;
    headers.add(name, value);
    return headers;
  }

  Scene scene;
};

TEST_F(PassThroughTest, TakesEveryGrpcCallWhateverTheRoutes) {
  const auto begun = call();
  ASSERT_NE(begun, nullptr);
  EXPECT_EQ(scene.backend.path, "/t.Things/Get");
  EXPECT_FALSE(scene.backend.ended);
}

TEST_F(PassThroughTest, OpensNoTunnelForAClient) {
  http::RequestHead head{"POST", "http", "a.example", "/trunkline.tunnel.v1.TunnelService/Open",
                         kGrpc};
  EXPECT_EQ(receive(scene.desk, scene.client, {7, std::move(head), false}), nullptr);
  EXPECT_EQ(scene.backend.path, "");
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "12");
}

TEST_F(PassThroughTest, LeavesOtherContentTypesToTheRoutes) {
  for (const char* type : {"application/json", "application/grpcx", ""}) {
    http::RequestHead head{"POST", "http", "a", "/t.Things/Get", {{"content-type", type}}};
    EXPECT_FALSE(PassThrough::wants(head)) << type;
  }
  for (const char* type : {"application/grpc", "application/grpc+proto", "application/grpc;x=y",
                           "application/grpc-web", "application/grpc-web-text+proto"}) {
    http::RequestHead head{"POST", "http", "a", "/t.Things/Get", {{"content-type", type}}};
    EXPECT_TRUE(PassThrough::wants(head)) << type;
  }
}

TEST_F(PassThroughTest, TakesNoOtherMethodThanPost) {
  for (const char* method : {"GET", "HEAD", "PUT"}) {
    EXPECT_FALSE(PassThrough::wants({method, "http", "a", "/t.Things/Get", kGrpc})) << method;
  }
}

TEST_F(PassThroughTest, LeavesOutWhatTheCodecSaysItself) {
  const auto begun = call();
  scene.backend.end().on_done({{"grpc-status", "12"}, {"content-length", "0"}, {"date", "x"}});
  EXPECT_FALSE(scene.answer().head.headers.contains("content-length"));
  EXPECT_FALSE(scene.answer().head.headers.contains("date"));
}

TEST_F(PassThroughTest, CarriesMetadataButNotWhatBelongsToOneHop) {
  const auto begun = call(with("x-tenant", "7"));
  EXPECT_EQ(scene.backend.metadata.find("x-tenant"), "7");
  EXPECT_EQ(scene.backend.metadata.find("content-type"), "application/grpc");
  EXPECT_FALSE(scene.backend.metadata.contains("te")) << "said anew by the line";
}

TEST_F(PassThroughTest, RefusesMetadataThatABackendMightChokeOn) {
  EXPECT_EQ(call(with("x-tenant", "\xc3\xa9")), nullptr);
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "3");
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/grpc");
  EXPECT_TRUE(scene.backend.observers.empty());
}

TEST_F(PassThroughTest, RefusesTooMuchMetadata) {
  EXPECT_EQ(call(with("x-tenant", std::string(9'000, 'x'))), nullptr);
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "8");
}

TEST_F(PassThroughTest, NeverKnowsWhetherACallIsUnary) {
  const auto begun = call();
  EXPECT_FALSE(scene.backend.unary);
}

TEST_F(PassThroughTest, CarriesTheClientsDeadline) {
  const auto before = Clock::now();
  const auto begun = call(with("grpc-timeout", "250m"));
  EXPECT_GE(scene.backend.deadline, before + std::chrono::milliseconds(250));
  EXPECT_LE(scene.backend.deadline, Clock::now() + std::chrono::milliseconds(250));
  EXPECT_FALSE(scene.backend.metadata.contains("grpc-timeout")) << "said anew, less the elapsed";
}

TEST_F(PassThroughTest, HasNoDeadlineWithoutTheClients) {
  const auto begun = call();
  EXPECT_EQ(scene.backend.deadline, Clock::time_point::max());
}

TEST_F(PassThroughTest, HasNoDeadlineForATimeoutBeyondAYear) {
  const auto begun = call(with("grpc-timeout", "99999999H"));
  EXPECT_EQ(scene.backend.deadline, Clock::time_point::max());
}

TEST_F(PassThroughTest, EndsWhenOurOwnTimeoutSaysSoAtTheLatest) {
  scene.settings.call_timeout = std::chrono::milliseconds(1'000);
  const auto before = Clock::now();
  const auto unbounded = call();
  EXPECT_GE(scene.backend.deadline, before + std::chrono::seconds(1));
  EXPECT_LE(scene.backend.deadline, Clock::now() + std::chrono::seconds(1));
  const auto longer = call(with("grpc-timeout", "2S"));
  EXPECT_LE(scene.backend.deadline, Clock::now() + std::chrono::seconds(1));
  const auto shorter = call(with("grpc-timeout", "250m"));
  EXPECT_LE(scene.backend.deadline, Clock::now() + std::chrono::milliseconds(250));
}

TEST_F(PassThroughTest, CarriesBytesAsTheyAreBothWays) {
  const auto begun = call();
  begun->on_body("one ", false);
  begun->on_body("two", true);
  EXPECT_EQ(scene.backend.body, "one two");
  EXPECT_TRUE(scene.backend.ended);
  scene.backend.observer().on_head(http::ResponseHead(kAnswer));
  scene.backend.observer().on_data("three ");
  scene.backend.observer().on_data("four");
  EXPECT_EQ(scene.client.streamed, "three four");
  scene.backend.end().on_done({{"grpc-status", "0"}, {"x-cost", "2"}});
  ASSERT_TRUE(scene.client.trailers);
  EXPECT_EQ(scene.client.trailers->find("grpc-status"), "0");
  EXPECT_EQ(scene.client.trailers->find("x-cost"), "2");
}

TEST_F(PassThroughTest, GivesTheClientCreditOnlyForWhatTheBackendTook) {
  const auto begun = call();
  begun->on_body("12345", false);
  EXPECT_EQ(scene.client.consumed, 0u);
  scene.backend.observer().on_backend_took(5);
  EXPECT_EQ(scene.client.consumed, 5u);
}

TEST_F(PassThroughTest, GivesTheBackendCreditOnlyForWhatTheClientTook) {
  const auto begun = call();
  scene.backend.observer().on_head(http::ResponseHead(kAnswer));
  scene.backend.observer().on_data("12345");
  EXPECT_EQ(scene.backend.consumed, 0u);
  begun->on_client_took(5);
  EXPECT_EQ(scene.backend.consumed, 5u);
}

TEST_F(PassThroughTest, AnswersTrailersOnlyAsTrailersOnly) {
  const auto begun = call();
  scene.backend.end().on_done({{"grpc-status", "5"}, {"grpc-message", "no"}});
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "5");
  EXPECT_EQ(scene.answer().body, "");
}

TEST_F(PassThroughTest, SaysInGrpcThatABackendAnsweredInSomethingElse) {
  const auto begun = call();
  scene.backend.observer().on_head({200, {{"content-type", "text/html"}}});
  EXPECT_EQ(scene.backend.cancelled, 1);
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/grpc");
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "2");
  EXPECT_EQ(scene.answer().head.headers.find("grpc-message"),
            "The backend's answer is not gRPC but text/html.");
}

TEST_F(PassThroughTest, SaysInGrpcThatABackendsHeadWasAll) {
  const auto begun = call();
  scene.backend.end().on_done({{"content-type", "text/html"}, {"x-powered-by", "y"}});
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/grpc");
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "2");
  EXPECT_FALSE(scene.answer().head.headers.contains("x-powered-by"));
}

TEST_F(PassThroughTest, GivesAnAnswerThatEndsWithoutAStatusOne) {
  const auto begun = call();
  scene.backend.observer().on_head(http::ResponseHead(kAnswer));
  scene.backend.end().on_done({});
  ASSERT_TRUE(scene.client.trailers);
  EXPECT_EQ(scene.client.trailers->find("grpc-status"), "2");
}

TEST_F(PassThroughTest, TellsTheClientThatTheLineBrokeInTheMiddle) {
  const auto begun = call();
  scene.backend.observer().on_head(http::ResponseHead(kAnswer));
  scene.backend.end().on_failed({grpc::Code::kUnavailable, "the line broke"});
  ASSERT_TRUE(scene.client.trailers);
  EXPECT_EQ(scene.client.trailers->find("grpc-status"), "14");
  EXPECT_EQ(scene.client.trailers->find("grpc-message"), "the line broke");
}

TEST_F(PassThroughTest, AnswersInGrpcWhenTheBackendIsAway) {
  scene.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "away"};
  EXPECT_EQ(call(), nullptr);
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "14");
}

TEST_F(PassThroughTest, CancelsItsCallWhenItsClientIsGone) {
  auto begun = call();
  begun.reset();
  EXPECT_EQ(scene.backend.cancelled, 1);
}

}  // namespace
}  // namespace trunkline::exchange

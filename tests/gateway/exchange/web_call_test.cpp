// gRPC-Web calls, from the client's bytes to the backend's and back.

#include "gateway/exchange/web_call.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

using namespace std::string_literals;

constexpr char kBinary[] = "application/grpc-web+proto";
constexpr char kText[] = "application/grpc-web-text";

class WebCallTest : public testing::Test {
 protected:
  std::unique_ptr<Exchange> call(http::Headers headers) {
    http::RequestHead head{"POST", "http", "a.example", "/t.Things/Get", std::move(headers)};
    return receive(scene.desk, scene.client, {7, std::move(head), false});
  }
  std::unique_ptr<Exchange> call(std::string_view type) { return call({{"content-type", type}}); }

  void answer_begins() {
    scene.backend.observer().on_head({200, {{"content-type", "application/grpc"}, {"x-a", "b"}}});
  }

  Scene scene;
};

TEST_F(WebCallTest, IsANativeCallToTheBackend) {
  for (const auto& [web, native] :
       {std::pair{"application/grpc-web", "application/grpc"},
        std::pair{"application/grpc-web+proto", "application/grpc+proto"},
        std::pair{"application/grpc-web-text; charset=utf-8", "application/grpc"},
        std::pair{"application/grpc-web-text+json", "application/grpc+json"}}) {
    const auto begun = call(web);
    EXPECT_EQ(scene.backend.path, "/t.Things/Get");
    EXPECT_EQ(scene.backend.metadata.find("content-type"), native);
    EXPECT_EQ(scene.backend.metadata.find("grpc-accept-encoding"), "identity");
  }
}

TEST_F(WebCallTest, CarriesMetadataButNotWhatABrowserSaysOfItself) {
  const auto begun = call({{"content-type", kBinary},
                           {"x-grpc-web", "1"},
                           {"origin", "https://a.example"},
                           {"sec-fetch-mode", "cors"},
                           {"accept", "*/*"},
                           {"accept-language", "de"},
                           {"authorization", "Bearer x"},
                           {"x-tenant", "7"}});
  const http::Headers& metadata = scene.backend.metadata;
  EXPECT_EQ(metadata.find("authorization"), "Bearer x");
  EXPECT_EQ(metadata.find("x-tenant"), "7");
  for (const char* name : {"x-grpc-web", "origin", "sec-fetch-mode", "accept", "accept-language"}) {
    EXPECT_FALSE(metadata.contains(name)) << name;
  }
}

TEST_F(WebCallTest, HasItsDeadline) {
  const auto begun = call({{"content-type", kBinary}, {"grpc-timeout", "250m"}});
  EXPECT_LE(scene.backend.deadline, Clock::now() + std::chrono::milliseconds(250));
}

TEST_F(WebCallTest, CarriesBytesAsTheyAre) {
  const auto begun = call(kBinary);
  begun->on_body("one ", false);
  begun->on_body("two", true);
  EXPECT_EQ(scene.backend.body, "one two");
  EXPECT_TRUE(scene.backend.ended);
  answer_begins();
  EXPECT_EQ(scene.client.started->headers.find("content-type"), "application/grpc-web+proto");
  EXPECT_EQ(scene.client.started->headers.find("x-a"), "b");
  scene.backend.observer().on_data("three");
  EXPECT_EQ(scene.client.streamed, "three");
}

TEST_F(WebCallTest, PutsTheTrailersIntoTheBody) {
  const auto begun = call(kBinary);
  answer_begins();
  scene.backend.observer().on_data("three");
  scene.backend.end().on_done({{"grpc-status", "0"}, {"x-cost", "2"}});
  EXPECT_EQ(scene.client.streamed,
            "three"
            "\x80\0\0\0\x1b"s
            "grpc-status: 0\r\nx-cost: 2\r\n");
  ASSERT_TRUE(scene.client.trailers);
  EXPECT_TRUE(scene.client.trailers->empty());
}

TEST_F(WebCallTest, TakesTextOutOfBase64HoweverItIsCut) {
  // "one ", "t", "wo", each padded on its own.
  const std::string text = "b25lIA==dA==d28=";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const auto begun = call(kText);
    for (std::size_t at = 0; at < text.size(); at += size) {
      begun->on_body(text.substr(at, size), at + size >= text.size());
    }
    EXPECT_EQ(scene.backend.body, "one two") << size;
    EXPECT_TRUE(scene.backend.ended) << size;
  }
}

TEST_F(WebCallTest, PutsEachPieceOfATextAnswerIntoBase64) {
  const auto begun = call(kText);
  answer_begins();
  EXPECT_EQ(scene.client.started->headers.find("content-type"), "application/grpc-web-text+proto");
  scene.backend.observer().on_data("a");
  scene.backend.observer().on_data("bc");
  EXPECT_EQ(scene.client.streamed, "YQ==YmM=");
  scene.backend.end().on_done({{"grpc-status", "2"}});
  EXPECT_EQ(scene.client.streamed, "YQ==YmM=gAAAABBncnBjLXN0YXR1czogMg0K");
}

TEST_F(WebCallTest, AnswersInWhatTheClientAccepts) {
  const auto text = call({{"content-type", kBinary}, {"accept", "application/grpc-web-text"}});
  answer_begins();
  scene.backend.observer().on_data("a");
  EXPECT_EQ(scene.client.streamed, "YQ==");
}

TEST_F(WebCallTest, AnswersInWhatTheClientSpeaksIfItAcceptsNothingOfTheWeb) {
  for (const char* accept : {"*/*", "application/grpc"}) {
    Scene one;
    const http::Headers fields{{"content-type", kText}, {"accept", accept}};
    const auto begun = one.request("POST", "/t.Things/Get", false, fields);
    one.backend.observer().on_head({200, {{"content-type", "application/grpc"}}});
    ASSERT_TRUE(one.client.started);
    EXPECT_EQ(one.client.started->headers.find("content-type"), "application/grpc-web-text+proto")
        << accept;
  }
}

TEST_F(WebCallTest, GivesCreditForBytesOneForOne) {
  const auto begun = call(kBinary);
  begun->on_body("12345", false);
  EXPECT_EQ(scene.client.consumed, 0u);
  scene.backend.observer().on_backend_took(3);
  EXPECT_EQ(scene.client.consumed, 3u);
  answer_begins();
  scene.backend.observer().on_data("12345");
  begun->on_client_took(4);
  EXPECT_EQ(scene.backend.consumed, 4u);
}

TEST_F(WebCallTest, GivesTheClientOfTextCreditForWhatItsBytesHaveCost) {
  const auto begun = call(kText);
  begun->on_body(
      "YWJj"
      "Z",
      false);  // three bytes, and a character too few
  begun->on_body(
      "GVm"
      "aA==",
      false);
  EXPECT_EQ(scene.backend.body, "abcdefh");
  EXPECT_EQ(scene.client.consumed, 0u);
  scene.backend.observer().on_backend_took(2);
  EXPECT_EQ(scene.client.consumed, 0u) << "part of a piece";
  scene.backend.observer().on_backend_took(2);
  EXPECT_EQ(scene.client.consumed, 5u);
  scene.backend.observer().on_backend_took(3);
  EXPECT_EQ(scene.client.consumed, 12u);
}

TEST_F(WebCallTest, GivesTheBackendCreditForTheBytesBehindTheTextThatTheClientTook) {
  const auto begun = call(kText);
  answer_begins();
  for (const char* byte : {"a", "b", "c", "d"}) scene.backend.observer().on_data(byte);
  ASSERT_EQ(scene.client.streamed.size(), 16u);
  begun->on_client_took(7);
  EXPECT_EQ(scene.backend.consumed, 1u);
  begun->on_client_took(1);
  EXPECT_EQ(scene.backend.consumed, 2u);
  begun->on_client_took(8);
  EXPECT_EQ(scene.backend.consumed, 4u);
}

TEST_F(WebCallTest, AnswersTrailersOnlyInTheHead) {
  for (const char* type : {kBinary, kText}) {
    scene.client.answers.clear();
    const auto begun = call(type);
    scene.backend.end().on_done(
        {{"content-type", "application/grpc"}, {"grpc-status", "5"}, {"grpc-message", "no"}});
    EXPECT_EQ(scene.answer().head.status, 200);
    EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "5");
    EXPECT_EQ(scene.answer().head.headers.find("grpc-message"), "no");
    EXPECT_TRUE(scene.answer().head.headers.find("content-type")->starts_with(type));
    EXPECT_EQ(scene.answer().head.headers.count("content-type"), 1u);
    EXPECT_EQ(scene.answer().body, "");
  }
}

TEST_F(WebCallTest, AnswersInGrpcWebWhenTheBackendIsAway) {
  scene.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "away"};
  EXPECT_EQ(call(kText), nullptr);
  EXPECT_EQ(scene.answer().head.headers.find("content-type"), "application/grpc-web-text+proto");
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "14");
}

TEST_F(WebCallTest, TellsInTheBodyThatTheLineBrokeInTheMiddle) {
  const auto begun = call(kBinary);
  answer_begins();
  scene.backend.end().on_failed({grpc::Code::kUnavailable, "gone"});
  EXPECT_EQ(scene.client.streamed.substr(5), "grpc-status: 14\r\ngrpc-message: gone\r\n");
}

TEST_F(WebCallTest, EndsACallWhoseTextIsBroken) {
  const auto begun = call(kText);
  begun->on_body("YWJj", false);
  begun->on_body("Y!==", false);
  EXPECT_EQ(scene.backend.cancelled, 1);
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "3");
  begun->on_body("YWJj", true);
  EXPECT_EQ(scene.client.consumed, 4u) << "what still comes is not kept";
}

TEST_F(WebCallTest, EndsACallWhoseTextEndsTooEarly) {
  const auto begun = call(kText);
  begun->on_body("YWJjZ", true);
  EXPECT_EQ(scene.backend.cancelled, 1);
  EXPECT_EQ(scene.answer().head.headers.find("grpc-status"), "3");
}

TEST_F(WebCallTest, SaysInTheBodyThatTheTextBrokeWhileTheAnswerCame) {
  const auto begun = call(kText);
  answer_begins();
  begun->on_body("!", false);
  EXPECT_EQ(scene.backend.cancelled, 1);
  EXPECT_TRUE(scene.client.streamed.starts_with("gAAAA")) << "a trailers frame";
  EXPECT_TRUE(scene.client.trailers);
}

}  // namespace
}  // namespace trunkline::exchange

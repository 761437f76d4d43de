#include "gateway/exchange/cross_origin.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

constexpr char kPage[] = "https://app.example";
constexpr char kAllowOrigin[] = "access-control-allow-origin";

class CrossOriginTest : public testing::Test {
 protected:
  CrossOriginTest() {
    policy::CorsSettings settings;
    settings.origins = {kPage};
    scene.cors = policy::Cors(settings);
  }

  std::unique_ptr<Exchange> ask(std::string method, std::string target, http::Headers fields,
                                bool end = true) {
    return scene.request(std::move(method), std::move(target), end, std::move(fields));
  }

  Scene scene;
};

TEST_F(CrossOriginTest, APreflightIsAnsweredWhateverTheRoutes) {
  for (const char* path : {"/v1/things", "/t.Things/Get", "/nowhere"}) {
    scene.client.answers.clear();
    EXPECT_EQ(ask("OPTIONS", path, {{"origin", kPage}, {"access-control-request-method", "POST"}}),
              nullptr);
    EXPECT_EQ(scene.answer().head.status, 204) << path;
    EXPECT_EQ(scene.answer().head.headers.find(kAllowOrigin), kPage) << path;
  }
}

TEST_F(CrossOriginTest, APreflightOfAStrangerIsRefused) {
  ask("OPTIONS", "/v1/things",
      {{"origin", "https://evil.example"}, {"access-control-request-method", "POST"}});
  EXPECT_EQ(scene.answer().head.status, 403);
  EXPECT_FALSE(scene.answer().head.headers.contains(kAllowOrigin));
}

TEST_F(CrossOriginTest, AnAnswerSaysWhoMayReadIt) {
  const auto call = ask("GET", "/v1/things/3", {{"origin", kPage}});
  ASSERT_NE(call, nullptr);
  scene.backend.observer().on_data(Scene::framed("3"));
  scene.backend.end().on_done(kDone);
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_EQ(scene.answer().head.headers.find(kAllowOrigin), kPage);
}

TEST_F(CrossOriginTest, AnErrorSaysWhoMayReadIt) {
  ask("GET", "/nowhere", {{"origin", kPage}});
  EXPECT_EQ(scene.answer().head.status, 404);
  EXPECT_EQ(scene.answer().head.headers.find(kAllowOrigin), kPage);
}

TEST_F(CrossOriginTest, AStreamedAnswerSaysWhoMayReadItAndTheRestPassesAsItIs) {
  const auto call = ask("POST", "/t.Things/Get",
                        {{"origin", kPage}, {"content-type", "application/grpc-web"}}, false);
  ASSERT_NE(call, nullptr);
  call->on_body("12345", true);
  EXPECT_EQ(scene.backend.body, "12345");
  scene.backend.observer().on_backend_took(5);
  EXPECT_EQ(scene.client.consumed, 5u);
  scene.backend.observer().on_head({200, {{"content-type", "application/grpc"}}});
  EXPECT_EQ(scene.client.started->headers.find(kAllowOrigin), kPage);
  scene.backend.observer().on_data("abc");
  EXPECT_EQ(scene.client.streamed, "abc");
  call->on_client_took(3);
  EXPECT_EQ(scene.backend.consumed, 3u);
  scene.backend.end().on_done(kDone);
  EXPECT_TRUE(scene.client.trailers);
}

TEST_F(CrossOriginTest, AStrangersAnswerIsForNoPage) {
  ask("GET", "/index", {{"origin", "https://evil.example"}});
  EXPECT_EQ(scene.answer().head.status, 200);
  EXPECT_FALSE(scene.answer().head.headers.contains(kAllowOrigin));
}

TEST_F(CrossOriginTest, ACacheIsToldThatOriginsDiffer) {
  ask("GET", "/index", {});
  EXPECT_EQ(scene.answer().head.headers.find("vary"), "origin");
}

TEST_F(CrossOriginTest, ACallThatComesFromNoPageIsLeftAlone) {
  const auto call = ask("POST", "/t.Things/Get", {{"content-type", "application/grpc"}}, false);
  scene.backend.end().on_done(kDone);
  EXPECT_FALSE(scene.answer().head.headers.contains("vary"));
}

TEST_F(CrossOriginTest, ACallIsCancelledWhenItsPageIsGone) {
  auto call = ask("GET", "/v1/things/3", {{"origin", kPage}});
  call.reset();
  EXPECT_EQ(scene.backend.cancelled, 1);
}

TEST(CrossOrigin, IsOffWithoutOrigins) {
  Scene scene;
  scene.request("GET", "/index");
  EXPECT_FALSE(scene.answer().head.headers.contains("vary"));
}

}  // namespace
}  // namespace trunkline::exchange

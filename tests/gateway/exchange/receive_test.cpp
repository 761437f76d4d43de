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

TEST(Receive, Answers501ForAMethodThatStreams) {
  Scene scene;
  EXPECT_EQ(scene.request("GET", "/v1/things:watch"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 501);
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

}  // namespace
}  // namespace trunkline::exchange

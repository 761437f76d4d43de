#include "gateway/exchange/readiness.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

const std::string kServing = Scene::framed(std::string_view("\x08\x01", 2));
const std::string kNotServing = Scene::framed(std::string_view("\x08\x02", 2));

TEST(Readiness, AsksTheBackendsHealthService) {
  Scene scene;
  const auto probe = scene.request("GET", "/readyz");
  EXPECT_EQ(scene.backend.path, "/grpc.health.v1.Health/Check");
  EXPECT_EQ(scene.backend.body, Scene::framed(""));
}

TEST(Readiness, Is200WhenTheBackendServes) {
  Scene scene;
  const auto probe = scene.request("GET", "/readyz");
  scene.backend.observer().on_data(kServing);
  scene.backend.end().on_done(kDone);
  EXPECT_EQ(scene.answer().head.status, 200);
}

TEST(Readiness, Is503WhenTheBackendSaysThatItDoesNotServe) {
  Scene scene;
  const auto probe = scene.request("GET", "/readyz");
  scene.backend.observer().on_data(kNotServing);
  scene.backend.end().on_done(kDone);
  EXPECT_EQ(scene.answer().head.status, 503);
  EXPECT_EQ(scene.answer().head.headers.find("retry-after"), "1");
}

TEST(Readiness, Is200ForABackendWithoutAHealthService) {
  Scene scene;
  const auto probe = scene.request("GET", "/readyz");
  scene.backend.end().on_done({{"grpc-status", "12"}});
  EXPECT_EQ(scene.answer().head.status, 200);
}

TEST(Readiness, Is503WhenTheBackendIsAway) {
  Scene refused;
  refused.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "away"};
  EXPECT_EQ(refused.request("GET", "/readyz"), nullptr);
  EXPECT_EQ(refused.answer().head.status, 503);

  Scene silent;
  const auto probe = silent.request("GET", "/readyz");
  silent.backend.end().on_failed({grpc::Code::kDeadlineExceeded, "too late"});
  EXPECT_EQ(silent.answer().head.status, 503);
}

TEST(Readiness, Is503WhileTheServicesAreUnknown) {
  Scene scene(false);
  EXPECT_EQ(scene.request("GET", "/readyz"), nullptr);
  EXPECT_EQ(scene.answer().head.status, 503);
}

TEST(Readiness, CancelsItsCallWhenItsClientIsGone) {
  Scene scene;
  auto probe = scene.request("GET", "/readyz");
  probe.reset();
  EXPECT_EQ(scene.backend.cancelled, 1);
}

}  // namespace
}  // namespace trunkline::exchange

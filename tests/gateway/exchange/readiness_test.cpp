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

/// Two upstreams, of which the second is `other`.
struct Pair {
  explicit Pair(bool known = true, bool required = true) {
    auto catalog = boost::make_local_shared<Catalog>(*scene.desk.catalog);
    catalog->upstreams.push_back({"others", &other, known, required});
    scene.desk.catalog = catalog;
  }

  Scene scene;
  Backend other;
};

TEST(Readiness, Is200WhenEveryUpstreamServes) {
  Pair pair;
  const auto probe = pair.scene.request("GET", "/readyz");
  for (Backend* backend : {&pair.other, &pair.scene.backend}) {
    EXPECT_TRUE(pair.scene.client.answers.empty());
    backend->observer().on_data(kServing);
    backend->end().on_done(kDone);
  }
  EXPECT_EQ(pair.scene.answer().head.status, 200);
}

TEST(Readiness, Is503WhenOneOfThemDoesNotAndNamesIt) {
  Pair pair;
  const auto probe = pair.scene.request("GET", "/readyz");
  pair.scene.backend.observer().on_data(kServing);
  pair.scene.backend.end().on_done(kDone);
  pair.other.end().on_failed({grpc::Code::kUnavailable, "It broke."});
  EXPECT_EQ(pair.scene.answer().head.status, 503);
  EXPECT_NE(pair.scene.answer().body.find("Upstream others is not ready: It broke."),
            std::string::npos)
      << pair.scene.answer().body;
  EXPECT_EQ(pair.scene.answer().body.find("Upstream things"), std::string::npos);
}

TEST(Readiness, NamesAllThatAreNot) {
  Pair pair(false);
  pair.scene.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "The backend is away."};
  EXPECT_EQ(pair.scene.request("GET", "/readyz"), nullptr);
  EXPECT_EQ(pair.scene.answer().head.status, 503);
  const std::string& body = pair.scene.answer().body;
  EXPECT_NE(body.find("Upstream things is not ready: The backend is away."), std::string::npos);
  EXPECT_NE(body.find("Upstream others is not ready: its descriptors are not known yet."),
            std::string::npos);
}

TEST(Readiness, DoesNotWaitForWhatIsNotRequired) {
  Pair pair(false, false);
  const auto probe = pair.scene.request("GET", "/readyz");
  pair.scene.backend.observer().on_data(kServing);
  pair.scene.backend.end().on_done(kDone);
  EXPECT_EQ(pair.scene.answer().head.status, 200);
  EXPECT_EQ(pair.other.path, "");
}

TEST(Readiness, OutlivesTheCatalogThatItBeganWith) {
  Pair pair;
  const auto probe = pair.scene.request("GET", "/readyz");
  pair.scene.desk.catalog = boost::make_local_shared<Catalog>();
  for (Backend* backend : {&pair.other, &pair.scene.backend}) {
    backend->end().on_failed({grpc::Code::kUnavailable, "gone"});
  }
  EXPECT_EQ(pair.scene.answer().head.status, 503);
}

TEST(Readiness, CancelsItsCallWhenItsClientIsGone) {
  Scene scene;
  auto probe = scene.request("GET", "/readyz");
  probe.reset();
  EXPECT_EQ(scene.backend.cancelled, 1);
}

}  // namespace
}  // namespace trunkline::exchange

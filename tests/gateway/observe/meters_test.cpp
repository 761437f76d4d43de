#include "gateway/observe/meters.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace trunkline::observe {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> route_names(const Meters& meters) {
  std::vector<std::string> names;
  meters.for_each_route([&](const RouteMeters& route) { names.push_back(route.name()); });
  return names;
}

TEST(Meters, CountARefusalUnderItsReason) {
  Meters meters;
  meters.refuse(Refusal::kPath);
  meters.refuse(Refusal::kPath);
  EXPECT_EQ(meters.refusals(Refusal::kPath), 2U);
  EXPECT_EQ(meters.refusals(Refusal::kMethod), 0U);
}

TEST(Meters, HaveOnePlaceForARouteHoweverOftenItIsAskedFor) {
  Meters meters;
  RouteMeters& first = meters.route("/agents");
  for (int i = 0; i < 100; ++i) meters.route("/other/" + std::to_string(i));
  EXPECT_EQ(&meters.route("/agents"), &first);
  EXPECT_EQ(first.name(), "/agents");
  EXPECT_EQ(&meters.route("unmatched"), &meters.unmatched());
}

TEST(Meters, CountRoutesBeyondTheirBoundTogether) {
  Meters meters;
  for (std::size_t i = 0; i < 2 * Meters::kRoutes; ++i) meters.route("/" + std::to_string(i));
  EXPECT_EQ(route_names(meters).size(), Meters::kRoutes);
  EXPECT_EQ(meters.route("/one more").name(), "others");
  EXPECT_EQ(meters.route("/0").name(), "/0");
}

TEST(Meters, CountEndpointsBeyondTheirBoundTogether) {
  UpstreamMeters meters("default");
  for (std::size_t i = 0; i < 2 * UpstreamMeters::kEndpoints; ++i) {
    meters.endpoint(std::to_string(i));
  }
  EXPECT_EQ(meters.endpoint("0").name(), "0");
  EXPECT_EQ(&meters.endpoint("one more"), &meters.endpoint("another"));
}

TEST(Meters, TellOfUpstreamsThatHaveEndpoints) {
  Meters meters;
  meters.upstream("idle");
  meters.upstream("agents").endpoint("127.0.0.1:50051");
  std::vector<std::string> names;
  meters.for_each_upstream([&](const UpstreamMeters& one) { names.push_back(one.name()); });
  EXPECT_EQ(names, std::vector<std::string>{"agents"});
  EXPECT_EQ(&meters.upstream("agents"), &meters.upstream("agents"));
}

TEST(RouteMeters, CountByProtocolAndStatus) {
  RouteMeters route("/agents");
  route.add(Wire::kHttp1, 200, -1, 1ms);
  route.add(Wire::kHttp2, 200, -1, 1ms);
  route.add(Wire::kHttp2Tls, 200, -1, 1ms);
  route.add(Wire::kHttp2, 404, -1, 1ms);
  const auto slot = [](int status) {
    return static_cast<std::size_t>(
        std::find(AnswerCounts::kStatuses.begin(), AnswerCounts::kStatuses.end(), status) -
        AnswerCounts::kStatuses.begin());
  };
  EXPECT_EQ(route.answers(false).in_slot(slot(200)), 1U);
  EXPECT_EQ(route.answers(true).in_slot(slot(200)), 2U);
  EXPECT_EQ(route.answers(true).in_slot(slot(404)), 1U);
}

TEST(RouteMeters, CountAStatusThatNobodyKnowsAsOther) {
  RouteMeters route("/agents");
  for (const int status : {-1, 0, 100, 199, 218, 599, 600, 1'000'000}) {
    route.add(Wire::kHttp1, status, -1, 1ms);
  }
  EXPECT_EQ(route.answers(false).in_slot(AnswerCounts::kOther), 8U);
}

TEST(RouteMeters, CountAGrpcStatusThatNobodyKnowsAsUnknown) {
  RouteMeters route("/p.S/M");
  route.add(Wire::kHttp2, 200, 0, 1ms);
  route.add(Wire::kHttp2, 200, 16, 1ms);
  route.add(Wire::kHttp2, 200, 17, 1ms);
  route.add(Wire::kHttp2, 200, 2'000'000'000, 1ms);
  EXPECT_EQ(route.answers(true).with_grpc_status(0), 1U);
  EXPECT_EQ(route.answers(true).with_grpc_status(16), 1U);
  EXPECT_EQ(route.answers(true).with_grpc_status(2), 2U);
}

TEST(Meters, AreReadWhileTheirWorkerAddsToThem) {
  Meters meters;
  std::atomic<bool> done = false;
  std::thread worker([&] {
    for (std::size_t i = 0; i < Meters::kRoutes; ++i) {
      meters.route("/" + std::to_string(i)).add(Wire::kHttp2, 200, -1, 1ms);
      meters.refuse(Refusal::kPath);
    }
    done = true;
  });
  std::size_t seen = 0;
  while (!done) {
    const std::vector<std::string> names = route_names(meters);
    EXPECT_GE(names.size(), seen);
    seen = names.size();
    for (const std::string& name : names) EXPECT_FALSE(name.empty());
  }
  worker.join();
  EXPECT_EQ(route_names(meters).size(), Meters::kRoutes);
  EXPECT_EQ(meters.refusals(Refusal::kPath), Meters::kRoutes);
}

}  // namespace
}  // namespace trunkline::observe

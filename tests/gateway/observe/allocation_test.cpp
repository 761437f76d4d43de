// What must not allocate, does not.

#include <string>

#include <gtest/gtest.h>

#include "gateway/observe/recorder.hpp"
#include "tests/support/allocations.hpp"

namespace trunkline::observe {
namespace {

void observe_one(Recorder& recorder, RouteMeters& route) {
  RequestRecord record = recorder.begin(Wire::kHttp2);
  recorder.describe(record, {"203.0.113.7:4711", "GET", "/v1/agents?page_size=5",
                             "Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0", "", ""});
  record.set_route(route);
  record.set_status(200);
  record.identify("", "");
}

TEST(Recorder, AllocatesNothingWithoutALog) {
  Recorder recorder;
  RouteMeters& route = recorder.meters().route("/v1/agents");
  const std::size_t before = support::allocations();
  for (int i = 0; i < 1'000; ++i) observe_one(recorder, route);
  EXPECT_EQ(support::allocations(), before);
}

TEST(Recorder, AllocatesNothingMoreOnceItHasLogged) {
  LogRing ring(1 << 20, [] {});
  Recorder recorder(&ring);
  RouteMeters& route = recorder.meters().route("/v1/agents");
  observe_one(recorder, route);
  observe_one(recorder, route);
  const std::size_t before = support::allocations();
  for (int i = 0; i < 1'000; ++i) observe_one(recorder, route);
  EXPECT_EQ(support::allocations(), before);
  EXPECT_EQ(ring.lines(), 1'002U);
}

}  // namespace
}  // namespace trunkline::observe

// What must not allocate, does not.

#include <gtest/gtest.h>

#include "gateway/policy/forwarding.hpp"
#include "gateway/policy/request_path.hpp"
#include "tests/support/allocations.hpp"

namespace trunkline::policy {
namespace {

TEST(RequestPathAllocation, IsNoneForANormalPath) {
  const std::size_t before = support::allocations();
  const bool unchanged =
      !normalise("/v1/agents/7:watch?page_size=5&page_token=abcdefghij").value().has_value();
  EXPECT_EQ(support::allocations(), before);
  EXPECT_TRUE(unchanged);
}

TEST(RequestPathAllocation, IsOneForARewrittenPath) {
  const std::size_t before = support::allocations();
  const bool changed =
      normalise("/v1//agents/./a%20long%20path/../x?page_size=5").value().has_value();
  EXPECT_EQ(support::allocations(), before + 1);
  EXPECT_TRUE(changed);
}

TEST(ForwardingAllocation, IsThatOfItsMetadata) {
  const Forwarding forwarding{ForwardingSettings{}};
  const Caller caller = forwarding.caller("192.0.2.7", "");
  const http::RequestHead head{"POST",
                               "http",
                               "api.example",
                               "/t.Things/Get",
                               {{"content-type", "application/grpc"},
                                {"te", "trailers"},
                                {"user-agent", "grpc-c++/1.51.1 (linux; chttp2)"},
                                {"grpc-accept-encoding", "identity, deflate, gzip"},
                                {"authorization", "Bearer abcdefghijklmnopqrstuvwxyz"},
                                {"grpc-timeout", "1S"}}};
  const std::size_t before = support::allocations();
  const bool taken = forwarding.for_grpc(head, caller).has_value();
  // Two blocks of fields and their bytes, each grown once by what we say ourselves.
  EXPECT_LE(support::allocations() - before, 4u);
  EXPECT_TRUE(taken);
}

}  // namespace
}  // namespace trunkline::policy

#include "gateway/net/address.hpp"

#include <gtest/gtest.h>

namespace trunkline::net {
namespace {

TEST(Address, IsAHostAndAPort) {
  const auto address = Address::parse("localhost:8080");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "localhost");
  EXPECT_EQ(address->port, 8080);
  EXPECT_EQ(address->text(), "localhost:8080");
}

TEST(Address, KeepsAnIpv6HostInBrackets) {
  const auto address = Address::parse("[::1]:443");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->text(), "[::1]:443");
}

TEST(Address, RefusesWhatHasNoSuchForm) {
  for (const char* bad : {"", "localhost", ":80", "localhost:", "localhost:x", "localhost:65536",
                          "localhost:-1", "::1:80", "[]:80", "localhost:80x", "[[::1]:80",
                          "[a]b]:80", "a]:80", "local host:80", "\nlocalhost:80"}) {
    EXPECT_FALSE(Address::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace trunkline::net

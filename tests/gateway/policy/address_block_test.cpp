#include "gateway/policy/address_block.hpp"

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

bool holds(std::string_view block, std::string_view address) {
  return AddressBlock::parse(block).value().contains(parse_address(address).value());
}

TEST(AddressBlock, HoldsTheAddressesOfItsPrefix) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.129"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(holds("192.0.2.7", "192.0.2.8"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("::1", "::1"));
  EXPECT_TRUE(holds("::/0", "2001:db8::1"));
}

TEST(AddressBlock, LooksAtNoBitBeyondItsPrefix) {
  EXPECT_TRUE(holds("10.1.2.3/8", "10.9.9.9"));
}

TEST(AddressBlock, OfEveryIpv4AddressHoldsNoIpv6One) {
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.7"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
}

TEST(AddressBlock, KnowsIpv4InIpv6sSpelling) {
  EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_TRUE(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
}

TEST(AddressBlock, IsNothingButAnAddressAndANumberOfBits) {
  for (const std::string_view text :
       {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/ 8",
        "10.0.0/8", "10.0.0.0/8/8", "::/129", "example.org", "10.0.0.0:80", "[::1]", "::1%lo",
        "010.0.0.1.", "10.0.0.256"}) {
    EXPECT_FALSE(AddressBlock::parse(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string_view("::1\0", 4)));
  EXPECT_FALSE(parse_address(std::string(1000, '1')));
}

TEST(AddressBlock, KnowsLoopback) {
  for (const char* address : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback(*parse_address(address))) << address;
  }
  for (const char* address : {"128.0.0.1", "10.0.0.1", "::2", "::", "2001:db8::1", "127::"}) {
    EXPECT_FALSE(is_loopback(*parse_address(address))) << address;
  }
}

}  // namespace
}  // namespace trunkline::policy

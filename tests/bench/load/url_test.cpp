#include "bench/load/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::load {
namespace {

using testing::HasSubstr;

TEST(Url, KnowsItsParts) {
  const auto url = Url::parse("https://127.0.0.1:8443/v1/agents/{random:1-50}?x=1");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->authority, "127.0.0.1:8443");
  EXPECT_EQ(url->path, "/v1/agents/{random:1-50}?x=1");
}

TEST(Url, HasTheUsualPortAndTheRootForAPath) {
  const auto http = Url::parse("http://localhost");
  ASSERT_TRUE(http);
  EXPECT_EQ(http->port, "80");
  EXPECT_EQ(http->path, "/");
  EXPECT_EQ(Url::parse("https://localhost/")->port, "443");
  EXPECT_EQ(Url::parse("http://localhost?a=b")->path, "/?a=b");
}

TEST(Url, TakesAnIpv6AddressOutOfItsBrackets) {
  const auto url = Url::parse("http://[::1]:8080/index");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->authority, "[::1]:8080");
}

TEST(Url, IsRefusedInASentenceThatShowsIt) {
  for (const char* text : {"", "localhost:8080", "ftp://localhost/", "http:///x", "http://a:b/",
                           "http://me:secret@localhost/", "http://localhost/#top",
                           "http://localhost:0/", "http://localhost:70000/"}) {
    const auto url = Url::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_THAT(url.error().message, HasSubstr("\"" + std::string(text) + "\" can't be used: "));
  }
}

TEST(Url, KnowsLoopback) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_FALSE(is_loopback("192.0.2.1"));
  EXPECT_FALSE(is_loopback("example.com"));
}

}  // namespace
}  // namespace trunkline::load

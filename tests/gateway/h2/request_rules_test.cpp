#include "gateway/h2/request_rules.hpp"

#include <gtest/gtest.h>

namespace trunkline::h2 {
namespace {

http::RequestHead head(std::string method, std::string authority, std::string target) {
  return {std::move(method), "http", std::move(authority), std::move(target), {}};
}

bool bad(const http::RequestHead& request) {
  return malformed(request, "http", nullptr);
}

TEST(RequestRules, LetAnOrdinaryRequestThrough) {
  EXPECT_FALSE(bad(head("GET", "a.example:8080", "/v1/agents?page_size=5")));
  EXPECT_FALSE(bad(head("GET", "[::1]:8080", "/")));
  EXPECT_FALSE(bad(head("OPTIONS", "a.example", "*")));
}

TEST(RequestRules, WantTheSchemeOfTheTransport) {
  EXPECT_TRUE(malformed(head("GET", "a.example", "/"), "https", nullptr));
}

TEST(RequestRules, WantAPathFromTheRoot) {
  for (const char* target : {"", "a", "http://a.example/", "*"}) {
    EXPECT_TRUE(bad(head("GET", "a.example", target))) << target;
  }
}

TEST(RequestRules, RefuseBytesThatDoNotBelongInATarget) {
  for (const char* target : {"/a#b", "/a\\b", "/a b", "/\x7f", "/\xc3\xa9"}) {
    EXPECT_TRUE(bad(head("GET", "a.example", target))) << target;
  }
}

TEST(RequestRules, RefuseUserInformationAndPathsInTheAuthority) {
  for (const char* authority : {"me@a.example", "a.example/x", "a.example#x", "a\\b", "a b"}) {
    EXPECT_TRUE(bad(head("GET", authority, "/"))) << authority;
  }
}

TEST(RequestRules, WantHostToEqualTheAuthority) {
  const std::string same = "a.example";
  const std::string other = "b.example";
  EXPECT_FALSE(malformed(head("GET", "a.example", "/"), "http", &same));
  EXPECT_TRUE(malformed(head("GET", "a.example", "/"), "http", &other));
  EXPECT_FALSE(malformed(head("GET", "", "/"), "http", &other)) << "Host stands in for it";
}

TEST(RequestRules, HoldAHostThatStandsInToTheSameRules) {
  for (const std::string host : {"me@a.example", "a.example/x", "a.example,b.example", "a b"}) {
    EXPECT_TRUE(malformed(head("GET", "", "/"), "http", &host)) << host;
  }
}

}  // namespace
}  // namespace trunkline::h2

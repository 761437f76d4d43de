#include "gateway/policy/request_path.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

/// The target as it goes on, or "refused".
std::string outcome(std::string_view target) {
  auto result = normalise(target);
  if (!result) {
    EXPECT_EQ(result.error().reason, observe::Refusal::kPath);
    EXPECT_EQ(result.error().error.code, grpc::Code::kInvalidArgument);
    EXPECT_EQ(result.error().error.source, grpc::Source::kClient);
    return "refused";
  }
  EXPECT_EQ(is_normal(target), !result->has_value()) << target;
  return result->value_or(std::string(target));
}

TEST(RequestPath, LeavesWhatIsNormalAlone) {
  for (const std::string_view target : {
           "/",
           "*",
           "/index",
           "/v1/agents?page_size=5",
           "/v1/agents/",
           "/v1/agents/7:watch",
           "/grpc.health.v1.Health/Check",
           "/trunkline.agents.v1.Agents/ListAgents",
           "/.well-known/x",
           "/a/.b/..c/...",
           "/a/b.c.d/e.",
           "/a/b..",
           "/v1/%C3%A9",
           "/a%3Ab%20c%25%3F%23",
           "/%252F/%252e%252E/%2500",
           "/a;b=c/d=e,f/!$&'()*+@",
           "/a?",
       }) {
    EXPECT_EQ(outcome(target), target);
    EXPECT_TRUE(is_normal(target)) << target;
  }
}

TEST(RequestPath, LeavesTheQueryAsItIs) {
  EXPECT_TRUE(is_normal("/a?//../%2f%00%zz/./..?%7e"));
  EXPECT_EQ(outcome("//a?//../%2f%00%zz/./..?%7e"), "/a?//../%2f%00%zz/./..?%7e");
  EXPECT_EQ(outcome("/a/..?x=/../b"), "/?x=/../b");
  EXPECT_EQ(outcome("/a/.?"), "/a/?");
}

TEST(RequestPath, RemovesDotSegments) {
  const std::pair<const char*, const char*> cases[] = {
      {"/a/b/c/./../../g", "/a/g"},  // RFC 3986 section 5.2.4's example
      {"/./a", "/a"},
      {"/a/.", "/a/"},
      {"/a/./", "/a/"},
      {"/a/..", "/"},
      {"/a/../", "/"},
      {"/a/b/..", "/a/"},
      {"/a/b/../..", "/"},
      {"/a/b/../../c", "/c"},
      {"/.", "/"},
      {"/./", "/"},
      {"/././.", "/"},
      {"/a/.b/../c", "/a/c"},
      {"/a/.../../c", "/a/c"},
      {"/public/../admin", "/admin"},
  };
  for (const auto& [target, normal] : cases) EXPECT_EQ(outcome(target), normal) << target;
}

TEST(RequestPath, RemovesEncodedDotSegmentsToo) {
  const std::pair<const char*, const char*> cases[] = {
      {"/a/%2e/b", "/a/b"},
      {"/a/%2E/b", "/a/b"},
      {"/a/%2e%2e/b", "/b"},
      {"/a/%2E%2e/b", "/b"},
      {"/a/.%2e/b", "/b"},
      {"/a/%2E./b", "/b"},
      {"/a/b/%2e%2e", "/a/"},
      {"/public/%2e%2e/admin", "/admin"},
      {"/a/%2e%2e%2e/b", "/a/.../b"},
  };
  for (const auto& [target, normal] : cases) EXPECT_EQ(outcome(target), normal) << target;
}

TEST(RequestPath, MergesSlashes) {
  const std::pair<const char*, const char*> cases[] = {
      {"//", "/"},         {"///", "/"},
      {"//a", "/a"},       {"//evil.example/a", "/evil.example/a"},
      {"/a//b", "/a/b"},   {"/a///b//", "/a/b/"},
      {"/a/.//b", "/a/b"}, {"/a//../b", "/b"},  // merged first: the segment before ".." is a
      {"/a//..//b", "/b"}, {"/a/./..//", "/"},
  };
  for (const auto& [target, normal] : cases) EXPECT_EQ(outcome(target), normal) << target;
}

TEST(RequestPath, DecodesWhatNeedNotBeEncodedAndNothingElse) {
  const std::pair<const char*, const char*> cases[] = {
      {"/%61dmin", "/admin"},
      {"/%41%5A%61%7a%30%39%2D%2e%5f%7E", "/AZaz09-._~"},
      {"/a%2eb", "/a.b"},
      {"/v1/agents%3awatch", "/v1/agents%3Awatch"},
      {"/%c3%a9", "/%C3%A9"},
      {"/%3f%23%25%40%3b%3d%2b%26", "/%3F%23%25%40%3B%3D%2B%26"},
      {"/%20%0a%7f%01", "/%20%0A%7F%01"},
      {"/%25%32%46", "/%252F"},  // "%2F" by two decodings, not by one
      {"/a/%252e%252e/b%61", "/a/%252e%252e/ba"},
      {"/%2561%61", "/%2561a"},
  };
  for (const auto& [target, normal] : cases) EXPECT_EQ(outcome(target), normal) << target;
}

TEST(RequestPath, RefusesToLeaveTheRoot) {
  for (const char* target : {
           "/..",
           "/../",
           "/../a",
           "/a/../..",
           "/a/../../b",
           "/./../a",
           "//../a",
           "/%2e%2e/a",
           "/.%2E",
           "/a/%2e%2e/%2e%2e/etc/passwd",
           "/../../../../etc/passwd",
           "/a/b/../../../c?d",
       }) {
    EXPECT_EQ(outcome(target), "refused") << target;
  }
}

TEST(RequestPath, RefusesEncodedSeparatorsAndNul) {
  for (const char* target : {
           "/a%2Fb",
           "/a%2fb",
           "/a%5Cb",
           "/a%5cb",
           "/a%00",
           "/a%00.html",
           "/%2F",
           "/%2f%2f",
           "/..%2Fadmin",
           "/..%5cadmin",
           "/%2e%2e%2fadmin",
           "/a/%2e%2e%2f%2e%2e%2fetc",
           "/public%2F..%2Fadmin",
           "/a%2F?b",
       }) {
    EXPECT_EQ(outcome(target), "refused") << target;
  }
}

TEST(RequestPath, RefusesBrokenEncodings) {
  for (const char* target : {"/%", "/a%", "/a%2", "/a%g0", "/a%0g", "/%%30", "/a%/b", "/%2", "/%-1",
                             "/%u0061", "/a%2?61", "/% 61", "/%+1", "/%0x"}) {
    EXPECT_EQ(outcome(target), "refused") << target;
  }
}

TEST(RequestPath, RefusesRawBytesInPathAndQuery) {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool fine = c > 0x20 && c < 0x7f && c != '#' && c != '\\';
    for (const std::string before : {"/a", "/a?b", "//a", "//a?b"}) {
      if (byte == '%' && before.find('?') == std::string::npos) continue;
      const std::string target = before + byte + "c";
      EXPECT_EQ(outcome(target) != "refused", fine) << testing::PrintToString(target);
    }
  }
}

TEST(RequestPath, RefusesWhatIsNoPath) {
  for (const char* target : {"", "a", "a/b", "?", "?a", "**", "*?", "*/", "./a", "../a", "%2Fa",
                             "http://a/b", "\\a", ":a", "%2e"}) {
    EXPECT_EQ(outcome(target), "refused") << target;
  }
}

TEST(RequestPath, RefusesDotsThatAVerbHides) {
  // Routes cut ":watch" off, and "." or ".." would be left.
  for (const char* target :
       {"/v1/agents/..:watch", "/v1/agents/.:watch", "/v1/%2e%2e:x", "/..:", "/v1/.%2e:x?y"}) {
    EXPECT_EQ(outcome(target), "refused") << target;
  }
  EXPECT_EQ(outcome("/v1/a..:watch"), "/v1/a..:watch");
  EXPECT_EQ(outcome("/v1/...:watch"), "/v1/...:watch");
}

TEST(RequestPath, NamesTheByteAndItsPlace) {
  const auto message = [](std::string_view target) {
    return normalise(target).error().error.message;
  };
  EXPECT_EQ(message("/ab%2Fc"),
            "The path has %2F at 3; a slash, a backslash or NUL is not allowed percent-encoded.");
  EXPECT_EQ(message("/ab%2"),
            "The path has a % at 3 that is not followed by two hexadecimal digits.");
  EXPECT_EQ(message("/ab?\xff"),
            "The request target has the byte 0xff at 4; allowed are visible ASCII characters other "
            "than # and \\.");
}

TEST(RequestPath, TakesTimeInStepWithTheLength) {
  // Nothing here is quadratic: a path of a million bytes would take minutes.
  std::string deep;
  for (int i = 0; i < 150'000; ++i) deep += "/a";
  for (int i = 0; i < 150'000; ++i) deep += "/..";
  EXPECT_EQ(outcome(deep), "/");
  const std::string slashes(1'000'000, '/');
  EXPECT_EQ(outcome(slashes), "/");
  std::string dots = "/";
  dots.append(1'000'000, '.');
  EXPECT_TRUE(is_normal(dots));
}

}  // namespace
}  // namespace trunkline::policy

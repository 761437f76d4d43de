#include "gateway/policy/cors.hpp"

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

constexpr std::string_view kApp = "https://app.example";

CorsSettings for_app() {
  CorsSettings settings;
  settings.origins = {std::string(kApp), "http://localhost:3000"};
  return settings;
}

http::RequestHead asking(std::string_view origin, std::string_view wanted = "") {
  http::RequestHead head{"OPTIONS", "https", "api.example", "/v1/agents", {}};
  head.headers.add("origin", origin);
  head.headers.add("access-control-request-method", "POST");
  if (!wanted.empty()) head.headers.add("access-control-request-headers", wanted);
  return head;
}

http::Headers decorated(const CorsSettings& settings, std::string_view origin,
                        http::Headers headers = {}) {
  Cors(settings).decorate(origin, headers);
  return headers;
}

TEST(Cors, IsOffWithoutOrigins) {
  const Cors cors({});
  EXPECT_FALSE(cors.enabled());
  EXPECT_FALSE(cors.preflight(asking(kApp)));
  http::Headers headers{{"access-control-allow-origin", "x"}};
  cors.decorate(kApp, headers);
  EXPECT_EQ(headers.size(), 1u) << "a backend may have rules of its own";
}

TEST(Cors, AnswersAPreflight) {
  const auto answer = Cors(for_app()).preflight(asking(kApp, "x-grpc-web,content-type"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204);
  EXPECT_EQ(answer->headers.find("access-control-allow-origin"), kApp);
  EXPECT_EQ(answer->headers.find("access-control-allow-methods"),
            "GET, HEAD, POST, PUT, PATCH, DELETE");
  EXPECT_NE(answer->headers.find("access-control-allow-headers")->find("x-grpc-web"),
            std::string_view::npos);
  EXPECT_EQ(answer->headers.find("access-control-max-age"), "600");
  EXPECT_EQ(answer->headers.find("vary"), "origin");
  EXPECT_FALSE(answer->headers.contains("access-control-allow-credentials"));
}

TEST(Cors, RefusesAPreflightOfAnotherOrigin) {
  for (const char* origin :
       {"https://evil.example", "http://app.example", "https://app.example:8443",
        "https://app.example.evil.example", "https://xapp.example", "https://APP.example",
        "https://app.example/", "null", "*", ""}) {
    const auto answer = Cors(for_app()).preflight(asking(origin));
    ASSERT_TRUE(answer) << origin;
    EXPECT_EQ(answer->status, 403) << origin;
    EXPECT_FALSE(answer->headers.contains("access-control-allow-origin")) << origin;
    EXPECT_FALSE(answer->headers.contains("access-control-allow-methods")) << origin;
    EXPECT_EQ(answer->headers.find("vary"), "origin");
  }
}

TEST(Cors, TakesOnlyAPreflightForOne) {
  const Cors cors(for_app());
  http::RequestHead get = asking(kApp);
  get.method = "GET";
  EXPECT_FALSE(cors.preflight(get));
  http::RequestHead plain_options = asking(kApp);
  plain_options.headers.remove("access-control-request-method");
  EXPECT_FALSE(cors.preflight(plain_options));
  http::RequestHead no_page = asking(kApp);
  no_page.headers.remove("origin");
  EXPECT_FALSE(cors.preflight(no_page));
}

TEST(Cors, LetsAnAllowedPageReadAnswers) {
  const http::Headers headers = decorated(for_app(), kApp);
  EXPECT_EQ(headers.find("access-control-allow-origin"), kApp);
  EXPECT_EQ(headers.find("access-control-expose-headers"),
            "etag, grpc-message, grpc-status, grpc-status-details-bin, retry-after, x-request-id");
  EXPECT_EQ(headers.find("vary"), "origin");
}

TEST(Cors, TellsCachesThatTheAnswerDependsOnTheOriginAlsoWithoutOne) {
  for (const char* origin : {"", "https://evil.example"}) {
    const http::Headers headers = decorated(for_app(), origin, {{"vary", "accept"}});
    EXPECT_EQ(headers.size(), 2u);
    EXPECT_EQ(headers.count("vary"), 2u);
    EXPECT_FALSE(headers.contains("access-control-allow-origin")) << origin;
  }
}

TEST(Cors, TakesThePlaceOfWhatABackendSays) {
  const http::Headers backends{{"access-control-allow-origin", "https://evil.example"},
                               {"access-control-allow-credentials", "true"},
                               {"access-control-expose-headers", "secret"}};
  const http::Headers for_evil = decorated(for_app(), "https://evil.example", backends);
  EXPECT_FALSE(for_evil.contains("access-control-allow-origin"));
  EXPECT_FALSE(for_evil.contains("access-control-allow-credentials"));
  EXPECT_FALSE(for_evil.contains("access-control-expose-headers"));
  const http::Headers ours = decorated(for_app(), kApp, backends);
  EXPECT_EQ(ours.count("access-control-allow-origin"), 1u);
  EXPECT_EQ(ours.find("access-control-allow-origin"), kApp);
}

TEST(Cors, AllowsEveryPageWithAStarAndOneAnswerForAll) {
  CorsSettings settings;
  settings.origins = {"*"};
  // A cache must not keep one without, and give it to a page.
  for (const std::string_view origin : {kApp, std::string_view("null"), std::string_view("")}) {
    const http::Headers headers = decorated(settings, origin);
    EXPECT_EQ(headers.find("access-control-allow-origin"), "*");
    EXPECT_FALSE(headers.contains("vary"));
  }
}

TEST(Cors, GivesCredentialsToNamedOriginsOnly) {
  CorsSettings settings = for_app();
  settings.credentials = true;
  EXPECT_EQ(decorated(settings, kApp).find("access-control-allow-credentials"), "true");
  EXPECT_FALSE(
      decorated(settings, "https://evil.example").contains("access-control-allow-credentials"));
  settings.origins.push_back("*");
  const http::Headers named = decorated(settings, kApp);
  EXPECT_EQ(named.find("access-control-allow-origin"), kApp) << "\"*\" is no answer to credentials";
  EXPECT_EQ(named.find("access-control-allow-credentials"), "true");
  EXPECT_EQ(named.find("vary"), "origin");
  const http::Headers any = decorated(settings, "https://evil.example");
  EXPECT_EQ(any.find("access-control-allow-origin"), "*");
  EXPECT_FALSE(any.contains("access-control-allow-credentials"));
  EXPECT_EQ(any.find("vary"), "origin");
}

TEST(Cors, SaysBackTheHeadersAskedForWhereAllAreAllowed) {
  CorsSettings settings = for_app();
  settings.request_headers = {"*"};
  const auto answer = Cors(settings).preflight(asking(kApp, "authorization,x-anything"));
  EXPECT_EQ(answer->headers.find("access-control-allow-headers"), "authorization,x-anything");
  const auto odd = Cors(settings).preflight(asking(kApp, "x\r\nset-cookie: a=b"));
  EXPECT_FALSE(odd->headers.contains("access-control-allow-headers"));
}

}  // namespace
}  // namespace trunkline::policy

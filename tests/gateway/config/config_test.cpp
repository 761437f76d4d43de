#include "gateway/config/config.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace trunkline::config {
namespace {

class ConfigFile : public testing::Test {
 protected:
  std::string read(std::string_view json) {
    declare(keys, config);
    return keys.read(json).text();
  }

  Config config;
  settings::Keys keys;
};

TEST_F(ConfigFile, MayBeEmpty) {
  EXPECT_EQ(read("{}"), "");
  EXPECT_EQ(config.listen.http, "127.0.0.1:8080");
  EXPECT_EQ(config.pages.at(0).path, "/index");
}

TEST_F(ConfigFile, MayHaveComments) {
  EXPECT_EQ(read(R"({
    // where we listen
    "listen": {"http": "[::1]:80"} /* and nowhere else */
  })"),
            "");
  EXPECT_EQ(config.listen.http, "[::1]:80");
}

TEST_F(ConfigFile, FillsEveryRoomsStruct) {
  EXPECT_EQ(read(R"({"upstream": {"endpoints": ["a:1", "b:2"], "lines": 3},
                     "requests": {"timeout_ms": 250},
                     "timeouts": {"idle_ms": 1000},
                     "tls": {"client_certificates": "required", "client_ca": "ca.crt"},
                     "cors": {"origins": ["https://app.example"]},
                     "forwarding": {"trusted_proxies": ["10.0.0.0/8"]},
                     "connections": {"per_address": 7},
                     "access_log": "-",
                     "h1": {"header_fields": 7}, "h2": {"max_concurrent_streams": 9},
                     "pages": [{"path": "/x", "body": "y"}]})"),
            "");
  ASSERT_EQ(config.upstreams.size(), 1u);
  EXPECT_EQ(config.upstreams[0].name, "default");
  EXPECT_EQ(config.upstreams[0].endpoints, (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ(config.upstreams[0].lines.lines, 3u);
  EXPECT_EQ(config.requests.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(config.patience.idle, std::chrono::seconds(1));
  EXPECT_EQ(config.tls.client_certificates, net::ClientCertificates::kRequired);
  EXPECT_EQ(config.cors.origins, (std::vector<std::string>{"https://app.example"}));
  EXPECT_EQ(config.forwarding.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8"}));
  EXPECT_EQ(config.connections.per_address, 7u);
  EXPECT_EQ(config.access_log, "-");
  EXPECT_EQ(config.h1.header_fields, 7u);
  EXPECT_EQ(config.h2.max_concurrent_streams, 9u);
  ASSERT_EQ(config.pages.size(), 1u);
  EXPECT_EQ(config.pages[0].content_type, "application/json");
}

TEST_F(ConfigFile, RefusesWhatIsNoLiteralPathOfAPage) {
  for (const char* path : {"x", "/*", "/{a}", "/a?b", "/a b", "/a/**"}) {
    Config fresh;
    settings::Keys its;
    declare(its, fresh);
    const std::string text =
        its.read(R"({"pages": [{"path": ")" + std::string(path) + R"(", "body": ""}]})").text();
    EXPECT_NE(text.find("pages[0].path"), std::string::npos) << path << text;
    EXPECT_NE(text.find(path), std::string::npos) << text;
  }
}

TEST_F(ConfigFile, RefusesAContentTypeThatWouldBreakOutOfItsField) {
  EXPECT_NE(read(R"({"pages": [{"path": "/x", "content_type": "a\r\nb: c", "body": ""}]})")
                .find("pages[0].content_type"),
            std::string::npos);
}

TEST_F(ConfigFile, RefusesAnUpstreamWithoutEndpoints) {
  EXPECT_NE(read(R"({"upstream": {"endpoints": []}})").find("at least one"), std::string::npos);
}

TEST_F(ConfigFile, GivesEveryUpstreamItsOwnSettings) {
  EXPECT_EQ(read(R"({"upstreams": {
                       "agents": {"endpoints": ["a:1"], "queue": 7, "tls": {"enabled": true}},
                       "queues": {"endpoints": ["b:2", "b:3"], "descriptors": "queues.pb",
                                  "required": false, "ignore_unknown": true}}})"),
            "");
  ASSERT_EQ(config.upstreams.size(), 2u);
  const Upstream& agents = config.upstreams[0];
  const Upstream& queues = config.upstreams[1];
  EXPECT_EQ(agents.name, "agents");
  EXPECT_EQ(agents.lines.queue, 7u);
  EXPECT_TRUE(agents.lines.tls.enabled);
  EXPECT_TRUE(agents.required);
  EXPECT_EQ(agents.descriptors, "");
  EXPECT_EQ(queues.name, "queues");
  EXPECT_EQ(queues.endpoints, (std::vector<std::string>{"b:2", "b:3"}));
  EXPECT_EQ(queues.descriptors, "queues.pb");
  EXPECT_EQ(queues.lines.queue, 1024u);
  EXPECT_FALSE(queues.lines.tls.enabled);
  EXPECT_FALSE(queues.required);
  EXPECT_TRUE(queues.ignore_unknown);
  EXPECT_FALSE(agents.ignore_unknown);
}

TEST_F(ConfigFile, LetsEveryUpstreamTravelInItsOwnMode) {
  EXPECT_EQ(read(R"({"upstreams": {"a": {"endpoints": ["a:1"]},
                                   "b": {"endpoints": ["b:1"], "mode": "exclusive", "pool": 5},
                                   "c": {"endpoints": ["c:1"], "mode": "per_request"},
                                   "d": {"endpoints": ["d:1"], "mode": "tunnel"}}})"),
            "");
  ASSERT_EQ(config.upstreams.size(), 4u);
  EXPECT_EQ(config.upstreams[0].lines.mode, upstream::Mode::kStreams);
  EXPECT_EQ(config.upstreams[1].lines.mode, upstream::Mode::kExclusive);
  EXPECT_EQ(config.upstreams[1].lines.pool, 5u);
  EXPECT_EQ(config.upstreams[2].lines.mode, upstream::Mode::kPerRequest);
  EXPECT_EQ(config.upstreams[3].lines.mode, upstream::Mode::kTunnel);
}

TEST_F(ConfigFile, NamesTheModesThereAreToWhoeverAsksForAnother) {
  const std::string text = read(R"({"upstream": {"mode": "pool"}})");
  EXPECT_NE(text.find("upstream.mode: \"pool\" is not allowed"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("streams", "exclusive", "per_request" or "tunnel")"), std::string::npos)
      << text;
}

TEST_F(ConfigFile, NamesTheUpstreamWhoseKeyIsWrong) {
  const std::string text = read(R"({"upstreams": {"agents": {"endpoints": ["a"]},
                                    "queues": {"lines": 0}, "a b": {"endpoints": []}}})");
  EXPECT_NE(text.find("upstreams.agents.endpoints: [\"a\"] is not allowed"), std::string::npos)
      << text;
  EXPECT_NE(text.find("upstreams.queues.lines: 0 is not allowed"), std::string::npos) << text;
  EXPECT_NE(text.find("upstreams.queues.endpoints: missing"), std::string::npos) << text;
  EXPECT_NE(text.find("\"a b\" is not allowed as a name"), std::string::npos) << text;
}

TEST_F(ConfigFile, NamesTheKeyTheValueAndWhatIsAllowed) {
  const std::string text = read(R"({"listen": {"http": "8080"}, "h2": {"header_bytes": 5}})");
  EXPECT_NE(text.find("listen.http"), std::string::npos) << text;
  EXPECT_NE(text.find("\"8080\""), std::string::npos) << text;
  EXPECT_NE(text.find("127.0.0.1:8080"), std::string::npos) << text;
  EXPECT_NE(text.find("h2.header_bytes"), std::string::npos) << text;
  EXPECT_NE(text.find("1024"), std::string::npos) << text;
}

TEST_F(ConfigFile, RefusesAKeyThatDoesNotExist) {
  const std::string text = read(R"({"listen": {"htpp": "a:1"}})");
  EXPECT_NE(text.find("listen.htpp"), std::string::npos) << text;
  EXPECT_NE(text.find("listen.http"), std::string::npos) << text;
}

TEST(ConfigReference, IsTheOneThatIsKept) {
  Config config;
  settings::Keys keys;
  declare(keys, config);
  std::ifstream file(REFERENCE_FILE);
  std::ostringstream kept;
  kept << file.rdbuf();
  EXPECT_EQ(kept.str(), keys.reference())
      << "Write it anew: trunkline-gateway --config-reference > gateway/config/reference.md";
}

}  // namespace
}  // namespace trunkline::config

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
                     "h1": {"header_fields": 7}, "h2": {"max_concurrent_streams": 9},
                     "pages": [{"path": "/x", "body": "y"}]})"),
            "");
  EXPECT_EQ(config.endpoints, (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ(config.upstream.lines, 3u);
  EXPECT_EQ(config.requests.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(config.timeouts.idle, std::chrono::seconds(1));
  EXPECT_EQ(config.h1.header_fields, 7u);
  EXPECT_EQ(config.h2.max_concurrent_streams, 9u);
  ASSERT_EQ(config.pages.size(), 1u);
  EXPECT_EQ(config.pages[0].content_type, "application/json");
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

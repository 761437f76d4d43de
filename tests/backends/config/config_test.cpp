#include "backends/config/config.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::config {
namespace {

using testing::HasSubstr;

// A file with this text, gone at the end of the test.
class File {
 public:
  explicit File(const std::string& text)
      : path((std::filesystem::temp_directory_path() /
              ("trunkline-config-" + std::to_string(::getpid()) + ".json"))
                 .string()) {
    std::ofstream(path) << text;
  }
  ~File() { std::filesystem::remove(path); }

  const std::string path;
};

TEST(Config, ReadsAFileWithComments) {
  const File file(R"({
    // all interfaces
    "listen": "0.0.0.0:50052",
    "tls": {"certificate": "a.crt", "key": "a.key", "client_ca": "ca.crt"},
    "database": {"connections": 8, "wait_ms": 500, "share_reads": false},
    "log": {"level": "warning"}
  })");
  Config config;
  EXPECT_EQ(read_file(file.path, config), "");
  EXPECT_EQ(config.serve.listen, "0.0.0.0:50052");
  EXPECT_EQ(config.serve.tls.certificate, "a.crt");
  EXPECT_EQ(config.serve.tls.key, "a.key");
  EXPECT_EQ(config.serve.tls.client_ca, "ca.crt");
  EXPECT_EQ(config.database.connections, 8U);
  EXPECT_EQ(config.database.wait.count(), 500);
  EXPECT_FALSE(config.reads.share_reads);
  EXPECT_EQ(config.log.level, spdlog::level::warn);
  EXPECT_EQ(config.database.queue, Config().database.queue) << "the rest keeps its default";
}

TEST(Config, SaysEachThingThatIsWrong) {
  const File file(R"({"listen": "nowhere", "database": {"conections": 1, "queue": 0}})");
  Config config;
  const auto problems = read_file(file.path, config);
  EXPECT_THAT(problems, HasSubstr("listen"));
  EXPECT_THAT(problems, HasSubstr("database.conections"));
  EXPECT_THAT(problems, HasSubstr("database.queue"));
}

TEST(Config, HasItsReferenceInTheRepository) {
  std::ifstream file(TRUNKLINE_REFERENCE);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), testing::EndsWith(reference()))
      << "trunkline-backend --config-reference prints what belongs there";
}

}  // namespace
}  // namespace trunkline::config

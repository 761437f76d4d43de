#include "backends/config/command_line.hpp"

#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::config {
namespace {

using testing::HasSubstr;

Command parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "trunkline-backend");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(CommandLine, NeedsNothing) {
  const auto command = parse({});
  EXPECT_FALSE(command.reply);
  EXPECT_EQ(command.config.serve.listen, "127.0.0.1:50051");
  EXPECT_EQ(command.config.database.conninfo,
            "host=127.0.0.1 port=54329 dbname=trunkline_demo user=trunkline");
}

TEST(CommandLine, OverridesTheFile) {
  const auto path = testing::TempDir() + "trunkline-command-line.json";
  std::ofstream(path) << R"({"listen": "127.0.0.1:1", "drain_seconds": 5})";
  const auto command = parse({"--config", path.c_str(), "--listen", "127.0.0.1:2", "--database",
                              "host=db", "--log-level", "debug"});
  std::remove(path.c_str());
  ASSERT_FALSE(command.reply);
  EXPECT_EQ(command.config.serve.listen, "127.0.0.1:2");
  EXPECT_EQ(command.config.serve.drain.count(), 5);
  EXPECT_EQ(command.config.database.conninfo, "host=db");
  EXPECT_EQ(command.config.log.level, spdlog::level::debug);
}

TEST(CommandLine, ServesAllServicesOrThoseThatAreNamed) {
  EXPECT_TRUE(parse({}).config.serves("calls"));
  const auto config = parse({"--serve", "agents,queues"}).config;
  EXPECT_TRUE(config.serves("agents"));
  EXPECT_TRUE(config.serves("queues"));
  EXPECT_FALSE(config.serves("calls"));
}

TEST(CommandLine, RefusesAServiceThatThereIsNot) {
  const auto reply = parse({"--serve", "agents,foo"}).reply;
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->exit_code, 2);
  EXPECT_THAT(reply->text,
              HasSubstr("there is no service 'foo': choose from agents, queues and calls"));
}

TEST(CommandLine, MigratesWhenToldTo) {
  EXPECT_FALSE(parse({}).migrate);
  EXPECT_TRUE(parse({"--migrate"}).migrate);
}

TEST(CommandLine, ChecksAFile) {
  const auto path = testing::TempDir() + "trunkline-check.json";
  std::ofstream(path) << "{}";
  auto reply = parse({"--check", path.c_str()}).reply;
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->text, "ok\n");
  EXPECT_EQ(reply->exit_code, 0);
  std::ofstream(path) << R"({"port": 1})";
  reply = parse({"--check", path.c_str()}).reply;
  std::remove(path.c_str());
  ASSERT_TRUE(reply);
  EXPECT_THAT(reply->text, HasSubstr("port"));
  EXPECT_EQ(reply->exit_code, 1);
}

TEST(CommandLine, HelpsWithEachFlagItsDefaultsAndAnExample) {
  const auto reply = parse({"--help"}).reply;
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->exit_code, 0);
  for (const auto* text : {"--config", "--check", "--listen", "--database", "--log-level",
                           "--version", "--config-reference", "127.0.0.1:50051", "Example:"}) {
    EXPECT_THAT(reply->text, HasSubstr(text));
  }
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  for (const auto* flag : {"--nope", "nope", "--log-level=loud", "--listen"}) {
    const auto reply = parse({flag}).reply;
    ASSERT_TRUE(reply) << flag;
    EXPECT_EQ(reply->exit_code, 2);
    EXPECT_FALSE(reply->text.empty());
  }
}

}  // namespace
}  // namespace trunkline::config

#include "gateway/exchange/stream/json_lines.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace trunkline::exchange {
namespace {

/// All lines of a body that comes in pieces of that size, each with its number before it.
std::vector<std::string> lines_of(std::string_view body, std::size_t size) {
  JsonLines lines(100);
  std::vector<std::string> all;
  const auto take = [&](std::string_view line) {
    all.push_back(std::to_string(lines.number()) + std::string(line));
  };
  while (!body.empty()) {
    std::string_view piece = body.substr(0, size);
    body.remove_prefix(piece.size());
    while (!piece.empty()) {
      const auto line = lines.next(piece);
      if (line && *line) take(**line);
    }
  }
  if (const auto line = lines.last()) take(*line);
  EXPECT_FALSE(lines.last());
  return all;
}

TEST(JsonLines, AreTheSameHoweverTheBodyIsCut) {
  for (std::size_t size = 1; size < 20; ++size) {
    EXPECT_EQ(lines_of("{}\n{\"a\":1}\n[2]\n", size),
              (std::vector<std::string>{"1{}", "2{\"a\":1}", "3[2]"}));
  }
}

TEST(JsonLines, MayEndWithoutAnEnd) {
  for (std::size_t size = 1; size < 8; ++size) {
    EXPECT_EQ(lines_of("1\n2", size), (std::vector<std::string>{"11", "22"}));
  }
}

TEST(JsonLines, AreSkippedWhenTheyAreBlankAndCountedAllTheSame) {
  for (std::size_t size = 1; size < 12; ++size) {
    EXPECT_EQ(lines_of("\n \t\r\n1\r\n\n2\n  ", size), (std::vector<std::string>{"31\r", "52"}));
  }
  EXPECT_TRUE(lines_of("", 1).empty());
}

TEST(JsonLines, AreRefusedOverTheLimitBeforeTheyEnd) {
  JsonLines lines(4);
  std::string_view body = "1234\n12";
  EXPECT_TRUE(*lines.next(body));
  EXPECT_FALSE(*lines.next(body));
  body = "345";
  const auto refused = lines.next(body);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("Line 2"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find("4 bytes"), std::string::npos);
}

}  // namespace
}  // namespace trunkline::exchange

#include "bench/load/request.hpp"

#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::load {
namespace {

using testing::HasSubstr;

Paths paths(const std::vector<std::string>& texts, std::size_t first = 0) {
  std::vector<PathPattern> patterns;
  for (const std::string& text : texts) patterns.push_back(*PathPattern::parse(text));
  return {std::move(patterns), first};
}

TEST(Paths, ComeInTurnFromTheFirstOn) {
  Paths all = paths({"/a", "/b", "/c"}, 1);
  EXPECT_EQ(all.next(), "/b");
  EXPECT_EQ(all.next(), "/c");
  EXPECT_EQ(all.next(), "/a");
  EXPECT_EQ(all.next(), "/b");
}

TEST(Paths, HoldEveryNumberOfARangeAndNoOther) {
  Paths all = paths({"/v1/agents/{random:8-12}?view=full"});
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) seen.emplace(all.next());
  EXPECT_THAT(seen, testing::ElementsAre("/v1/agents/10?view=full", "/v1/agents/11?view=full",
                                         "/v1/agents/12?view=full", "/v1/agents/8?view=full",
                                         "/v1/agents/9?view=full"));
}

TEST(Paths, MayHoldSeveralRanges) {
  Paths all = paths({"/{random:1-1}/{random:22-22}"});
  EXPECT_EQ(all.next(), "/1/22");
}

TEST(Paths, DifferFromThreadToThreadAndNotFromRunToRun) {
  const auto numbers = [](std::size_t thread) {
    Paths all = paths({"/{random:1-1000000}"}, thread);
    std::vector<std::string> taken;
    for (int i = 0; i < 5; ++i) taken.emplace_back(all.next());
    return taken;
  };
  EXPECT_EQ(numbers(0), numbers(0));
  EXPECT_NE(numbers(0), numbers(1));
}

TEST(Paths, AreRefusedInASentenceThatShowsThem) {
  for (const char* text : {"agents", "", "/a b", "/a\r\nx: y", "/{random:5-1}", "/{random:1}",
                           "/{random:a-b}", "/{random:1-50", "/{random:-1-5}"}) {
    const auto pattern = PathPattern::parse(text);
    ASSERT_FALSE(pattern) << text;
    EXPECT_THAT(pattern.error().message, HasSubstr(text));
  }
}

}  // namespace
}  // namespace trunkline::load

#include "backends/watch/state.hpp"

#include <gtest/gtest.h>

namespace trunkline::watch {
namespace {

TEST(State, HasTheSameVersionWhereverItIsMade) {
  const auto one = State::next(nullptr, {{"a/1", "x"}, {"a/2", "y"}});
  const auto other = State::next(nullptr, {{"a/2", "y"}, {"a/1", "x"}});
  EXPECT_EQ(one->version(), other->version());
  // Written down: it must not change from release to release or machine to machine.
  EXPECT_EQ(one->version().size(), 32U);
  EXPECT_EQ(State::next(nullptr, {})->version(), "da39a3ee5e6b4b0d3255bfef95601890");
}

TEST(State, HasAnotherVersionWhenAnythingIsOtherwise) {
  const auto version = [](State::Found found) {
    return State::next(nullptr, std::move(found))->version();
  };
  const auto base = version({{"a/1", "x"}, {"a/2", "y"}});
  EXPECT_NE(base, version({{"a/1", "x"}}));
  EXPECT_NE(base, version({{"a/1", "y"}, {"a/2", "x"}}));
  EXPECT_NE(base, version({{"a/1", "x"}, {"a/2", "y"}, {"a/3", ""}}));
  EXPECT_NE(version({{"ab", "c"}}), version({{"a", "bc"}}));
}

TEST(State, IsTheOneBeforeIfNothingHasChanged) {
  const auto before = State::next(nullptr, {{"a/1", "x"}, {"a/2", "y"}});
  EXPECT_EQ(State::next(before, {{"a/2", "y"}, {"a/1", "x"}}), before);
}

TEST(State, KeepsTheItemsThatHaveNotChanged) {
  const auto before = State::next(nullptr, {{"a/1", "x"}, {"a/2", "y"}, {"a/3", "z"}});
  const auto after = State::next(before, {{"a/1", "x"}, {"a/3", "new"}, {"a/4", "w"}});
  ASSERT_EQ(after->items().size(), 3U);
  EXPECT_EQ(after->items()[0], before->items()[0]);
  EXPECT_EQ(after->items()[1]->bytes, "new");
  EXPECT_EQ(after->items()[2]->name, "a/4");
  EXPECT_EQ(after->version(),
            State::next(nullptr, {{"a/1", "x"}, {"a/3", "new"}, {"a/4", "w"}})->version());
}

TEST(State, NoticesThatAnItemIsGone) {
  const auto before = State::next(nullptr, {{"a/1", "x"}, {"a/2", "y"}});
  for (const char* left : {"a/1", "a/2"}) {
    const auto after = State::next(before, {{left, left[2] == '1' ? "x" : "y"}});
    EXPECT_NE(after, before);
    EXPECT_EQ(after->items().size(), 1U);
  }
  EXPECT_EQ(State::next(before, {})->items().size(), 0U);
}

}  // namespace
}  // namespace trunkline::watch

#include "gateway/exchange/watch/watch_state.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/gateway/exchange/watch/collection.hpp"

namespace trunkline::exchange {
namespace {

constexpr std::size_t kLarge = 1 << 20;

WatchState known(const std::string& message) {
  WatchState state(kFields, kLarge);
  EXPECT_TRUE(state.apply(message).value());
  return state;
}

Things followed(std::initializer_list<std::string> messages) {
  Follower follower;
  for (const std::string& message : messages) EXPECT_TRUE(follower.follow(message));
  return follower.things;
}

TEST(WatchState, IsUnknownUntilASnapshotHasCome) {
  WatchState state(kFields, kLarge);
  EXPECT_FALSE(state.known());
  EXPECT_FALSE(state.apply(change("1", {{"a", "1"}})).has_value());
  EXPECT_FALSE(state.known());
  EXPECT_TRUE(state.apply(snapshot("1", {})).value());
  EXPECT_TRUE(state.known());
  EXPECT_EQ(state.version(), "1");
}

TEST(WatchState, ASnapshotOfItIsAllThatWasTold) {
  WatchState state = known(snapshot("1", {{"a", "1"}, {"b", "2"}, {"c", "3"}}));
  EXPECT_TRUE(state.apply(change("2", {{"b", "22"}, {"d", "4"}}, {"a"})).value());
  EXPECT_EQ(followed({state.snapshot()}), (Things{{"b", "22"}, {"c", "3"}, {"d", "4"}}));
}

TEST(WatchState, ADifferenceIsOfWhatHasChangedSince) {
  WatchState state = known(snapshot("1", {{"a", "1"}, {"b", "2"}, {"c", "a longer one"}}));
  const Revision first = state.revision();
  ASSERT_TRUE(state.apply(change("2", {{"a", "11"}})).value());
  const Revision second = state.revision();
  ASSERT_TRUE(state.apply(change("3", {}, {"b"})).value());
  EXPECT_EQ(*state.difference(first), change("3", {{"a", "11"}}, {"b"}));
  EXPECT_EQ(*state.difference(second), change("3", {}, {"b"}));
  EXPECT_EQ(*state.difference(state.revision()), change("3", {}));
}

TEST(WatchState, AHeartbeatChangesNothing) {
  WatchState state = known(snapshot("1", {{"a", "1"}}));
  const Revision before = state.revision();
  EXPECT_FALSE(state.apply(change("1", {})).value());
  EXPECT_FALSE(state.apply("").value());
  EXPECT_FALSE(state.apply(change("1", {{"a", "1"}}, {"nobody"})).value());
  EXPECT_EQ(state.revision(), before);
}

TEST(WatchState, AFreshSnapshotBecomesADifference) {
  WatchState state = known(snapshot("1", {{"a", "1"}, {"b", "2"}, {"c", "a longer one"}}));
  const Revision before = state.revision();
  EXPECT_FALSE(state.apply(snapshot("1", {{"a", "1"}, {"b", "2"}, {"c", "a longer one"}})).value());
  EXPECT_TRUE(state.apply(snapshot("2", {{"b", "2"}, {"c", "a longer one"}, {"d", "4"}})).value());
  EXPECT_EQ(*state.difference(before), change("2", {{"d", "4"}}, {"a"}));
}

TEST(WatchState, WhatIsRemovedAndComesAgainIsNotRemoved) {
  WatchState state = known(snapshot("1", {{"a", "1"}, {"b", "2"}}));
  const Revision before = state.revision();
  ASSERT_TRUE(state.apply(change("2", {}, {"a"})).value());
  ASSERT_TRUE(state.apply(change("3", {{"a", "3"}})).value());
  EXPECT_EQ(*state.difference(before), change("3", {{"a", "3"}}));
}

TEST(WatchState, MakesNoDifferenceThatIsLargerThanASnapshot) {
  WatchState state = known(snapshot("1", {{std::string(200, 'x'), "1"}}));
  const Revision before = state.revision();
  ASSERT_TRUE(state.apply(change("2", {}, {std::string(200, 'x')})).value());
  EXPECT_FALSE(state.difference(before));
}

TEST(WatchState, ForgetsWhatWasRemovedLongAgo) {
  WatchState state = known(snapshot("0", {}));
  const Revision before = state.revision();
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "n" + std::to_string(i);
    ASSERT_TRUE(state.apply(change(name, {{name, "1"}})).value());
    ASSERT_TRUE(state.apply(change(name + "-", {}, {name})).value());
  }
  EXPECT_FALSE(state.difference(before));
  EXPECT_TRUE(state.difference(state.revision()));
}

TEST(WatchState, RefusesAVersionThatIsNoLine) {
  for (const std::string& version :
       {std::string("1\n2"), std::string("1\r"), std::string(1, '\0')}) {
    WatchState state(kFields, kLarge);
    EXPECT_FALSE(state.apply(snapshot(version, {})).has_value());
  }
}

TEST(WatchState, RefusesACollectionThatIsTooLarge) {
  WatchState state(kFields, 1000);
  ASSERT_TRUE(state.apply(snapshot("1", {{"a", std::string(900, 'x')}})).value());
  EXPECT_EQ(state.apply(change("2", {{"b", std::string(900, 'x')}})).error().code,
            grpc::Code::kResourceExhausted);
}

TEST(WatchState, IsLeftAsItWasByMessagesThatAreCutShortOrGarbled) {
  const std::string whole = change("2", {{"a", "11"}, {"b", "22"}}, {"c"}) + snapshot("2", {});
  WatchState state = known(snapshot("1", {{"a", "1"}, {"c", "3"}}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    WatchState copy = state;
    if (copy.apply(whole.substr(0, size))) continue;
    EXPECT_EQ(copy.snapshot(), state.snapshot());
  }
  std::mt19937 random(7);
  for (int i = 0; i < 50'000; ++i) {
    WatchState copy = state;
    std::string garbled = whole;
    for (int n = 0; n < 3; ++n) garbled[random() % garbled.size()] = static_cast<char>(random());
    const auto applied = copy.apply(garbled);
    if (!applied) {
      EXPECT_EQ(copy.snapshot(), state.snapshot());
    }
    (void)copy.difference(0);
  }
}

// Several followers that are told now and then, each of what is new to it.
TEST(WatchState, LeadsWhoeverIsBehindToTheBackendsStateInAnyOrderOfChanges) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    WatchState state(kFields, kLarge);
    Things truth;
    Follower backend;
    struct Slow : Follower {
      std::optional<Revision> at;
    } followers[4];
    for (int step = 0; step < 200; ++step) {
      const std::string version = std::to_string(step);
      Things news;
      std::vector<std::string> removed;
      for (unsigned i = 0; i < 1 + random() % 4; ++i) {
        const std::string name = "n" + std::to_string(random() % 12);
        if (random() % 3 == 0) {
          if (news.contains(name) || !truth.erase(name)) continue;
          removed.push_back(name);
        } else {
          news[name] = truth[name] = std::to_string(random() % 5);
        }
      }
      const bool whole = step == 0 || random() % 10 == 0;
      ASSERT_TRUE(state.apply(whole ? snapshot(version, truth) : change(version, news, removed))
                      .has_value());
      for (Slow& follower : followers) {
        if (random() % 4 != 0) continue;
        const auto difference = follower.at ? state.difference(*follower.at) : std::nullopt;
        ASSERT_TRUE(follower.follow(difference ? *difference : state.snapshot()));
        follower.at = state.revision();
        ASSERT_EQ(follower.things, truth) << "seed " << seed << ", step " << step;
        ASSERT_EQ(follower.version, version);
      }
    }
  }
}

TEST(TakeResume, PartsTheVersionFromTheQuestion) {
  std::string rest;
  grpc::append_bytes_field(rest, 1, "full");
  std::string request = rest;
  grpc::append_bytes_field(request, 2, "v7");
  const auto question = take_resume(request, 2);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->request, rest);
  EXPECT_EQ(question->resume, "v7");
  EXPECT_FALSE(take_resume("\x0a\x05", 2));
}

}  // namespace
}  // namespace trunkline::exchange

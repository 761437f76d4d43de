#include "backends/watch/collection.hpp"

#include "trunkline/agents/v1/agents.pb.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::watch {
namespace {

using namespace std::chrono_literals;
using ::grpc::Status;
using ::grpc::StatusCode;

const Status kAway{StatusCode::UNAVAILABLE, "the database is away"};
const Status kRefused{StatusCode::FAILED_PRECONDITION, "migrate"};

class CollectionTest : public testing::Test {
 protected:
  explicit CollectionTest(bool hears = true) : collection(15s, hears) {}

  static State::Pointer state(const std::string& text, const State::Pointer& before = nullptr) {
    agents::v1::Agent agent;
    agent.set_name("agents/1");
    agent.set_description(text);
    return State::next(before, {{"agents/1", agent.SerializeAsString()}});
  }

  // What is written now, "1:snapshot x", "2:change y", "1:heartbeat".
  std::vector<std::string> act() {
    const auto actions = collection.act(now);
    reads = actions.read;
    checks = actions.check;
    std::vector<std::string> said;
    for (const auto& [id, slice] : actions.writes) {
      agents::v1::WatchAgentsResponse message;
      EXPECT_TRUE(message.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
      said.push_back(std::to_string(id) +
                     (message.snapshot()      ? ":snapshot "
                      : message.agents_size() ? ":change "
                                              : ":heartbeat") +
                     (message.agents_size() ? message.agents(0).description() : ""));
    }
    for (const auto& [id, status] : actions.ends) {
      said.push_back(std::to_string(id) + ":" + status.error_message());
    }
    return said;
  }

  std::vector<std::string> found(const std::string& text) {
    collection.read_done(state(text, collection.state()), std::nullopt);
    return act();
  }

  // Watcher 1 has seen x and taken it.
  void begin() {
    collection.join(1, "", now);
    act();
    found("x");
    collection.written(1);
    act();
    now += 1s;
  }

  Collection collection;
  Collection::TimePoint now{1000s};
  bool reads = false;
  bool checks = false;
};

class DeafCollectionTest : public CollectionTest {
 protected:
  DeafCollectionTest() : CollectionTest(false) {}
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(CollectionTest, IsReadForItsFirstWatcherWhoGetsASnapshot) {
  EXPECT_THAT(act(), IsEmpty());
  EXPECT_FALSE(reads) << "nobody watches";
  collection.join(1, "", now);
  EXPECT_THAT(act(), IsEmpty());
  EXPECT_TRUE(reads);
  EXPECT_TRUE(checks);
  EXPECT_THAT(found("x"), ElementsAre("1:snapshot x"));
  collection.join(2, "", now);
  EXPECT_THAT(act(), ElementsAre("2:snapshot x"));
  EXPECT_FALSE(reads);
}

TEST_F(CollectionTest, GivesNoSnapshotToWhoHasTheState) {
  begin();
  collection.join(2, state("x")->version(), now);
  collection.join(3, state("y")->version(), now);
  EXPECT_THAT(act(), ElementsAre("2:heartbeat", "3:snapshot x"));
}

TEST_F(CollectionTest, IsReadAtOnceWhenItChanges) {
  begin();
  collection.changed();
  EXPECT_EQ(collection.next() <= now, true);
  act();
  EXPECT_TRUE(reads);
  EXPECT_FALSE(checks);
  EXPECT_THAT(found("y"), ElementsAre("1:change y"));
}

TEST_F(CollectionTest, IsReadAgainWhenItChangesWhileItIsRead) {
  begin();
  collection.changed();
  act();
  collection.changed();
  EXPECT_THAT(act(), IsEmpty());
  EXPECT_FALSE(reads) << "one at a time";
  EXPECT_THAT(found("y"), ElementsAre("1:change y"));
  EXPECT_TRUE(reads);
}

TEST_F(CollectionTest, IsReadAtMostTwentyTimesASecondUnderAFlood) {
  begin();
  int count = 0;
  for (int i = 0; i < 10'000; ++i, now += 100us) {
    collection.changed();
    act();
    if (!reads) continue;
    ++count;
    found(std::to_string(i));
    collection.written(1);
    count += reads ? 1 : 0;
  }
  EXPECT_LE(count, 20 + Pace::kAtOnce);
  EXPECT_GE(count, 19);
}

TEST_F(CollectionTest, GivesASlowWatcherOneDifferenceForAllThatItMissed) {
  begin();
  for (const char* text : {"y", "z", "w"}) {
    collection.changed();
    now += 1s;
    act();
    found(text);  // y is under way from now on
  }
  EXPECT_THAT(act(), IsEmpty());
  collection.written(1);
  EXPECT_THAT(act(), ElementsAre("1:change w"));
  collection.written(1);
  EXPECT_THAT(act(), IsEmpty());
}

TEST_F(CollectionTest, SaysNothingToAWatcherWhoMissedWhatChangedBack) {
  begin();
  collection.changed();
  act();
  found("y");
  for (const char* text : {"x", "y"}) {
    collection.changed();
    now += 1s;
    act();
    found(text);
  }
  collection.written(1);
  EXPECT_THAT(act(), IsEmpty());
}

TEST_F(CollectionTest, SendsAHeartbeatToWhomNothingElseWasSaid) {
  begin();
  now += 15s;
  EXPECT_EQ(collection.next() <= now, true);
  EXPECT_THAT(act(), ElementsAre("1:heartbeat"));
  now += 100s;
  EXPECT_THAT(act(), IsEmpty()) << "the first is not taken yet";
  collection.written(1);
  EXPECT_THAT(act(), ElementsAre("1:heartbeat"));
}

TEST_F(CollectionTest, KeepsWatchersWhileTheDatabaseIsAway) {
  begin();
  collection.changed();
  act();
  collection.read_failed(kAway, false, now);
  EXPECT_THAT(act(), IsEmpty());
  collection.join(2, "", now);
  EXPECT_THAT(act(), IsEmpty()) << "nobody knows whether the state still holds";
  now += 15s;
  EXPECT_THAT(act(), ElementsAre("1:heartbeat"));
  EXPECT_TRUE(reads);
  collection.read_failed(kAway, false, now);
  EXPECT_THAT(act(), ElementsAre("2:the database is away"));
  now += 1s;
  act();
  EXPECT_TRUE(reads);
  collection.written(1);
  EXPECT_THAT(found("y"), ElementsAre("1:change y"));
}

TEST_F(CollectionTest, EndsAllWhenNothingIsToldOfChanges) {
  begin();
  collection.hears(true);
  act();
  EXPECT_TRUE(reads);
  EXPECT_TRUE(checks) << "it may be another database";
  collection.join(2, "", now);
  act();
  collection.read_failed(kRefused, true, now);
  EXPECT_THAT(act(), testing::UnorderedElementsAre("1:migrate", "2:migrate"));
  EXPECT_TRUE(collection.deserted());
}

TEST_F(CollectionTest, IsReadAgainWhenChangesAreToldAgain) {
  begin();
  collection.hears(false);
  EXPECT_THAT(act(), IsEmpty());
  EXPECT_FALSE(reads);
  collection.hears(true);
  act();
  EXPECT_TRUE(reads);
  EXPECT_THAT(found("y"), ElementsAre("1:change y"));
}

TEST_F(DeafCollectionTest, IsReadForEachWhoComesWhileNoChangesAreTold) {
  collection.join(1, "", now);
  act();
  collection.join(2, "", now);
  act();
  EXPECT_THAT(found("x"), ElementsAre("1:snapshot x")) << "2 came after the reading began";
  EXPECT_TRUE(reads);
  EXPECT_THAT(found("y"), ElementsAre("2:snapshot y"));
  collection.written(1);
  EXPECT_THAT(act(), ElementsAre("1:change y"));
}

TEST_F(CollectionTest, IsReadWhenItsTimeHasCome) {
  collection.join(1, "", now);
  act();
  collection.read_done(state("x"), now + 10s);
  act();
  collection.written(1);
  now += 9s;
  act();
  EXPECT_FALSE(reads);
  EXPECT_EQ(collection.next(), now + 1s);
  now += 1s;
  act();
  EXPECT_TRUE(reads);
}

TEST_F(CollectionTest, MakesAMessageOnceForAll) {
  collection.join(1, "", now);
  collection.join(2, "", now);
  act();
  collection.read_done(state("x"), std::nullopt);
  const auto actions = collection.act(now);
  ASSERT_EQ(actions.writes.size(), 2U);
  EXPECT_EQ(actions.writes[0].second.begin(), actions.writes[1].second.begin());
}

}  // namespace
}  // namespace trunkline::watch

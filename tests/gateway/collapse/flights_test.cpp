#include "gateway/collapse/flights.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/gateway/collapse/manual_schedule.hpp"

namespace trunkline::collapse {
namespace {

using namespace std::chrono_literals;

struct Tower {
  explicit Tower(Settings given = {}) : settings(given) {}

  class Plane final : public Flight {
   public:
    Plane(std::string key, Tower& tower) : Flight(std::move(key)), tower_(tower) {}
    ~Plane() override { tower_.in_air.erase(this); }

   private:
    void depart() override {
      tower_.in_air.insert(this);
      ++tower_.departed;
      if (tower_.crash) tower_.flights.end(*this);
    }
    Tower& tower_;
  };

  Flight& board(const std::string& key) {
    return flights.board(std::make_unique<Plane>(key, *this));
  }
  void depart_due() { schedule.depart_due(flights); }

  Settings settings;
  ManualSchedule schedule;
  std::set<const Flight*> in_air;
  int departed = 0;
  bool crash = false;  // at the start
  Flights flights{settings, schedule};
};

TEST(Flights, IsJoinedUntilItIsSent) {
  Tower tower;
  EXPECT_EQ(tower.flights.joinable("a"), nullptr);
  Flight& flight = tower.board("a");
  EXPECT_EQ(tower.flights.joinable("a"), &flight);
  EXPECT_EQ(tower.flights.joinable("b"), nullptr);
  tower.depart_due();
  EXPECT_TRUE(tower.in_air.contains(&flight));
  EXPECT_EQ(tower.flights.joinable("a"), nullptr) << "it has been sent";
}

TEST(Flights, TheNextOneDepartsWhenTheOneBeforeHasEnded) {
  Tower tower;
  Flight& first = tower.board("a");
  tower.depart_due();
  Flight& second = tower.board("a");
  tower.depart_due();
  EXPECT_FALSE(tower.in_air.contains(&second));
  EXPECT_EQ(tower.flights.joinable("a"), &second);
  tower.flights.end(first);
  EXPECT_FALSE(tower.in_air.contains(&second)) << "not from within";
  tower.depart_due();
  EXPECT_TRUE(tower.in_air.contains(&second));
  EXPECT_EQ(tower.flights.joinable("a"), nullptr);
}

TEST(Flights, OfDifferentKeysDoNotWaitForEachOther) {
  Tower tower;
  tower.board("a");
  tower.board("b");
  tower.depart_due();
  EXPECT_EQ(tower.in_air.size(), 2u);
}

TEST(Flights, AsManyOfAKeyAreInTheAirAsMayBe) {
  Tower tower({.in_air = 2});
  Flight& first = tower.board("a");
  tower.depart_due();
  tower.board("a");
  tower.depart_due();
  EXPECT_EQ(tower.in_air.size(), 2u);
  Flight& third = tower.board("a");
  tower.depart_due();
  EXPECT_EQ(tower.in_air.size(), 2u);
  tower.flights.end(first);
  tower.depart_due();
  EXPECT_TRUE(tower.in_air.contains(&third));
}

TEST(Flights, GathersForAsLongAsItIsTold) {
  Tower tower({.gather = 10ms});
  Flight& flight = tower.board("a");
  tower.schedule.time += 9ms;
  tower.depart_due();
  EXPECT_EQ(tower.flights.joinable("a"), &flight);
  tower.schedule.time += 1ms;
  tower.depart_due();
  EXPECT_TRUE(tower.in_air.contains(&flight));
}

TEST(Flights, TheTimeThatItWaitsForAnotherCountsAsGathering) {
  Tower tower({.gather = 10ms});
  Flight& first = tower.board("a");
  tower.schedule.time += 10ms;
  tower.depart_due();
  Flight& second = tower.board("a");
  tower.schedule.time += 4ms;
  tower.flights.end(first);
  tower.depart_due();
  EXPECT_FALSE(tower.in_air.contains(&second));
  tower.schedule.time += 6ms;
  tower.depart_due();
  ASSERT_TRUE(tower.in_air.contains(&second));
  Flight& third = tower.board("a");
  tower.schedule.time += 20ms;
  tower.flights.end(second);
  tower.depart_due();
  EXPECT_TRUE(tower.in_air.contains(&third));
}

TEST(Flights, DoesNotWaitForOneThatHangsForEver) {
  Tower tower({.patience = 100ms});
  Flight& hangs = tower.board("a");
  tower.depart_due();
  Flight& second = tower.board("a");
  tower.schedule.time += 99ms;
  tower.depart_due();
  EXPECT_EQ(tower.flights.joinable("a"), &second);
  tower.schedule.time += 1ms;
  tower.depart_due();
  EXPECT_TRUE(tower.in_air.contains(&second));
  Flight& third = tower.board("a");
  tower.flights.end(second);
  tower.depart_due();
  EXPECT_FALSE(tower.in_air.contains(&third)) << "the first is still in the air";
  tower.flights.end(hangs);
  tower.depart_due();
  EXPECT_TRUE(tower.in_air.contains(&third));
}

TEST(Flights, OneThatEndsBeforeItIsSentIsForgotten) {
  Tower tower;
  tower.flights.end(tower.board("a"));
  EXPECT_EQ(tower.flights.joinable("a"), nullptr);
  EXPECT_EQ(tower.schedule.waiting(), 0u);
  tower.depart_due();
  EXPECT_EQ(tower.departed, 0);
}

TEST(Flights, OneThatEndsWhileItWaitsForAnotherIsForgotten) {
  Tower tower;
  Flight& first = tower.board("a");
  tower.depart_due();
  tower.flights.end(tower.board("a"));
  tower.flights.end(first);
  tower.depart_due();
  EXPECT_EQ(tower.departed, 1);
}

TEST(Flights, OneThatEndsAsItIsSentLetsTheNextGo) {
  Tower tower;
  tower.crash = true;
  tower.board("a");
  tower.depart_due();
  EXPECT_EQ(tower.departed, 1);
  tower.board("a");
  tower.depart_due();
  EXPECT_EQ(tower.departed, 2);
}

TEST(Flights, OneThatIsSentAloneIsJoinedByNobodyAndWaitsForNobody) {
  Tower tower;
  for (int i = 0; i < 2; ++i) {
    tower.flights.send_alone(std::make_unique<Tower::Plane>("a", tower));
    EXPECT_EQ(tower.flights.joinable("a"), nullptr);
  }
  EXPECT_EQ(tower.in_air.size(), 2u);
  const Flight& shared = tower.board("a");
  tower.depart_due();
  EXPECT_TRUE(tower.in_air.contains(&shared)) << "nor does anybody wait for it";
}

TEST(Flights, AreDestroyedWithTheirOwner) {
  Tower tower;
  tower.board("a");
  tower.depart_due();
  tower.board("a");
  tower.board("b");
  // Whatever is left is found by the sanitizer.
}

// Whatever happens in whatever order: never more in the air than may be, never one that is joined
// after it was sent, and whoever gathers goes in the end.
TEST(Flights, KeepTheRuleInAnyOrderOfEvents) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t below) { return random() % below; };
    Tower tower({.in_air = 1 + pick(3), .gather = std::chrono::milliseconds(pick(2) * pick(5))});
    const std::vector<std::string> keys{"a", "b", "c"};
    for (int step = 0; step < 200; ++step) {
      tower.schedule.time += std::chrono::milliseconds(pick(3));
      const std::string& key = keys[pick(keys.size())];
      switch (pick(4)) {
        case 0:
          if (tower.flights.joinable(key) == nullptr) tower.board(key);
          break;
        case 1: tower.depart_due(); break;
        case 2:
          if (!tower.in_air.empty()) {
            auto at = tower.in_air.begin();
            std::advance(at, pick(tower.in_air.size()));
            tower.flights.end(const_cast<Flight&>(**at));
          }
          break;
        default:
          if (Flight* flight = tower.flights.joinable(key); flight != nullptr && pick(4) == 0) {
            tower.flights.end(*flight);
          }
      }
      std::map<std::string, std::size_t> in_air;
      for (const Flight* flight : tower.in_air) ++in_air[flight->key()];
      for (const auto& [name, count] : in_air) {
        ASSERT_LE(count, tower.settings.in_air) << "seed " << seed;
        const Flight* const gathering = tower.flights.joinable(name);
        ASSERT_FALSE(tower.in_air.contains(gathering)) << "seed " << seed;
      }
    }
    while (!tower.in_air.empty() || tower.schedule.waiting() > 0) {
      tower.schedule.time += 1s;
      tower.depart_due();
      if (!tower.in_air.empty()) tower.flights.end(const_cast<Flight&>(**tower.in_air.begin()));
    }
    for (const std::string& key : keys) EXPECT_EQ(tower.flights.joinable(key), nullptr);
  }
}

}  // namespace
}  // namespace trunkline::collapse

// Migrations of real databases, in both shapes.

#include "backends/schema/schema.hpp"

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/pg/session.hpp"
#include "tests/backends/support/cluster.hpp"

namespace trunkline::schema {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class Schema : public testing::TestWithParam<const char*> {
 protected:
  // A database of the test's own, without our schema.
  std::string database(const std::string& data_set) {
    auto conninfo = test::cluster().load(data_set);
    sql(conninfo, "DROP SCHEMA IF EXISTS trunkline CASCADE");
    return conninfo;
  }

  static std::unique_ptr<pg::Session> connect(const std::string& conninfo) {
    auto session = pg::Session::connect(conninfo);
    if (!session) throw std::runtime_error(session.error().detail);
    return *std::move(session);
  }

  static std::string sql(const std::string& conninfo, const std::string& text) {
    auto rows = connect(conninfo)->query(text);
    if (!rows) throw std::runtime_error(rows.error().detail);
    std::string first;
    rows->each([&](const pg::Rows::Row& row) {
      if (first.empty()) first = row[0].text();
    });
    return first;
  }

  // What it said; the last is what went wrong, if anything did.
  static std::vector<std::string> migrate(const std::string& conninfo) {
    std::vector<std::string> said;
    const auto session = connect(conninfo);
    const auto done =
        schema::migrate(*session, [&](const std::string& what) { said.push_back(what); });
    if (!done) said.push_back("failed: " + done.error().detail);
    return said;
  }
};

const char* const kCountTriggers = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'trunkline%'";

TEST_P(Schema, IsMadeOnceAndThenThereIsNothingToDo) {
  const auto conninfo = database(GetParam());
  EXPECT_THAT(migrate(conninfo), Contains("version 1, the state of phones and pauses"));
  EXPECT_EQ(sql(conninfo, "SELECT count(*) FROM trunkline.schema_version"), "3");
  EXPECT_THAT(migrate(conninfo), IsEmpty());
}

TEST_P(Schema, IsMadeOnceByManyAtATime) {
  const auto conninfo = database(GetParam());
  std::vector<std::future<std::vector<std::string>>> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(std::async(std::launch::async, [&] { return migrate(conninfo); }));
  }
  int steps = 0;
  for (auto& each : all) {
    for (const auto& what : each.get()) {
      EXPECT_THAT(what, testing::Not(HasSubstr("failed")));
      steps += what.starts_with("version") ? 1 : 0;
    }
  }
  EXPECT_EQ(steps, 3);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Schema, testing::Values("2015", "demo"),
                         [](const auto& param) { return "On" + std::string(param.param); });

TEST_F(Schema, TellsOfTheTablesThatThereAre) {
  const auto old = database("2015");
  migrate(old);
  EXPECT_EQ(sql(old, kCountTriggers), "4") << "two tables of theirs and two of ours";
  const auto wazo = database("demo");
  migrate(wazo);
  EXPECT_EQ(sql(wazo, kCountTriggers), "14") << "ten tables, and the pauses' four";
}

TEST_F(Schema, MakesTriggersOnATableThatCameLater) {
  const auto conninfo = database("2015");
  sql(conninfo, "DROP TABLE IF EXISTS agent_membership_status");
  migrate(conninfo);
  EXPECT_TRUE(*tells_of(*connect(conninfo), "agents"));
  sql(conninfo, "CREATE TABLE agent_membership_status (agent_id int, queue_id int)");
  EXPECT_FALSE(*tells_of(*connect(conninfo), "agents"));
  EXPECT_THAT(migrate(conninfo), testing::ElementsAre("triggers on agent_membership_status"));
  EXPECT_TRUE(*tells_of(*connect(conninfo), "agents"));
  sql(conninfo, "DROP TABLE agent_membership_status");
}

TEST_F(Schema, TellsOfNothingBeforeItIsMade) {
  const auto conninfo = database("demo");
  EXPECT_FALSE(*tells_of(*connect(conninfo), "agents"));
  migrate(conninfo);
  EXPECT_TRUE(*tells_of(*connect(conninfo), "agents"));
  EXPECT_TRUE(*tells_of(*connect(conninfo), "queues"));
}

TEST_F(Schema, RefusesADatabaseThatIsNewer) {
  const auto conninfo = database("demo");
  migrate(conninfo);
  sql(conninfo, "INSERT INTO trunkline.schema_version VALUES (4)");
  EXPECT_THAT(migrate(conninfo),
              testing::ElementsAre("failed: the schema trunkline has version 4, and this program "
                                   "knows none after 3: use the program that made it, or a newer "
                                   "one"));
}

TEST_F(Schema, GivesUpOnATableThatIsInUseAndGoesOnLater) {
  const auto conninfo = database("demo");
  const auto locker = connect(conninfo);
  ASSERT_TRUE(locker->query("BEGIN; LOCK queue_log IN ROW EXCLUSIVE MODE"));
  EXPECT_THAT(migrate(conninfo).back(),
              HasSubstr("failed: triggers on queue_log: a table was in use for 5 s"));
  ASSERT_TRUE(locker->query("COMMIT"));
  EXPECT_THAT(migrate(conninfo), Contains("triggers on queue_log"));
  EXPECT_TRUE(*tells_of(*connect(conninfo), "queues"));
}

TEST_F(Schema, KnowsSinceWhenAnAgentIsPaused) {
  const auto conninfo = database("demo");
  sql(conninfo, "UPDATE agent_login_status SET paused = false");
  migrate(conninfo);
  const auto paused = [&] { return sql(conninfo, "SELECT count(*) FROM trunkline.agent_pause"); };
  const auto one = sql(conninfo, "SELECT min(agent_id) FROM agent_login_status");
  const std::string where = " WHERE agent_id = " + one;
  sql(conninfo, "UPDATE agent_login_status SET paused = true" + where);
  EXPECT_EQ(paused(), "1");
  const auto since = sql(conninfo, "SELECT since FROM trunkline.agent_pause");
  sql(conninfo, "UPDATE agent_login_status SET paused = true, paused_reason = 'Lunch'" + where);
  EXPECT_EQ(sql(conninfo, "SELECT since FROM trunkline.agent_pause"), since)
      << "another reason is no other pause";
  sql(conninfo, "UPDATE agent_login_status SET paused = false" + where);
  EXPECT_EQ(paused(), "0");
  sql(conninfo, "UPDATE agent_login_status SET paused = true");
  EXPECT_EQ(paused(), sql(conninfo, "SELECT count(*) FROM agent_login_status"));
  sql(conninfo, "DELETE FROM agent_login_status" + where);
  EXPECT_EQ(paused(), sql(conninfo, "SELECT count(*) FROM agent_login_status"));
  sql(conninfo,
      "BEGIN; TRUNCATE agent_login_status;"
      " DO $$BEGIN ASSERT (SELECT count(*) FROM trunkline.agent_pause) = 0; END$$;"
      " ROLLBACK");
}

// Those who write the telephony tables know nothing of us: what their statements set off runs with
// our rights, and may look up our names.
TEST_F(Schema, AsksNothingOfThoseWhoWrite) {
  const auto conninfo = database("demo");
  migrate(conninfo);
  EXPECT_EQ(sql(conninfo, "SELECT prosecdef FROM pg_proc WHERE proname = 'keep_pause'"), "t");
  EXPECT_EQ(sql(conninfo, "SELECT has_schema_privilege('public', 'trunkline', 'USAGE')"), "t");
}

}  // namespace
}  // namespace trunkline::schema

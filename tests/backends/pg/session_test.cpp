#include "backends/pg/session.hpp"

#include <gtest/gtest.h>

#include "tests/backends/support/cluster.hpp"

namespace trunkline::pg {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Session> connect() {
  auto session = Session::connect(test::cluster().load("2015"));
  if (!session) throw std::runtime_error(session.error().detail);
  return std::move(*session);
}

std::string one(Session& session, const std::string& sql) {
  std::string text;
  auto rows = session.query(sql);
  if (!rows) return "error: " + rows.error().detail;
  rows->each([&](const Rows::Row& row) { text = row[0].text(); });
  return text;
}

TEST(Session, ReadsTextsNullsIntegersAndBooleans) {
  auto session = connect();
  auto rows =
      session->query("SELECT 'é', NULL, -42, true, false UNION ALL SELECT '', '', 7, NULL, true");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2);
  int index = 0;
  rows->each([&](const Rows::Row& row) {
    if (index++ == 0) {
      EXPECT_EQ(row[0].text(), "é");
      EXPECT_TRUE(row[1].null());
      EXPECT_EQ(row[2].integer(), -42);
      EXPECT_TRUE(row[3].boolean());
      EXPECT_FALSE(row[4].boolean());
    } else {
      EXPECT_FALSE(row[0].null());
      EXPECT_EQ(row[0].text(), "");
      EXPECT_FALSE(row[3].boolean());
    }
  });
}

TEST(Session, RunsAPreparedStatementWithoutATransactionBlock) {
  auto session = connect();
  // VACUUM refuses to run in one. A BEGIN before a read would cost a round trip.
  ASSERT_TRUE(session->prepare({"vacuum", "VACUUM agentfeatures"}));
  EXPECT_TRUE(session->execute("vacuum"));
}

TEST(Session, HandsParametersToAPreparedStatement) {
  auto session = connect();
  ASSERT_TRUE(session->prepare({"add", "SELECT $1::int + 1, $2::text"}));
  auto rows = session->execute("add", {"41", "it's"});
  ASSERT_TRUE(rows);
  rows->each([](const Rows::Row& row) {
    EXPECT_EQ(row[0].integer(), 42);
    EXPECT_EQ(row[1].text(), "it's");
  });
}

TEST(Session, TellsTheDatabaseATimeoutOnlyWhenItsRungChanges) {
  auto session = connect();
  ASSERT_TRUE(session->limit(900ms));
  EXPECT_EQ(one(*session, "SHOW statement_timeout"), "1s");
  // Had limit() spoken to the database, this would be overwritten.
  one(*session, "SET statement_timeout = 77");
  ASSERT_TRUE(session->limit(800ms));
  EXPECT_EQ(one(*session, "SHOW statement_timeout"), "77ms");
  ASSERT_TRUE(session->limit(3s));
  EXPECT_EQ(one(*session, "SHOW statement_timeout"), "5s");
}

TEST(Session, SaysDeadlineWhenATimeoutCutsAQuery) {
  auto session = connect();
  ASSERT_TRUE(session->limit(50ms));
  auto slow = session->query("SELECT pg_sleep(5)");
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().kind, ErrorKind::kDeadline);
  EXPECT_TRUE(session->alive());
}

TEST(Session, SaysInternalForAStatementThatIsWrong) {
  auto session = connect();
  auto wrong = session->query("SELECT 1 / 0");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::kInternal);
  EXPECT_TRUE(session->alive());
}

// What it prepared was for another schema: a new one is to greet the database again.
TEST(Session, IsAtItsEndWhenTheSchemaIsNotTheOneItKnew) {
  auto session = connect();
  ASSERT_TRUE(session->query("CREATE TEMP TABLE shrinking (a int, b text)"));
  ASSERT_TRUE(session->prepare({"all_of_it", "SELECT * FROM shrinking"}));
  ASSERT_TRUE(session->execute("all_of_it", {}));
  ASSERT_TRUE(session->query("ALTER TABLE shrinking DROP COLUMN b"));
  auto outdated = session->execute("all_of_it", {});
  ASSERT_FALSE(outdated);
  EXPECT_EQ(outdated.error().kind, ErrorKind::kInternal);
  EXPECT_FALSE(session->alive());
}

TEST(Session, SaysAwayWhenItsConnectionIsTerminatedAndNeverComesBackByItself) {
  auto session = connect();
  session->query("SELECT pg_terminate_backend(pg_backend_pid())");
  for (int i = 0; i < 2; ++i) {
    auto next = session->query("SELECT 1");
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().kind, ErrorKind::kAway);
  }
  EXPECT_FALSE(session->alive());
}

TEST(Session, SaysAwayWhenNobodyListens) {
  auto session = Session::connect("host=127.0.0.1 port=1 dbname=x connect_timeout=2");
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().kind, ErrorKind::kAway);
}

}  // namespace
}  // namespace trunkline::pg

#include "backends/schema/schema.hpp"

#include <array>
#include <vector>

#include "backends/pg/session.hpp"

namespace trunkline::schema {

extern const std::string_view kState;
extern const std::string_view kIdempotencyKeys;
extern const std::string_view kTell;
extern const std::string_view kMissingTriggers;

namespace {

struct Step {
  const std::string_view& sql;
  std::string_view what;
};

// Step n leads to version n. What was released is never changed: a new step changes it.
const std::array kSteps{
    Step{kState, "the state of phones and pauses"},
    Step{kIdempotencyKeys, "idempotency keys"},
    Step{kTell, "the telling of changes"},
};

// Any number that nobody else takes: "trunkline" on a phone's keys.
constexpr std::string_view kLock = "878655463";

struct Trigger {
  std::string table;
  std::string topics;
  std::string sql;
};

pg::Result<std::vector<Trigger>> missing_triggers(pg::Session& session) {
  auto rows = session.query(std::string(kMissingTriggers));
  if (!rows) return rows.error();
  std::vector<Trigger> triggers;
  rows->each([&](const pg::Rows::Row& row) {
    triggers.push_back(
        {std::string(row[0].text()), std::string(row[1].text()), std::string(row[2].text())});
  });
  return triggers;
}

pg::Result<long long> number(pg::Session& session, const std::string& sql) {
  auto rows = session.query(sql);
  if (!rows) return rows.error();
  long long value = 0;
  rows->each([&](const pg::Rows::Row& row) { value = row[0].integer(); });
  return value;
}

pg::Result<long long> version(pg::Session& session) {
  auto there = number(session, "SELECT (to_regclass('trunkline.schema_version') IS NOT NULL)::int");
  if (!there || *there == 0) return there;
  return number(session, "SELECT coalesce(max(version), 0) FROM trunkline.schema_version");
}

// As one transaction.
pg::Result<void> perform(pg::Session& session, const std::string& what, std::string sql) {
  auto done = session.query("BEGIN;\n" + sql.append(";\nCOMMIT"));
  if (done) return {};
  static_cast<void>(session.query("ROLLBACK"));
  std::string why = done.error().detail;
  if (why.starts_with("55P03")) {
    why = "a table was in use for 5 s; nothing of this step was done, try again later";
  }
  return pg::Error{done.error().kind, what + ": " + why};
}

pg::Result<void> take_steps(pg::Session& session, long long from,
                            const std::function<void(const std::string&)>& say) {
  for (auto next = static_cast<std::size_t>(from); next < kSteps.size(); ++next) {
    const auto& step = kSteps[next];
    const auto number = std::to_string(next + 1);
    const auto what = "version " + number + ", " + std::string(step.what);
    auto done =
        perform(session, what,
                std::string(step.sql) +
                    ";\nINSERT INTO trunkline.schema_version (version) VALUES (" + number + ")");
    if (!done) return done;
    say(what);
  }
  return {};
}

pg::Result<void> make_triggers(pg::Session& session,
                               const std::function<void(const std::string&)>& say) {
  auto missing = missing_triggers(session);
  if (!missing) return missing.error();
  std::string said;
  for (const auto& trigger : *missing) {
    const auto what = "triggers on " + trigger.table;
    if (auto done = perform(session, what, trigger.sql); !done) return done;
    if (trigger.table != said) say(what);
    said = trigger.table;
  }
  return {};
}

}  // namespace

pg::Result<void> migrate(pg::Session& session, const std::function<void(const std::string&)>& say) {
  // Whoever waits for another's migration waits longer than it could wait for a table.
  auto locked = session.query(
      "SET client_min_messages = warning; SET lock_timeout = '60s'; "
      "SELECT pg_advisory_lock(" +
      std::string(kLock) + "); SET lock_timeout = '5s'");
  if (!locked) {
    return pg::Error{locked.error().kind,
                     "another program migrates the database: " + locked.error().detail};
  }
  const auto now = version(session);
  if (!now) return now.error();
  const auto ours = static_cast<long long>(kSteps.size());
  if (*now > ours) {
    return pg::Error{pg::ErrorKind::kInternal,
                     "the schema trunkline has version " + std::to_string(*now) +
                         ", and this program knows none after " + std::to_string(ours) +
                         ": use the program that made it, or a newer one"};
  }
  if (auto done = take_steps(session, *now, say); !done) return done;
  if (auto done = make_triggers(session, say); !done) return done;
  auto unlocked = session.query("SELECT pg_advisory_unlock(" + std::string(kLock) + ")");
  if (!unlocked) return unlocked.error();
  return {};
}

pg::Result<bool> tells_of(pg::Session& session, std::string_view topic) {
  // Looked up in the catalog: a name in a schema that one may not use would be an error.
  auto there = number(session,
                      "SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n"
                      " ON n.oid = p.pronamespace WHERE n.nspname = 'trunkline'"
                      " AND p.proname = 'tell'");
  if (!there) return there.error();
  if (*there == 0) return false;
  auto missing = missing_triggers(session);
  if (!missing) return missing.error();
  for (const auto& trigger : *missing) {
    if (trigger.topics.find(topic) != std::string::npos) return false;
  }
  return true;
}

}  // namespace trunkline::schema

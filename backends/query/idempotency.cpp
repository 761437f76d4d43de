#include "backends/query/idempotency.hpp"

#include <algorithm>

#include <absl/strings/escaping.h>

#include "backends/pg/session.hpp"
#include "backends/serve/invalid_argument.hpp"

namespace trunkline::query {

namespace {

using ::grpc::StatusCode;

const std::string kClaim = "keys.claim";
const std::string kFind = "keys.find";
const std::string kKeep = "keys.keep";
const std::string kForget = "keys.forget";

// A key that has expired is as good as none: the row is taken over.
const pg::Statement kStatements[] = {
    {kClaim,
     "INSERT INTO trunkline.idempotency_keys AS k (caller, key, method, fingerprint, status, "
     "expires_at)"
     " VALUES ('', $1, $2, sha256($3::bytea), -1, now() + $4::interval)"
     " ON CONFLICT (caller, key) DO UPDATE SET method = excluded.method,"
     " fingerprint = excluded.fingerprint, expires_at = excluded.expires_at, created_at = now(),"
     " status = -1, answer = NULL, message = NULL WHERE k.expires_at < now() RETURNING 1"},
    {kFind,
     "SELECT method = $2 AND fingerprint = sha256($3::bytea), status, message, encode(answer, "
     "'hex')"
     " FROM trunkline.idempotency_keys WHERE caller = '' AND key = $1"},
    {kKeep,
     "UPDATE trunkline.idempotency_keys SET status = $2::int, message = $3, answer = $4::bytea"
     " WHERE caller = '' AND key = $1"},
    {kForget,
     "DELETE FROM trunkline.idempotency_keys WHERE (caller, key) IN (SELECT caller, key"
     " FROM trunkline.idempotency_keys WHERE expires_at < now() ORDER BY expires_at LIMIT 1000"
     " FOR UPDATE SKIP LOCKED)"},
};

// bytea in PostgreSQL's hex format.
std::string hex(std::string_view bytes) {
  return "\\x" + absl::BytesToHexString({bytes.data(), bytes.size()});
}

serve::Answer kept(const pg::Rows::Row& row) {
  if (!row[0].boolean()) {
    return {serve::invalid_argument("idempotency-key", "was used for another request already")};
  }
  const auto digits = row[3].text();  // whatever bytea_output says
  const auto bytes = absl::HexStringToBytes({digits.data(), digits.size()});
  const auto code = static_cast<StatusCode>(row[1].integer());
  if (code == StatusCode::OK) return {{}, ::grpc::Slice(bytes)};
  return {::grpc::Status(code, std::string(row[2].text()), bytes)};
}

}  // namespace

bool IdempotencyKey::valid(std::string_view key) {
  return !key.empty() && key.size() <= kLongest &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

pg::Result<bool> IdempotencyKey::prepare(pg::Session& session) {
  if (session.has(kForget)) return true;
  auto there = session.query(
      "SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " WHERE n.nspname = 'trunkline' AND c.relname = 'idempotency_keys'"
      " AND has_schema_privilege(n.oid, 'USAGE')"
      " AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')"
      " AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')");
  if (!there) return there.error();
  if (there->size() == 0) return false;
  for (const auto& statement : kStatements) {
    if (auto prepared = session.prepare(statement); !prepared) return prepared.error();
  }
  return true;
}

pg::Result<std::optional<serve::Answer>> IdempotencyKey::claim(pg::Session& session) const {
  const auto fingerprint = hex(request);
  auto claimed = session.execute(kClaim, {key, method, fingerprint, kKept});
  if (!claimed) return claimed.error();
  if (claimed->size() > 0) return std::optional<serve::Answer>();
  auto found = session.execute(kFind, {key, method, fingerprint});
  if (!found) return found.error();
  std::optional<serve::Answer> answer;
  found->each([&](const pg::Rows::Row& row) { answer = kept(row); });
  // It was forgotten between the two.
  if (!answer) return pg::Error{pg::ErrorKind::kConflict, "an idempotency key came and went"};
  return answer;
}

pg::Result<void> IdempotencyKey::keep(pg::Session& session, const serve::Answer& answer) const {
  const std::string_view message(reinterpret_cast<const char*>(answer.message.begin()),
                                 answer.message.size());
  const auto& status = answer.status;
  auto done = session.execute(
      kKeep, {key, std::to_string(static_cast<int>(status.error_code())), status.error_message(),
              hex(status.ok() ? message : std::string_view(status.error_details()))});
  if (!done) return done.error();
  return {};
}

pg::Result<void> IdempotencyKey::forget_old(pg::Session& session) {
  auto done = session.execute(kForget);
  if (!done) return done.error();
  return {};
}

}  // namespace trunkline::query

#include "backends/queues/queue_sql.hpp"

#include <initializer_list>

namespace trunkline::queues {

namespace {

std::string column(const query::Columns& columns, const std::string& table,
                   const std::string& alias, const std::string& name) {
  return columns.has(table + "." + name) ? alias + "." + name : "NULL";
}

std::string list(std::initializer_list<std::string> all) {
  std::string text;
  for (const auto& each : all) text.append(&each == all.begin() ? "" : ", ").append(each);
  return text;
}

bool has_configuration(const query::Columns& columns) {
  return columns.has("queue.name");
}
bool has_logins(const query::Columns& columns) {
  return columns.has("agent_login_status.agent_id");
}
bool has_memberships(const query::Columns& columns) {
  return columns.has("agent_membership_status.queue_id");
}
bool has_members(const query::Columns& columns) {
  return columns.has("queuemember.userid") && columns.has("queuemember.usertype");
}

// What a queue calls good time, in seconds.
const std::string kGoodTime =
    "(SELECT k.servicelevel FROM queuefeatures f JOIN queue k ON k.name = f.name WHERE f.name = ";

// An event's number: what a program wrote there that is none counts as 0.
std::string number(const std::string& data) {
  return "CASE WHEN " + data + " ~ '^[0-9]{1,9}$' THEN " + data + "::int ELSE 0 END";
}

// A local time of day that a zone skips or has twice: the first moment that a clock shows it, or
// would.
std::string moment(const std::string& local, const std::string& zone) {
  const auto there = "(" + local + " AT TIME ZONE " + zone + ")";
  return "CASE WHEN (" + there + " - interval '1 hour') AT TIME ZONE " + zone + " = " + local +
         " THEN " + there + " - interval '1 hour' ELSE " + there + " END";
}

// The other way round, exactly.
std::string at(const std::string& microseconds) {
  return "(timestamptz 'epoch' + " + microseconds + " * interval '1 microsecond')";
}

const std::string kSlices = "$2::bigint[]";
const std::string kBegin = at("($2::bigint[])[1]");
const std::string kEnd = at("$3::bigint");

std::string microseconds(const std::string& time) {
  return "(extract(epoch FROM " + time + ") * 1000000)::bigint";
}

std::string select_queues(const query::Columns& columns) {
  const auto feature = [&](const std::string& name) {
    return column(columns, "queuefeatures", "qf", name);
  };
  const auto setting = [&](const std::string& name) {
    return has_configuration(columns) ? column(columns, "queue", "q", name) : "NULL";
  };
  const auto commented = setting("commented");
  const auto in_use = setting("ringinuse");
  return "SELECT " +
         list({"qf.id", "qf.name", feature("displayname"), feature("number"), feature("context"),
               feature("tenant_uuid"), commented == "NULL" ? "true" : commented + " = 0",
               setting("strategy"), feature("timeout"), setting("timeout"), setting("retry"),
               setting("wrapuptime"), setting("maxlen"), setting("servicelevel"), setting("weight"),
               setting("autopause"), in_use == "NULL" ? "NULL" : in_use + " <> 0",
               feature("waittime"), feature("waitratio")}) +
         " FROM queuefeatures qf" +
         (has_configuration(columns) ? " LEFT JOIN queue q ON q.name = qf.name" : "");
}

// By the rule of an agent's state: neither on the phone, nor ringing, finishing, paused or away.
std::string available(const query::Columns& columns) {
  std::string sql = "true";
  if (columns.has("agent_login_status.paused")) sql += " AND NOT als.paused";
  if (columns.has("trunkline.live_state.agent_id")) {
    sql +=
        " AND coalesce(ls.call, 'none') = 'none'"
        " AND coalesce(ls.device, 'reachable') = 'reachable'";
  }
  return sql;
}

}  // namespace

bool has_queues(const query::Columns& columns) {
  return columns.has("queuefeatures.id") && columns.has("queuefeatures.name");
}

bool has_queue_log(const query::Columns& columns) {
  return columns.has("queue_log.time") && columns.has("queue_log.event");
}

bool has_statistics(const query::Columns& columns) {
  return columns.has("stat_call_on_queue.time") && columns.has("stat_queue.name");
}

std::string queue_page_sql(const query::Columns& columns) {
  return select_queues(columns) +
         " WHERE (qf.name, qf.id) > ($2, $3::bigint) ORDER BY qf.name, qf.id LIMIT $1";
}

std::string queue_sql(const query::Columns& columns) {
  return select_queues(columns) + " WHERE qf.id = $1";
}

std::string members_sql(const query::Columns& columns) {
  const bool logins = has_logins(columns);
  const auto login = [&](const std::string& name) {
    return logins ? column(columns, "agent_login_status", "als", name) : "NULL";
  };
  // Those who are configured, and agents who logged in to it besides.
  std::string members;
  if (has_members(columns)) {
    members =
        "SELECT usertype::text = 'agent' AS is_agent, userid AS id, interface, penalty,"
        " true AS configured FROM queuemember WHERE queue_name = $1 AND commented = 0";
  }
  if (has_memberships(columns)) {
    if (!members.empty()) members += " UNION ALL ";
    members +=
        "SELECT true, agent_id, NULL, penalty, false FROM agent_membership_status ams"
        " WHERE queue_id = $2::bigint";
    if (has_members(columns)) {
      members +=
          " AND NOT EXISTS (SELECT FROM queuemember qm WHERE qm.queue_name = $1 AND qm.commented ="
          " 0 AND qm.usertype = 'agent' AND qm.userid = ams.agent_id)";
    }
  }
  if (members.empty()) {
    members =
        "SELECT false AS is_agent, 0 AS id, '' AS interface, 0 AS penalty,"
        " false AS configured WHERE $1::text = '' AND $2::text = ''";
  }
  const std::string logged_in =
      has_memberships(columns)
          ? "NOT m.is_agent OR EXISTS (SELECT FROM agent_membership_status ams WHERE"
            " ams.agent_id = m.id AND ams.queue_id = $2::bigint)"
          : "NOT m.is_agent";
  const auto interface = login("interface");
  return "SELECT m.is_agent, m.id, nullif(trim(concat_ws(' ', " +
         column(columns, "agentfeatures", "af", "firstname") + ", " +
         column(columns, "agentfeatures", "af", "lastname") + ")), ''), coalesce(" + interface +
         ", m.interface), m.penalty, m.configured, " + logged_in + ", " + login("paused") + ", " +
         login("paused_reason") + " FROM (" + members +
         ") AS m LEFT JOIN agentfeatures af ON m.is_agent AND af.id = m.id" +
         (logins ? " LEFT JOIN agent_login_status als ON m.is_agent AND als.agent_id = m.id" : "") +
         " ORDER BY m.is_agent DESC, 3, m.id";
}

std::string live_sums_sql(const query::Columns& columns) {
  const auto good = has_configuration(columns) ? kGoodTime + "e.queuename)" : "NULL";
  return "SELECT queuename, count(*) FILTER (WHERE event = 'CONNECT'),"
         " count(*) FILTER (WHERE event = 'ABANDON'),"
         " count(*) FILTER (WHERE event IN ('EXITWITHTIMEOUT', 'EXITEMPTY', 'EXITWITHKEY', 'FULL',"
         " 'CLOSED', 'JOINEMPTY', 'LEAVEEMPTY', 'DIVERT_CA_RATIO', 'DIVERT_HOLDTIME')),"
         " sum(" +
         number("data1") +
         ") FILTER (WHERE event = 'CONNECT'),"
         " count(*) FILTER (WHERE event = 'CONNECT' AND " +
         number("data1") +
         " <= good),"
         " count(*) FILTER (WHERE event = 'ABANDON' AND " +
         number("data3") +
         " > good),"
         " count(*) FILTER (WHERE event IN ('COMPLETEAGENT', 'COMPLETECALLER')),"
         " sum(" +
         number("data2") +
         ") FILTER (WHERE event IN ('COMPLETEAGENT',"
         " 'COMPLETECALLER')),"
         " sum(" +
         number("data1") +
         ") FILTER (WHERE event = 'WRAPUPSTART')"
         " FROM queue_log e JOIN LATERAL (SELECT " +
         good +
         " AS good) g ON true"
         " WHERE e.time >= " +
         at("$1::bigint") +
         " AND ($2::text = '' OR e.queuename = $2)"
         " AND e.queuename <> 'NONE' GROUP BY queuename";
}

std::string waiting_sql() {
  return "SELECT e.queuename, count(*), " + microseconds("min(e.time)") +
         " FROM queue_log e WHERE e.event = 'ENTERQUEUE' AND e.time > now() - interval '6 hours'"
         " AND ($1::text = '' OR e.queuename = $1)"
         " AND NOT EXISTS (SELECT FROM queue_log l WHERE l.callid = e.callid"
         " AND l.queuename = e.queuename AND l.id > e.id AND l.event IN ('CONNECT', 'ABANDON',"
         " 'EXITWITHTIMEOUT', 'EXITEMPTY', 'EXITWITHKEY', 'LEAVEEMPTY', 'COMPLETEAGENT',"
         " 'COMPLETECALLER', 'TRANSFER')) GROUP BY e.queuename";
}

std::string staff_sql(const query::Columns& columns) {
  if (!has_memberships(columns) || !has_logins(columns)) {
    return "SELECT 0, 0, 0 WHERE false";
  }
  return "SELECT ams.queue_id, count(*), count(*) FILTER (WHERE " + available(columns) +
         ") FROM agent_membership_status ams"
         " JOIN agent_login_status als ON als.agent_id = ams.agent_id" +
         (columns.has("trunkline.live_state.agent_id")
              ? " LEFT JOIN trunkline.live_state ls ON ls.agent_id = ams.agent_id"
              : "") +
         " GROUP BY ams.queue_id";
}

std::string past_sums_sql(const query::Columns& columns) {
  const auto good = has_configuration(columns) ? kGoodTime + "$1)" : "NULL::int";
  return "SELECT width_bucket(" + microseconds("s.time") + ", " + kSlices +
         "),"
         " count(*) FILTER (WHERE s.status = 'answered'),"
         " count(*) FILTER (WHERE s.status = 'abandoned'),"
         " count(*) FILTER (WHERE s.status NOT IN ('answered', 'abandoned')),"
         " sum(s.waittime) FILTER (WHERE s.status = 'answered'),"
         " count(*) FILTER (WHERE s.status = 'answered' AND s.waittime <= " +
         good +
         "),"
         " count(*) FILTER (WHERE s.status = 'abandoned' AND s.waittime > " +
         good +
         "),"
         " count(*) FILTER (WHERE s.status = 'answered'),"
         " sum(s.talktime) FILTER (WHERE s.status = 'answered'), NULL"
         " FROM stat_call_on_queue s"
         " WHERE s.stat_queue_id IN (SELECT sq.id FROM stat_queue sq WHERE sq.name = $1)"
         " AND s.time >= " +
         kBegin + " AND s.time < " + kEnd + " GROUP BY 1";
}

std::string past_wrap_sql() {
  return "SELECT width_bucket(" + microseconds("e.time") + ", " + kSlices + "), sum(" +
         number("e.data1") +
         ") FROM queue_log e WHERE e.event = 'WRAPUPSTART' AND e.queuename = $1"
         " AND e.time >= " +
         kBegin + " AND e.time < " + kEnd + " GROUP BY 1";
}

std::string past_staff_sql(const query::Columns& columns) {
  if (!has_members(columns)) return "SELECT 0, 0, 0 WHERE $1 = $2 AND $3 = ''";
  // From each event until the next of its kind; who has not come back is there until now. Agents
  // who came more than a day before the period are not seen to have come.
  const auto spans = [](const std::string& name, const std::string& begins,
                        const std::string& ends) {
    return name + " AS (SELECT agent, time AS since, least(coalesce(next, now()), " + kEnd +
           ")"
           " AS until FROM (SELECT e.agent, e.time, e.event, lead(e.time) OVER (PARTITION BY"
           " e.agent ORDER BY e.time, e.id) AS next FROM queue_log e JOIN member USING"
           " (agent) WHERE e.event IN (" +
           begins + ", " + ends +
           ") AND e.time >="
           " " +
           kBegin + " - interval '1 day' AND e.time < " + kEnd +
           ")"
           " AS events WHERE event = " +
           begins + ")";
  };
  const std::string overlap =
      "sum(extract(epoch FROM least(until, slice_end) - greatest(since, slice)))"
      " FROM slices JOIN ";
  return "WITH member AS (SELECT 'Agent/' || af.number AS agent FROM queuemember qm"
         " JOIN agentfeatures af ON af.id = qm.userid WHERE qm.queue_name = $1"
         " AND qm.usertype = 'agent' AND qm.commented = 0), " +
         spans("logins", "'AGENTCALLBACKLOGIN'", "'AGENTCALLBACKLOGOFF'") + ", " +
         spans("pauses", "'PAUSEALL'", "'UNPAUSEALL', 'AGENTCALLBACKLOGOFF'") +
         ", slices AS (SELECT number, slice, lead(slice, 1, " + kEnd +
         ") OVER"
         " (ORDER BY slice) AS slice_end FROM (SELECT ordinality AS number, " +
         at("microseconds") +
         " AS slice FROM unnest($2::bigint[]) WITH ORDINALITY AS"
         " s (microseconds, ordinality)) AS s)"
         " SELECT coalesce(l.number, p.number), l.seconds, p.seconds FROM"
         " (SELECT number, " +
         overlap +
         "logins ON since < slice_end AND until > slice GROUP BY number) AS l (number, seconds)"
         " FULL JOIN (SELECT number, " +
         overlap +
         "pauses ON since < slice_end AND until > slice GROUP BY number) AS p (number, seconds)"
         " ON p.number = l.number";
}

std::string boundaries_sql() {
  // Hours go on from the first full one on the clock; days and months begin with a date.
  const std::string from = at("$1::bigint");
  const std::string local = "(" + from + " AT TIME ZONE $3)";
  return "SELECT " + microseconds("at") + " FROM (SELECT CASE WHEN $4 = '1 hour' THEN " + from +
         " - (" + local + " - date_trunc('hour', " + local + ")) + n * interval '1 hour' ELSE " +
         moment("(date_trunc(split_part($4, ' ', 2), " + local + ") + n * $4::interval)", "$3") +
         " END AS at FROM generate_series(1, 10001) n) AS every"
         " WHERE at > " +
         from + " AND at < " + at("$2::bigint") + " ORDER BY at";
}

std::string day_sql() {
  const std::string today = "date_trunc('day', now() AT TIME ZONE $1)";
  const std::string tomorrow = "(" + today + " + interval '1 day')";
  const auto begins = moment(today, "$1");
  return "SELECT " + microseconds("(" + begins + ")") + ", " +
         microseconds("(" + moment(tomorrow, "$1") + ")") + ", " + microseconds("now()");
}

}  // namespace trunkline::queues

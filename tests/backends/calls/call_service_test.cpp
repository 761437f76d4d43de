#include "backends/calls/call_service.hpp"

#include <algorithm>
#include <set>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/backends/calls/backend.hpp"

namespace trunkline::calls {
namespace {

using ::grpc::Status;
using ::grpc::StatusCode;
using testing::IsEmpty;

std::string violated_field(const Status& status) {
  google::rpc::Status details;
  google::rpc::BadRequest request;
  if (!details.ParseFromString(status.error_details()) || details.details_size() != 1 ||
      !details.details(0).UnpackTo(&request) || request.field_violations_size() != 1) {
    return "";
  }
  return request.field_violations(0).field();
}

class CallService : public testing::Test {
 protected:
  Backend backend{"demo"};
  v1::ListCallLogsRequest request;
  v1::ListCallLogsResponse response;
  v1::CallLog call;
};

TEST_F(CallService, ShowsEveryColumn) {
  const auto row = backend.sql(
      "SELECT concat_ws('|', id, extract(epoch FROM date)::bigint, extract(epoch FROM"
      " date_answer)::bigint, extract(epoch FROM date_end)::bigint, extract(epoch FROM date_end -"
      " date_answer)::bigint, upper(direction), coalesce(source_name, ''), source_exten, "
      "requested_exten,"
      " destination_name, destination_exten, tenant_uuid, conversation_id) FROM call_logd_call_log"
      " WHERE date_answer IS NOT NULL AND direction = 'inbound' ORDER BY id LIMIT 1");
  ASSERT_EQ(row.size(), 1U);
  const auto id = row[0].substr(0, row[0].find('|'));
  ASSERT_TRUE(backend.get("callLogs/" + id, call).ok());
  EXPECT_EQ(call.name(), "callLogs/" + id);
  EXPECT_EQ(id + "|" + std::to_string(call.start_time().seconds()) + "|" +
                std::to_string(call.answer_time().seconds()) + "|" +
                std::to_string(call.end_time().seconds()) + "|" +
                std::to_string(call.talk_duration().seconds()) + "|" +
                v1::CallLog::Direction_Name(call.direction()) + "|" + call.source_name() + "|" +
                call.source_extension() + "|" + call.requested_extension() + "|" +
                call.destination_name() + "|" + call.destination_extension() + "|" +
                call.tenant_uuid() + "|" + call.conversation_id(),
            row[0]);
}

TEST_F(CallService, LeavesOutWhatDidNotHappen) {
  const auto missed = backend.sql(
      "SELECT 'callLogs/' || id FROM call_logd_call_log WHERE date_answer IS NULL ORDER BY id LIMIT"
      " 1");
  ASSERT_EQ(missed.size(), 1U);
  ASSERT_TRUE(backend.get(missed[0], call).ok());
  EXPECT_FALSE(call.has_answer_time());
  EXPECT_FALSE(call.has_talk_duration());
}

TEST_F(CallService, PagesThroughAllCallsTheLatestFirstWithoutGapOrRepeat) {
  request.set_page_size(999);
  EXPECT_EQ(backend.all(request),
            backend.sql("SELECT 'callLogs/' || id FROM call_logd_call_log ORDER BY date DESC, id"
                        " DESC"));
}

TEST_F(CallService, PagesThroughAllThatWereThereWhileCallsComeIn) {
  const auto before = backend.sql("SELECT 'callLogs/' || id FROM call_logd_call_log");
  request.set_page_size(1000);
  std::multiset<std::string> seen;
  std::vector<std::string> added;
  do {
    ASSERT_TRUE(backend.list(request, response).ok());
    for (const auto& each : response.call_logs()) seen.insert(each.name());
    request.set_page_token(response.next_page_token());
    const auto id = backend.sql(
        "INSERT INTO call_logd_call_log (date, tenant_uuid, direction) SELECT now() - random() *"
        " interval '20 days', uuid, 'inbound' FROM call_logd_tenant LIMIT 1 RETURNING id");
    added.insert(added.end(), id.begin(), id.end());
  } while (!request.page_token().empty());
  for (const auto& name : before) EXPECT_EQ(seen.count(name), 1U) << name;
  for (const auto& id : added) {
    backend.sql("DELETE FROM call_logd_call_log WHERE id = " + id + " RETURNING id");
  }
}

TEST_F(CallService, FindsCallsOfAPeriodADirectionAndANumber) {
  const auto bounds = backend.sql(
      "SELECT extract(epoch FROM date_trunc('hour', min(date)) + interval '10 days')::bigint FROM"
      " call_logd_call_log UNION ALL SELECT extract(epoch FROM date_trunc('hour', min(date)) +"
      " interval '12 days')::bigint FROM call_logd_call_log");
  const auto number = backend.sql(
      "SELECT destination_exten FROM call_logd_call_log WHERE destination_exten <> '' GROUP BY 1"
      " ORDER BY count(*) DESC, 1 LIMIT 1");
  ASSERT_EQ(number.size(), 1U);
  for (int filter = 0; filter < 16; ++filter) {
    v1::ListCallLogsRequest asked;
    std::string where = "true";
    if (filter & 1) {
      asked.mutable_from()->set_seconds(std::stoll(bounds[0]));
      where += " AND date >= to_timestamp(" + bounds[0] + ")";
    }
    if (filter & 2) {
      asked.mutable_to()->set_seconds(std::stoll(bounds[1]));
      where += " AND date < to_timestamp(" + bounds[1] + ")";
    }
    if (filter & 4) {
      asked.set_direction(v1::CallLog::INBOUND);
      where += " AND direction = 'inbound'";
    }
    if (filter & 8) {
      asked.set_number(number[0]);
      where += " AND '" + number[0] + "' IN (source_exten, requested_exten, destination_exten)";
    }
    asked.set_page_size(1000);
    const auto expected = backend.sql("SELECT 'callLogs/' || id FROM call_logd_call_log WHERE " +
                                      where + " ORDER BY date DESC, id DESC");
    EXPECT_FALSE(expected.empty()) << where;
    EXPECT_EQ(backend.all(asked), expected) << where;
  }
}

TEST_F(CallService, ShowsTheFieldsOfAMaskAlone) {
  request.mutable_fields()->add_paths("name");
  request.mutable_fields()->add_paths("start_time");
  request.set_page_size(3);
  ASSERT_TRUE(backend.list(request, response).ok());
  ASSERT_EQ(response.call_logs_size(), 3);
  for (const auto& each : response.call_logs()) {
    EXPECT_TRUE(each.has_start_time());
    EXPECT_EQ(each.source_extension(), "");
    EXPECT_EQ(each.direction(), v1::CallLog::DIRECTION_UNSPECIFIED);
  }
}

TEST_F(CallService, NamesTheFieldThatIsWrong) {
  const auto wrong = [&](auto change) {
    v1::ListCallLogsRequest asked;
    change(asked);
    const auto status = backend.list(asked, response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
    return violated_field(status);
  };
  EXPECT_EQ(wrong([](auto& r) { r.set_page_size(-1); }), "page_size");
  EXPECT_EQ(wrong([](auto& r) { r.set_page_token("bogus"); }), "page_token");
  EXPECT_EQ(wrong([](auto& r) { r.set_direction(static_cast<v1::CallLog::Direction>(9)); }),
            "direction");
  EXPECT_EQ(wrong([](auto& r) { r.set_number(std::string(81, '1')); }), "number");
  EXPECT_EQ(wrong([](auto& r) { r.set_number(std::string("1\0", 2)); }), "number");
  EXPECT_EQ(wrong([](auto& r) { r.mutable_from()->set_seconds(253'402'300'800); }), "from");
  EXPECT_EQ(wrong([](auto& r) { r.mutable_to()->set_nanos(-1); }), "to");
  EXPECT_EQ(wrong([](auto& r) {
              r.mutable_from()->set_seconds(10);
              r.mutable_to()->set_seconds(9);
            }),
            "to");
  EXPECT_EQ(wrong([](auto& r) { r.mutable_fields()->add_paths("passwd"); }), "fields");
  EXPECT_EQ(violated_field(backend.get("callLogs/01", call)), "name");
  EXPECT_EQ(violated_field(backend.get("calls/1", call)), "name");
}

TEST_F(CallService, RefusesATokenOfAnotherFilter) {
  request.set_page_size(1);
  ASSERT_TRUE(backend.list(request, response).ok());
  request.set_page_token(response.next_page_token());
  request.set_direction(v1::CallLog::INBOUND);
  EXPECT_EQ(violated_field(backend.list(request, response)), "page_token");
}

TEST_F(CallService, TakesTheEndsOfTime) {
  request.mutable_from()->set_seconds(-62'135'596'800);
  request.mutable_to()->set_seconds(253'402'300'799);
  request.set_page_size(1);
  EXPECT_TRUE(backend.list(request, response).ok());
  EXPECT_EQ(response.call_logs_size(), 1);
}

TEST_F(CallService, KnowsWhichCallsItDoesNotKnow) {
  for (const std::string name : {"callLogs/99999999", "callLogs/99999999999999999999"}) {
    EXPECT_EQ(backend.get(name, call).error_code(), StatusCode::NOT_FOUND);
  }
}

TEST(CallServiceOn2015, HasNoCalls) {
  Backend backend("2015");
  EXPECT_THAT(backend.all({}), IsEmpty());
  v1::CallLog call;
  EXPECT_EQ(backend.get("callLogs/1", call).error_code(), StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace trunkline::calls

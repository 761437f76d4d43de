#include "backends/calls/call_log_row.hpp"

#include <string>

#include "trunkline/calls/v1/calls.pb.h"

#include "backends/calls/call_log_sql.hpp"
#include "backends/query/timestamp.hpp"

namespace trunkline::calls {

namespace {

using Row = pg::Rows::Row;

v1::CallLog::Direction direction(std::string_view text) {
  if (text == "inbound") return v1::CallLog::INBOUND;
  if (text == "internal") return v1::CallLog::INTERNAL;
  if (text == "outbound") return v1::CallLog::OUTBOUND;
  return v1::CallLog::DIRECTION_UNSPECIFIED;
}

void copy(const Row& row, CallLogColumn column, std::string* field) {
  field->assign(row[column].text());
}

// Both ends must be known, and a clock that was set back makes no talk shorter than nothing.
void fill_talk(const Row& row, v1::CallLog& call) {
  const auto& answer = row[kAnswerMicroseconds];
  const auto& end = row[kEndMicroseconds];
  if (answer.null() || end.null() || end.integer() < answer.integer()) return;
  const auto lasted = end.integer() - answer.integer();
  call.mutable_talk_duration()->set_seconds(lasted / 1'000'000);
  call.mutable_talk_duration()->set_nanos(static_cast<int>(lasted % 1'000'000 * 1000));
}

}  // namespace

void fill(const Row& row, v1::CallLog& call) {
  call.set_name("callLogs/" + std::string(row[kId].text()));
  if (const auto& at = row[kStartMicroseconds]; !at.null()) {
    *call.mutable_start_time() = query::timestamp(at.integer());
  }
  if (const auto& at = row[kAnswerMicroseconds]; !at.null()) {
    *call.mutable_answer_time() = query::timestamp(at.integer());
  }
  if (const auto& at = row[kEndMicroseconds]; !at.null()) {
    *call.mutable_end_time() = query::timestamp(at.integer());
  }
  fill_talk(row, call);
  call.set_direction(direction(row[kDirection].text()));
  copy(row, kSourceName, call.mutable_source_name());
  copy(row, kSourceExtension, call.mutable_source_extension());
  copy(row, kRequestedExtension, call.mutable_requested_extension());
  copy(row, kDestinationName, call.mutable_destination_name());
  copy(row, kDestinationExtension, call.mutable_destination_extension());
  if (!row[kTenantUuid].null()) copy(row, kTenantUuid, call.mutable_tenant_uuid());
  copy(row, kConversationId, call.mutable_conversation_id());
}

}  // namespace trunkline::calls

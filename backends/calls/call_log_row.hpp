#pragma once

// A row of the call log's statements (call_log_sql.hpp), as a message.

#include "backends/pg/rows.hpp"

namespace trunkline::calls {

namespace v1 {
class CallLog;
}  // namespace v1

/// `call` is empty before.
void fill(const pg::Rows::Row& row, v1::CallLog& call);

}  // namespace trunkline::calls

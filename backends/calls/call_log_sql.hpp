#pragma once

// The statements of the call log, written for the columns that a database has: what is missing is
// read as NULL, so that every shape answers with the same columns in the same order.

#include <string>

#include "backends/query/columns.hpp"

namespace trunkline::calls {

enum CallLogColumn {
  kId,
  kStartMicroseconds,
  kAnswerMicroseconds,
  kEndMicroseconds,
  kDirection,
  kSourceName,
  kSourceExtension,
  kRequestedExtension,
  kDestinationName,
  kDestinationExtension,
  kTenantUuid,
  kConversationId,
  kPosition,  ///< the start as PostgreSQL writes it, to the last digit
};

/// What a list is narrowed to; each is a parameter of the statement, in this order after the first,
/// which is how many.
struct ListFilter {
  bool from = false;
  bool to = false;
  bool direction = false;
  bool number = false;
  bool later = false;  ///< two parameters: kPosition and id of the call before

  bool operator==(const ListFilter&) const = default;
};
inline constexpr int kListFilters = 32;
/// All of them, by number.
ListFilter list_filter(int number);

/// Whether there is anything to read.
bool has_call_logs(const query::Columns& columns);

/// $1: how many. The latest first.
std::string list_sql(const query::Columns& columns, const ListFilter& filter);
/// $1: id.
std::string get_sql(const query::Columns& columns);

}  // namespace trunkline::calls

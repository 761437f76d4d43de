#pragma once

// Between PostgreSQL's times, read as microseconds since 1970, and messages. Pure.

#include <cstdint>

#include <google/protobuf/timestamp.pb.h>

namespace trunkline::query {

/// SQL for that number of a timestamp, or NULL for one that is infinite:
/// "CASE WHEN isfinite(x) THEN (extract(epoch FROM x) * 1000000)::bigint END".
google::protobuf::Timestamp timestamp(std::int64_t microseconds);

/// Nanoseconds are cut off.
std::int64_t microseconds(const google::protobuf::Timestamp& time);

}  // namespace trunkline::query

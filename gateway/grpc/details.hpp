#pragma once

// The details of an error (google.rpc.Status): values of any type, each a google.protobuf.Any,
// which travel in grpc-status-details-bin. Here they are told apart and kept as bytes; printing
// one takes its descriptor.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"

namespace trunkline::grpc {

/// More are left out. How many bytes they have is limited where trailers are read.
inline constexpr std::size_t kMostDetails = 32;

struct Detail {
  std::string_view type;   ///< "google.rpc.RetryInfo", without what may stand before it in the URL
  std::string_view value;  ///< the message
};

/// Of a google.protobuf.Any, as whose parts they live; empty if it can't be read.
Detail parse_detail(std::string_view any);

/// What grpc-status-details-bin holds. What can't be read is left out.
std::vector<std::string> details_of(std::string_view header);

/// What google.rpc.RetryInfo among them asks for, rounded up; zero without one.
std::chrono::seconds retry_delay(const std::vector<std::string>& details);

/// google.rpc.BadRequest in an Any: our own violations, for those who want them as bytes.
std::string bad_request(const std::vector<FieldViolation>& violations);

}  // namespace trunkline::grpc

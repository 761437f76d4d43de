#include "gateway/grpc/details.hpp"

#include <algorithm>
#include <cstdint>

#include <absl/strings/escaping.h>
#include <google/protobuf/duration.pb.h>

#include "gateway/grpc/wire_fields.hpp"

namespace trunkline::grpc {
namespace {

// Field numbers of google.rpc.Status, google.protobuf.Any and, of google.rpc, BadRequest and
// RetryInfo.
constexpr int kStatusDetails = 3;
constexpr int kAnyTypeUrl = 1;
constexpr int kAnyValue = 2;
constexpr int kFieldViolations = 1;
constexpr int kViolationField = 1;
constexpr int kViolationDescription = 2;
constexpr int kRetryDelay = 1;

constexpr std::string_view kBadRequestUrl = "type.googleapis.com/google.rpc.BadRequest";
constexpr std::string_view kRetryInfo = "google.rpc.RetryInfo";

}  // namespace

Detail parse_detail(std::string_view any) {
  Detail detail;
  const bool read = for_each_bytes_field(any, [&](int field, std::string_view bytes) {
    if (field == kAnyTypeUrl) detail.type = bytes;
    if (field == kAnyValue) detail.value = bytes;
  });
  if (!read) return {};
  detail.type.remove_prefix(detail.type.rfind('/') + 1);  // npos + 1 is 0
  return detail;
}

std::vector<std::string> details_of(std::string_view header) {
  std::vector<std::string> details;
  std::string status;
  if (header.empty() || !absl::Base64Unescape({header.data(), header.size()}, &status)) {
    return details;
  }
  for_each_bytes_field(status, [&](int field, std::string_view any) {
    if (field != kStatusDetails || details.size() == kMostDetails) return;
    if (!parse_detail(any).type.empty()) details.emplace_back(any);
  });
  return details;
}

std::chrono::seconds retry_delay(const std::vector<std::string>& details) {
  google::protobuf::Duration delay;
  for (const std::string& any : details) {
    const Detail detail = parse_detail(any);
    if (detail.type != kRetryInfo) continue;
    for_each_bytes_field(detail.value, [&](int field, std::string_view bytes) {
      if (field != kRetryDelay) return;
      if (!delay.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) delay.Clear();
    });
  }
  if (delay.seconds() < 0 || delay.nanos() < 0) return {};
  // What is beyond a Duration's own range would overflow somebody's clock.
  constexpr std::int64_t kMost = 315'576'000'000;
  return std::chrono::seconds(std::min(delay.seconds(), kMost) + (delay.nanos() > 0 ? 1 : 0));
}

std::string bad_request(const std::vector<FieldViolation>& violations) {
  std::string request;
  for (const FieldViolation& violation : violations) {
    std::string bytes;
    append_bytes_field(bytes, kViolationField, violation.field);
    append_bytes_field(bytes, kViolationDescription, violation.description);
    append_bytes_field(request, kFieldViolations, bytes);
  }
  std::string any;
  append_bytes_field(any, kAnyTypeUrl, kBadRequestUrl);
  append_bytes_field(any, kAnyValue, request);
  return any;
}

}  // namespace trunkline::grpc

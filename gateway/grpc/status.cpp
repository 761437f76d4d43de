#include "gateway/grpc/status.hpp"

#include <charconv>

#include <absl/strings/escaping.h>

#include "gateway/grpc/wire_fields.hpp"

namespace trunkline::grpc {

namespace {

// Field numbers of google.rpc.Status, google.protobuf.Any and google.rpc.BadRequest.
constexpr int kStatusDetails = 3;
constexpr int kAnyTypeUrl = 1;
constexpr int kAnyValue = 2;
constexpr int kFieldViolations = 1;
constexpr int kViolationField = 1;
constexpr int kViolationDescription = 2;
constexpr std::string_view kBadRequest = "type.googleapis.com/google.rpc.BadRequest";

void take_violations(std::string_view bad_request, std::vector<FieldViolation>& violations) {
  for_each_bytes_field(bad_request, [&](int field, std::string_view bytes) {
    if (field != kFieldViolations) return;
    FieldViolation& violation = violations.emplace_back();
    for_each_bytes_field(bytes, [&](int inner, std::string_view text) {
      if (inner == kViolationField) violation.field = text;
      if (inner == kViolationDescription) violation.description = text;
    });
  });
}

std::vector<FieldViolation> violations_of(std::string_view details) {
  std::vector<FieldViolation> violations;
  std::string status;
  if (details.empty() || !absl::Base64Unescape({details.data(), details.size()}, &status))
    return violations;
  for_each_bytes_field(status, [&](int field, std::string_view any) {
    if (field != kStatusDetails) return;
    std::string_view type;
    std::string_view value;
    for_each_bytes_field(any, [&](int inner, std::string_view bytes) {
      if (inner == kAnyTypeUrl) type = bytes;
      if (inner == kAnyValue) value = bytes;
    });
    if (type == kBadRequest) take_violations(value, violations);
  });
  return violations;
}

}  // namespace

std::optional<Error> status_of(std::string_view grpc_status, std::string_view grpc_message,
                               std::string_view details) {
  const auto code = parse_code(grpc_status);
  if (!code) {
    return Error{Code::kUnknown, "The upstream ended the call without a gRPC status.",
                 Source::kUpstream};
  }
  if (*code == Code::kOk) return std::nullopt;
  Error error{*code, decode_message(grpc_message), Source::kUpstream};
  error.violations = violations_of(details);
  return error;
}

std::string format_code(Code code) {
  return std::to_string(static_cast<int>(code));
}

std::string encode_message(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && c != '%') {
      encoded.push_back(c);
    } else {
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
}

std::string decode_message(std::string_view text) {
  std::string message;
  message.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto [end, error] =
          std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
      if (error == std::errc{} && end == text.data() + i + 3) {
        message.push_back(static_cast<char>(value));
        i += 2;
        continue;
      }
    }
    message.push_back(text[i]);
  }
  return message;
}

}  // namespace trunkline::grpc

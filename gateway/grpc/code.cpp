#include "gateway/grpc/code.hpp"

#include <array>
#include <charconv>

namespace trunkline::grpc {
namespace {

struct Row {
  std::string_view name;
  int http_status;
};

// Indexed by the code. google/rpc/code.proto names the HTTP status of each.
constexpr std::array<Row, 17> kTable{{
    {"OK", 200},
    {"CANCELLED", 499},
    {"UNKNOWN", 500},
    {"INVALID_ARGUMENT", 400},
    {"DEADLINE_EXCEEDED", 504},
    {"NOT_FOUND", 404},
    {"ALREADY_EXISTS", 409},
    {"PERMISSION_DENIED", 403},
    {"RESOURCE_EXHAUSTED", 429},
    {"FAILED_PRECONDITION", 400},
    {"ABORTED", 409},
    {"OUT_OF_RANGE", 400},
    {"UNIMPLEMENTED", 501},
    {"INTERNAL", 500},
    {"UNAVAILABLE", 503},
    {"DATA_LOSS", 500},
    {"UNAUTHENTICATED", 401},
}};

}  // namespace

std::string_view name(Code code) noexcept {
  return kTable[static_cast<std::size_t>(code)].name;
}

int http_status(Code code) noexcept {
  return kTable[static_cast<std::size_t>(code)].http_status;
}

std::optional<Code> parse_code(std::string_view text) noexcept {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range || value >= kTable.size()) return Code::kUnknown;
  return static_cast<Code>(value);
}

Code from_http_status(int status) noexcept {
  switch (status) {
    case 400: return Code::kInternal;
    case 401: return Code::kUnauthenticated;
    case 403: return Code::kPermissionDenied;
    case 404: return Code::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504: return Code::kUnavailable;
    default: return Code::kUnknown;
  }
}

}  // namespace trunkline::grpc

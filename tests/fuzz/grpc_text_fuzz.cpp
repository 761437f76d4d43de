// The small texts of gRPC: grpc-timeout, grpc-status, grpc-message, grpc-status-details-bin and
// content types. The whole input is given to each.

#include <chrono>
#include <cstring>
#include <string>

#include "gateway/grpc/code.hpp"
#include "gateway/grpc/content_type.hpp"
#include "gateway/grpc/error_json.hpp"
#include "gateway/grpc/status.hpp"
#include "gateway/grpc/timeout.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

using std::chrono::nanoseconds;

void timeout(std::string_view text) {
  const auto parsed = grpc::parse_timeout(text);
  if (!parsed) return;
  must(parsed->count() >= 0, "no timeout is negative");
  const std::string again = grpc::format_timeout(*parsed);
  must(again.size() <= 9, "a timeout has eight digits at most");
  const auto back = grpc::parse_timeout(again);
  must(back && *back >= *parsed, "formatting never shortens");
  must(*back - *parsed <= *parsed / 1'000'000 + nanoseconds(1), "nor lengthens by much");
}

void timeout_of(std::string_view bytes) {
  std::int64_t count = 0;
  std::memcpy(&count, bytes.data(), std::min(bytes.size(), sizeof(count)));
  const auto back = grpc::parse_timeout(grpc::format_timeout(nanoseconds(count)));
  must(back.has_value(), "what we format can be parsed");
  must(back->count() >= std::min(count, nanoseconds(std::chrono::hours(99'999'999 / 40)).count()),
       "and is not shorter");
}

void message(std::string_view text) {
  const std::string encoded = grpc::encode_message(text);
  for (const char c : encoded) must(c >= 0x20 && c <= 0x7e, "grpc-message is printable ASCII");
  must_equal(grpc::decode_message(encoded), text, "and reads back");
  must(grpc::decode_message(text).size() <= text.size(), "decoding never lengthens");
}

void status(std::string_view text) {
  const auto code = grpc::parse_code(text);
  must(!code || grpc::parse_code(grpc::format_code(*code)) == code, "a code reads back");
  const auto error = grpc::status_of("3", text, text);
  must(error && error->code == grpc::Code::kInvalidArgument, "the status is what it says");
  const std::string json = grpc::error_json(*error);
  for (const char c : json) must(static_cast<unsigned char>(c) >= 0x20, "JSON has no raw control");
  must(grpc::status_of(text, "", "").has_value() == (code != grpc::Code::kOk),
       "anything but OK is an error");
}

void content_type(std::string_view text) {
  grpc::parse_accept(text);
  const auto parsed = grpc::parse_content_type(text);
  if (!parsed) return;
  const std::string again = grpc::format_content_type(parsed->dialect, parsed->format);
  const auto back = grpc::parse_content_type(again);
  must(back && back->dialect == parsed->dialect, "a content type reads back");
  must_equal(back->format, parsed->format, "with its format");
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline::fuzz;
  const Exact copy({reinterpret_cast<const char*>(data), size});
  timeout(copy.view());
  timeout_of(copy.view());
  message(copy.view());
  status(copy.view());
  content_type(copy.view());
  return 0;
}

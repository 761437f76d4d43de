#include "gateway/exchange/connect/connect_error.hpp"

#include <utility>
#include <vector>

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>

#include "gateway/exchange/printed_details.hpp"
#include "gateway/grpc/details.hpp"
#include "gateway/grpc/error_json.hpp"

namespace trunkline::exchange {
namespace {

std::string name_of(grpc::Code code) {
  if (code == grpc::Code::kCancelled) return "canceled";
  const std::string_view name = grpc::name(code);
  return absl::AsciiStrToLower({name.data(), name.size()});
}

std::string unpadded_base64(std::string_view bytes) {
  std::string text = absl::Base64Escape({bytes.data(), bytes.size()});
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string error_of(const grpc::Error& error, const std::vector<PrintedDetail>& details) {
  std::string body = R"({"code":")" + name_of(error.code) + '"';
  if (!error.message.empty()) body.append(R"(,"message":)").append(grpc::json_text(error.message));
  std::string_view separator = R"(,"details":[)";
  for (const PrintedDetail& printed : details) {
    const grpc::Detail detail = grpc::parse_detail(printed.any);
    body.append(std::exchange(separator, ","));
    body.append(R"({"type":)").append(grpc::json_text(detail.type));
    body.append(R"(,"value":")").append(unpadded_base64(detail.value));
    body.append(R"(","debug":)").append(printed.json).push_back('}');
  }
  if (!details.empty()) body.push_back(']');
  body.push_back('}');
  return body;
}

}  // namespace

std::string connect_error(const grpc::Error& error) {
  return error_of(error, {});
}

std::string connect_error(const grpc::Error& error, const transcode::Transcoder& transcoder) {
  if (error.violations.empty()) return error_of(error, print_details(error, transcoder));
  // Our own violations, too, are bytes to Connect.
  grpc::Error whole = error;
  whole.details.insert(whole.details.begin(), grpc::bad_request(error.violations));
  return error_of(whole, print_details(whole, transcoder));
}

}  // namespace trunkline::exchange

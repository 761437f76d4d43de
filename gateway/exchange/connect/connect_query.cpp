#include "gateway/exchange/connect/connect_query.hpp"

#include <algorithm>
#include <utility>

#include <absl/strings/escaping.h>

#include "gateway/exchange/connect/connect_error.hpp"
#include "gateway/route/percent.hpp"

namespace trunkline::exchange {
namespace {

/// Percent-encoded; nothing when it is not there.
std::optional<std::string_view> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) return pair.substr(std::min(equals + 1, pair.size()));
  }
  return std::nullopt;
}

std::string not_taken(std::string_view name, std::string_view value, std::string_view allowed) {
  return "The query has " + std::string(name) + "=" + std::string(value) + "; allowed is " +
         std::string(allowed) + ".";
}

grpc::Error unimplemented(std::string message) {
  return {grpc::Code::kUnimplemented, std::move(message), grpc::Source::kClient};
}

}  // namespace

bool is_connect_query(std::string_view query) {
  return parameter(query, "encoding") && parameter(query, "message");
}

std::optional<HttpRefusal> refuse_query(std::string_view query) {
  const std::string_view encoding = parameter(query, "encoding").value_or("");
  if (encoding == "json") return std::nullopt;
  return HttpRefusal{415, not_taken("encoding", encoding, "json")};
}

grpc::Result<std::string> connect_message(std::string_view query) {
  const std::string_view version = parameter(query, "connect").value_or("v1");
  if (version != "v1") return unimplemented(not_taken("connect", version, "v1"));
  const std::string_view packing = parameter(query, "compression").value_or("identity");
  if (packing != "identity") return unimplemented(not_taken("compression", packing, "identity"));

  auto message = route::form_decoded(parameter(query, "message").value_or(""));
  if (!message) return malformed("The query's message is not percent-encoded.");
  if (parameter(query, "base64") != "1") return *std::move(message);
  std::string json;
  if (!absl::WebSafeBase64Unescape(*message, &json)) {
    return malformed("The query's message is not base64url.");
  }
  return json;
}

}  // namespace trunkline::exchange

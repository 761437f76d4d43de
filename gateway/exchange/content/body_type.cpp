#include "gateway/exchange/content/body_type.hpp"

#include <algorithm>
#include <string>

#include <absl/strings/match.h>

namespace trunkline::exchange {
namespace {

bool same(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase({a.data(), a.size()}, {b.data(), b.size()});
}

bool is_utf8(std::string_view charset) {
  return charset.empty() || same(charset, "utf-8") || same(charset, "utf8") ||
         same(charset, "us-ascii");
}

bool is_one_of(std::string_view text, std::span<const std::string_view> types) {
  const auto type = parse_media_type(text);
  return type && std::find(types.begin(), types.end(), type->name) != types.end() &&
         is_utf8(type->parameter("charset"));
}

}  // namespace

std::optional<HttpRefusal> refuse_body(const http::Headers& headers,
                                       std::span<const std::string_view> types) {
  const std::string_view encoding = headers.find("content-encoding").value_or("identity");
  if (!same(encoding, "identity")) {
    return HttpRefusal{415,
                       "The content encoding " + std::string(encoding) +
                           " is not taken; the body has to come as it is.",
                       {{"accept-encoding", "identity"}}};
  }
  const auto type = headers.find("content-type");
  if (!type || is_one_of(*type, types)) return std::nullopt;
  std::string allowed(types.front());
  for (const std::string_view each : types.subspan(1)) allowed.append(", ").append(each);
  return HttpRefusal{415,
                     "The content type " + std::string(*type) +
                         " is not taken; allowed: " + allowed + ", in UTF-8.",
                     {{"accept", allowed}}};
}

}  // namespace trunkline::exchange

#include "backends/agents/page_token.hpp"

#include <absl/strings/escaping.h>
#include <nlohmann/json.hpp>

namespace trunkline::agents {

namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
// 40 characters of 4 bytes, an id and base64's third more leave room to spare.
constexpr std::size_t kLongest = 512;

}  // namespace

std::string encode(const PageToken& token) {
  return absl::WebSafeBase64Escape(Json::array({kVersion, token.number, token.id})
                                       .dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::optional<PageToken> decode_page_token(std::string_view text) {
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({text.data(), text.size()}, &bytes)) return std::nullopt;
  const auto json = Json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array() || json.size() != 3) return std::nullopt;
  if (!json[0].is_number_integer() || json[0] != kVersion) return std::nullopt;
  if (!json[1].is_string() || !json[2].is_number_integer()) return std::nullopt;
  PageToken token{json[1].get<std::string>(), json[2].get<std::int64_t>()};
  if (token.number.find('\0') != std::string::npos) return std::nullopt;
  if (encode(token) != text) return std::nullopt;
  return token;
}

}  // namespace trunkline::agents

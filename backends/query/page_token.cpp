#include "backends/query/page_token.hpp"

#include <cstdint>

#include <absl/strings/escaping.h>
#include <nlohmann/json.hpp>

namespace trunkline::query {

namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
// A name of 128 characters of 4 bytes, an id and base64's third leave room to spare.
constexpr std::size_t kLongest = 2048;

// FNV-1a: the same on every machine and in every release, which std::hash is not.
std::uint32_t hash(std::string_view text) {
  std::uint32_t value = 2166136261U;
  for (const unsigned char c : text) value = (value ^ c) * 16777619U;
  return value;
}

std::string encode(std::uint32_t list, const std::vector<std::string>& key) {
  return absl::WebSafeBase64Escape(
      Json::array({kVersion, list, key}).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

std::string encode(const PageToken& token) {
  return encode(hash(token.list), token.key);
}

std::optional<std::vector<std::string>> decode_page_token(std::string_view text,
                                                          std::string_view list,
                                                          std::size_t columns) {
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({text.data(), text.size()}, &bytes)) return std::nullopt;
  const auto json = Json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array() || json.size() != 3) return std::nullopt;
  if (!json[2].is_array() || json[2].size() != columns) return std::nullopt;
  std::vector<std::string> key;
  for (const auto& column : json[2]) {
    if (!column.is_string()) return std::nullopt;
    key.push_back(column.get<std::string>());
    if (key.back().find('\0') != std::string::npos) return std::nullopt;
  }
  if (encode(hash(list), key) != text) return std::nullopt;
  return key;
}

}  // namespace trunkline::query

#include "gateway/grpc/content_type.hpp"

#include <algorithm>

#include <absl/strings/match.h>

namespace trunkline::grpc {
namespace {

struct Prefix {
  std::string_view text;
  Dialect dialect;
};

// A longer one before those that it begins with.
constexpr Prefix kPrefixes[] = {
    {"application/grpc-web-text", Dialect::kWebText},
    {"application/grpc-web", Dialect::kWeb},
    {"application/grpc", Dialect::kNative},
};

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

}  // namespace

std::optional<ContentType> parse_content_type(std::string_view text) {
  const std::string_view type = trimmed(text.substr(0, text.find(';')));
  for (const Prefix& prefix : kPrefixes) {
    if (!absl::StartsWithIgnoreCase({type.data(), type.size()},
                                    {prefix.text.data(), prefix.text.size()})) {
      continue;
    }
    const std::string_view format = type.substr(prefix.text.size());
    if (!format.empty() && !format.starts_with('+')) return std::nullopt;
    return ContentType{prefix.dialect, format};
  }
  return std::nullopt;
}

std::optional<Dialect> parse_accept(std::string_view text) {
  while (!text.empty()) {
    const std::string_view first = text.substr(0, text.find(','));
    if (const auto type = parse_content_type(first)) return type->dialect;
    text.remove_prefix(std::min(text.size(), first.size() + 1));
  }
  return std::nullopt;
}

std::string format_content_type(Dialect dialect, std::string_view format) {
  std::string text;
  for (const Prefix& prefix : kPrefixes) {
    if (prefix.dialect == dialect) text = prefix.text;
  }
  return text.append(format);
}

}  // namespace trunkline::grpc

#include "gateway/grpc/web_text.hpp"

#include <algorithm>

#include <absl/strings/escaping.h>

namespace trunkline::grpc {
namespace {

constexpr std::size_t kQuantum = 4;  // characters that stand for up to three bytes

// Abseil takes white space and dots as well, and would take them for part of a quantum.
bool is_alphabet(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '=';
}

Error broken() {
  return {Code::kInvalidArgument, "The body is not base64, as application/grpc-web-text has it.",
          Source::kClient};
}

// Whole quanta, of which only the last may be padded.
bool append_decoded(std::string_view quanta, std::string& bytes) {
  std::string decoded;
  if (!absl::Base64Unescape({quanta.data(), quanta.size()}, &decoded) || decoded.empty()) {
    return false;
  }
  bytes.append(decoded);
  return true;
}

}  // namespace

Result<std::string> WebTextDecoder::decode(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_alphabet)) return broken();
  std::string bytes;
  bytes.reserve((kept_.size() + text.size()) / kQuantum * 3);
  if (!kept_.empty()) {
    const std::string_view missing = text.substr(0, kQuantum - kept_.size());
    kept_.append(missing);
    text.remove_prefix(missing.size());
    if (kept_.size() < kQuantum) return bytes;
    if (!append_decoded(kept_, bytes)) return broken();
    kept_.clear();
  }
  while (text.size() >= kQuantum) {
    const std::size_t padding = std::min(text.find('='), text.size() - 1);
    const std::size_t end = std::min(padding / kQuantum + 1, text.size() / kQuantum) * kQuantum;
    if (!append_decoded(text.substr(0, end), bytes)) return broken();
    text.remove_prefix(end);
  }
  kept_ = text;
  return bytes;
}

std::string encode_web_text(std::string_view bytes) {
  return absl::Base64Escape({bytes.data(), bytes.size()});
}

}  // namespace trunkline::grpc

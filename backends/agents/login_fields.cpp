#include "backends/agents/login_fields.hpp"

#include <algorithm>

namespace trunkline::agents {

namespace {

constexpr std::string_view kAlphanumeric =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

FieldComplaint check(std::string_view text, std::size_t longest, const std::string& marks) {
  if (text.empty()) return "must not be empty";
  if (text.size() > longest) {
    return "must not be longer than " + std::to_string(longest) + " characters";
  }
  if (text.find_first_not_of(std::string(kAlphanumeric) + marks) != std::string_view::npos) {
    return "may have letters, digits and " + marks + " only";
  }
  return std::nullopt;
}

}  // namespace

FieldComplaint check_extension(std::string_view extension) {
  return check(extension, 80, "*#+_.-");
}

FieldComplaint check_context(std::string_view context) {
  return check(context, 79, "+_.-");
}

FieldComplaint check_reason(std::string_view reason) {
  constexpr int kLongest = 80;
  const auto characters =
      std::count_if(reason.begin(), reason.end(), [](char c) { return (c & 0xC0) != 0x80; });
  if (characters > kLongest) return "must not be longer than 80 characters";
  if (reason.find('\0') != std::string_view::npos) return "must not have the character NUL";
  return std::nullopt;
}

std::string hint(std::string_view extension, std::string_view context) {
  return std::string("hint:").append(extension).append("@").append(context);
}

}  // namespace trunkline::agents

#include "gateway/exchange/stream/json_lines.hpp"

#include <utility>

namespace trunkline::exchange {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

grpc::Result<std::optional<std::string_view>> JsonLines::next(std::string_view& input) {
  if (std::exchange(given_, false)) begun_.clear();
  while (!input.empty()) {
    const auto end = input.find('\n');
    std::string_view line = input.substr(0, end);
    if (begun_.size() + line.size() > limit_) {
      ++number_;
      too_long_ = true;
      return grpc::Error{grpc::Code::kInvalidArgument,
                         "Line " + std::to_string(number_) + " of the body is over the limit of " +
                             std::to_string(limit_) + " bytes.",
                         grpc::Source::kClient};
    }
    if (end == std::string_view::npos) {
      begun_.append(line);
      input = {};
      break;
    }
    ++number_;
    input.remove_prefix(end + 1);
    if (!begun_.empty()) {
      line = begun_.append(line);
      given_ = true;
    }
    if (!is_blank(line)) return std::optional(line);
    begun_.clear();
    given_ = false;
  }
  return std::optional<std::string_view>{};
}

std::optional<std::string_view> JsonLines::last() {
  if (std::exchange(given_, true) || is_blank(begun_)) return std::nullopt;
  ++number_;
  return begun_;
}

}  // namespace trunkline::exchange

#include "bench/load/request.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace trunkline::load {
namespace {

constexpr std::string_view kRange = "{random:";

grpc::Error refused(std::string_view path, std::string_view why) {
  return {grpc::Code::kInvalidArgument,
          "The path \"" + std::string(path) + "\" can't be used: " + std::string(why)};
}

/// Takes a number and the character behind it off the front of `text`.
bool take_number(std::string_view& text, std::uint64_t& number, char behind) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end == text.data() + text.size() || *end != behind) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

bool is_visible(char c) {
  return c > ' ' && c != 0x7f;
}

}  // namespace

grpc::Result<PathPattern> PathPattern::parse(std::string_view text) {
  if (!text.starts_with('/')) return refused(text, "it must begin with /.");
  if (!std::all_of(text.begin(), text.end(), is_visible)) {
    return refused(text, "it must not hold spaces or other characters than visible ASCII.");
  }
  PathPattern pattern;
  std::string* literal = &pattern.before_;
  for (std::string_view rest = text;;) {
    const auto brace = std::min(rest.find(kRange), rest.size());
    literal->assign(rest.substr(0, brace));
    if (brace == rest.size()) return pattern;
    rest.remove_prefix(brace + kRange.size());
    Range range{0, 0, {}};
    if (!take_number(rest, range.least, '-') || !take_number(rest, range.most, '}') ||
        range.least > range.most) {
      return refused(text, "a range is written {random:1-50}, the smaller number first.");
    }
    literal = &pattern.ranges_.emplace_back(std::move(range)).after;
  }
}

std::string_view PathPattern::next(std::minstd_rand& random, std::string& scratch) const {
  if (ranges_.empty()) return before_;
  scratch = before_;
  for (const Range& range : ranges_) {
    std::uniform_int_distribution<std::uint64_t> number(range.least, range.most);
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number(random)).ptr;
    scratch.append(digits, end);
    scratch += range.after;
  }
  return scratch;
}

Paths::Paths(std::vector<PathPattern> patterns, std::size_t first)
    : patterns_(std::move(patterns)),
      at_(first % patterns_.size()),
      // Other numbers in each thread, the same ones in each run.
      random_(static_cast<std::minstd_rand::result_type>(first + 1)) {}

std::string_view Paths::next() {
  const PathPattern& pattern = patterns_[at_];
  if (++at_ == patterns_.size()) at_ = 0;
  return pattern.next(random_, scratch_);
}

}  // namespace trunkline::load

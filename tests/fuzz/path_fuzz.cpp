// The one spelling of a path: it is reached in one step, it is safe whoever decodes it again, and
// it is what a second, naive reading of RFC 3986 makes of the target.

#include <optional>
#include <string>
#include <vector>

#include "gateway/policy/request_path.hpp"
#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view("-._~").find(c) != std::string_view::npos);
}

bool visible(char c) {
  return c > 0x20 && c < 0x7f && c != '#' && c != '\\';
}

/// Unreserved characters decoded, others in upper case; nothing for what must be refused.
std::optional<std::string> decoded(std::string_view path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      text += path[i];
      continue;
    }
    if (i + 2 >= path.size()) return std::nullopt;
    const int high = digit(path[i + 1]);
    const int low = digit(path[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char c = static_cast<char>(high * 16 + low);
    if (c == '/' || c == '\\' || c == '\0') return std::nullopt;
    if (unreserved(c)) {
      text += c;
    } else {
      text += '%';
      text += "0123456789ABCDEF"[high];
      text += "0123456789ABCDEF"[low];
    }
    i += 2;
  }
  return text;
}

/// Without dot segments and empty ones; nothing above the root.
std::optional<std::string> resolved(std::string_view path) {
  std::vector<std::string_view> segments;
  bool folder = true;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    folder = segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (segments.empty()) return std::nullopt;
      segments.pop_back();
    } else if (!folder) {
      // Cut off before a verb it would be a dot segment for some readers.
      const std::string_view name = segment.substr(0, segment.find(':'));
      if (name == "." || name == "..") return std::nullopt;
      segments.push_back(segment);
    }
  }
  std::string text;
  for (const auto segment : segments) text.append("/").append(segment);
  if (folder) text += '/';
  return text;
}

std::optional<std::string> naive(std::string_view target) {
  if (target == "*") return std::string(target);
  if (target.empty() || target.front() != '/') return std::nullopt;
  for (const char c : target) {
    if (!visible(c)) return std::nullopt;
  }
  const std::size_t path_size = std::min(target.find('?'), target.size());
  const auto plain = decoded(target.substr(0, path_size));
  if (!plain) return std::nullopt;
  const auto path = resolved(*plain);
  if (!path) return std::nullopt;
  return *path + std::string(target.substr(path_size));
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline;
  using namespace trunkline::fuzz;
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  const auto wanted = naive(target);
  const auto made = policy::normalise(target);
  must(made.has_value() == wanted.has_value(), "what is refused is what must be");
  if (!made) {
    must(!policy::is_normal(target), "nothing refused is normal");
    return 0;
  }
  must(made->has_value() == !policy::is_normal(target), "what is normal stays as it is");
  const std::string normal = made->value_or(std::string(target));
  must_equal(normal, *wanted, "the normal spelling is the naive one");
  must(normal.size() <= target.size(), "it is never longer");
  must(policy::is_normal(normal), "it is reached in one step");
  const std::string_view path = std::string_view(normal).substr(0, normal.find('?'));
  must(path.find("//") == std::string_view::npos, "no empty segment is left");
  must((std::string(path) + "/").find("/../") == std::string::npos, "nor a step up");
  must((std::string(path) + "/").find("/./") == std::string::npos, "nor one in place");
  return 0;
}

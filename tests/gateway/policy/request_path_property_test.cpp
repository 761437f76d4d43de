// Paths that nobody thought of: random ones and mutated ones, against what must hold for every
// path, and against Boost.URL as a second opinion where the two have the same rules.

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <gtest/gtest.h>

#include "gateway/policy/request_path.hpp"

namespace trunkline::policy {
namespace {

const std::vector<std::string> kPieces = {
    "/",  "/",  "//",   ".",      "..",   "/.",  "/..", "%2e", "%2E", "%2F", "%5c", "%00",
    "%",  "%%", "%25",  "%252F",  "%61",  "%C3", "%a9", "%7E", "a",   "b",   "v1",  "agents",
    "?",  "*",  ":",    ":watch", ";x=y", "#",   "\\",  " ",   "~",   "-",   "_",   "%3a",
    "\t", "\n", "\xc3", "\x7f",   "x.y",  "...", "=",   "@",   "%zz", "%2",  "&",   "+",
};

class Random {
 public:
  explicit Random(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t end) { return random_() % end; }
  const std::string& piece() { return kPieces[below(kPieces.size())]; }

  std::string target() {
    std::string text = below(20) == 0 ? "" : "/";
    for (std::size_t pieces = below(12); pieces > 0; --pieces) text += piece();
    return text;
  }

  std::string mutated(std::string text) {
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(text.size() + 1);
      const std::size_t size = std::min(text.size() - at, below(4));
      switch (below(4)) {
        case 0: text.erase(at, size); break;
        case 1: text.insert(at, piece()); break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(below(256));
          break;
        default: text.replace(at, size, piece()); break;
      }
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

int rounds() {
  const char* const given = std::getenv("TRUNKLINE_MUTATIONS");
  return given != nullptr ? std::atoi(given) : 200'000;
}

bool has_segment(std::string_view path, std::string_view wanted) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    if (path.substr(0, end) == wanted) return true;
    path.remove_prefix(end);
  }
  return false;
}

bool holds(std::string_view path, std::initializer_list<std::string_view> unwanted) {
  return std::any_of(unwanted.begin(), unwanted.end(), [&](std::string_view each) {
    return path.find(each) != std::string_view::npos;
  });
}

void expect_promises(const std::string& target) {
  SCOPED_TRACE(testing::PrintToString(target));
  const auto result = normalise(target);
  if (!result) {
    ASSERT_FALSE(is_normal(target));
    return;
  }
  ASSERT_EQ(is_normal(target), !result->has_value());
  const std::string normal = result->value_or(target);
  ASSERT_TRUE(is_normal(normal)) << normal;
  ASSERT_FALSE(normalise(normal).value().has_value()) << normal;
  ASSERT_LE(normal.size(), target.size());
  if (normal == "*") return;

  const std::string_view path = std::string_view(normal).substr(0, normal.find('?'));
  ASSERT_EQ(path.front(), '/');
  ASSERT_FALSE(has_segment(path, ".") || has_segment(path, "..")) << normal;
  ASSERT_FALSE(
      holds(path, {"//", "%2F", "%2f", "%5C", "%5c", "%00", "%2e", "%2E", "%61", "#", "\\"}))
      << normal;
  ASSERT_TRUE(
      std::all_of(normal.begin(), normal.end(), [](char c) { return c > 0x20 && c < 0x7f; }));
  const auto mark = target.find('?');
  ASSERT_EQ(normal.substr(path.size()),
            mark == std::string::npos ? std::string() : target.substr(mark));
}

TEST(RequestPathProperties, HoldForAnyPath) {
  Random random(1);
  for (int i = 0; i < rounds(); ++i) {
    expect_promises(random.target());
    if (HasFatalFailure()) return;
  }
}

TEST(RequestPathProperties, HoldForMutatedPaths) {
  const std::vector<std::string> seeds = {
      "/v1/agents?page_size=5",      "/grpc.health.v1.Health/Check",
      "/v1/agents/7:watch",          "/a/b/c/./../../g",
      "/public/%2e%2e/admin",        "/a%252Fb//c",
      "/v1/queues/%C3%A9%20x/calls", "*",
  };
  Random random(2);
  for (int i = 0; i < rounds(); ++i) {
    expect_promises(random.mutated(seeds[random.below(seeds.size())]));
    if (HasFatalFailure()) return;
  }
}

/// As Boost.URL normalises it; nothing if it can't read it.
std::string second_opinion(const std::string& path) {
  auto parsed = boost::urls::parse_origin_form(path);
  if (!parsed) return {};
  boost::urls::url url(*parsed);
  url.normalize_path();
  return std::string(url.encoded_path());
}

TEST(RequestPathProperties, AgreeWithBoostUrlOnPlainPaths) {
  Random random(3);
  const std::vector<std::string> segments = {"a",    "b",   "agents", ".",      "..",
                                             "...",  "a.b", "%61",    "%c3%A9", "%2E",
                                             "%2e.", "%7e", "x%20y",  ".x"};
  int compared = 0;
  for (int i = 0; i < rounds() / 4; ++i) {
    std::string path;
    for (std::size_t count = 1 + random.below(7); count > 0; --count) {
      path += '/';
      path += segments[random.below(segments.size())];
    }
    if (random.below(3) == 0) path += '/';
    const auto result = normalise(path);
    if (!result) continue;  // it leaves the root, where Boost.URL keeps or drops the dots
    ASSERT_EQ(result->value_or(path), second_opinion(path)) << path;
    ++compared;
  }
  EXPECT_GT(compared, rounds() / 20);
}

}  // namespace
}  // namespace trunkline::policy

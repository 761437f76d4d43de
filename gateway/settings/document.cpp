#include "gateway/settings/document.hpp"

#include <set>
#include <vector>

namespace trunkline::settings {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDepth = 32;              // far above any declaration; dump() and friends recurse
constexpr std::size_t kValueText = 60;  // characters

/// Watches the parser go through the text and keeps where it is.
class Watcher {
 public:
  explicit Watcher(Problems& problems) : problems_(problems) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= kDepth) too_deep_ = true;
      if (too_deep_) return false;
      open_.push_back({});
      open_.back().list = event == Event::array_start;
    } else if (event == Event::object_end || event == Event::array_end) {
      if (!too_deep_) open_.pop_back();
      next_entry();
    } else if (event == Event::value) {
      next_entry();
    } else if (!too_deep_) {
      key(parsed.get_ref<const std::string&>());
    }
    return true;
  }

  bool too_deep() const { return too_deep_; }

 private:
  struct Level {
    bool list = false;
    std::size_t index = 0;
    std::string key;
    std::set<std::string> seen;
  };

  void next_entry() {
    if (!open_.empty()) ++open_.back().index;
  }

  void key(const std::string& name) {
    Level& level = open_.back();
    level.key = name;
    if (level.seen.insert(name).second) return;
    problems_.add(path() + ": given twice");
  }

  std::string path() const {
    std::string path;
    for (const Level& level : open_) {
      if (level.list) {
        path += "[" + std::to_string(level.index) + "]";
      } else {
        if (!path.empty()) path += ".";
        path += level.key;
      }
    }
    return path;
  }

  Problems& problems_;
  std::vector<Level> open_;
  bool too_deep_ = false;
};

/// "[json.exception.parse_error.101] parse error at line 3, column 5: …" without its first part.
std::string plain(std::string_view what) {
  for (const std::string_view start : {"parse error at ", "parse error: ", "] "}) {
    const auto at = what.find(start);
    if (at != std::string_view::npos) return std::string(what.substr(at + start.size()));
  }
  return std::string(what);
}

}  // namespace

std::optional<Json> parse_document(std::string_view text, Problems& problems) {
  Watcher watcher(problems);
  try {
    Json value = Json::parse(
        text,
        [&](int depth, Json::parse_event_t event, Json& parsed) {
          return watcher(depth, event, parsed);
        },
        /*allow_exceptions=*/true, /*ignore_comments=*/true);
    if (!watcher.too_deep()) return value;
    problems.add("more than " + std::to_string(kDepth) + " levels of nesting");
  } catch (const nlohmann::json::exception& error) {
    problems.add(plain(error.what()));
  }
  return std::nullopt;
}

std::string value_text(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() <= kValueText) return text;
  std::size_t size = kValueText;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
    --size;  // whole UTF-8
  return text.substr(0, size) + "…";
}

}  // namespace trunkline::settings

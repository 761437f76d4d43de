#include "tests/layering/checker.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>

namespace trunkline::layering {
namespace {

namespace fs = std::filesystem;

bool is_source(const fs::path& path) {
  static const std::set<std::string> kExtensions{".c", ".cc", ".cpp", ".h", ".hpp", ".inc", ".ipp"};
  return kExtensions.contains(path.extension());
}

/// "gateway/h2" of "gateway/h2/slab.hpp", "gateway" of "gateway/main.cpp".
std::string room_of(const std::string& path) {
  const auto tree_end = path.find('/');
  const auto room_end = path.find('/', tree_end + 1);
  return path.substr(0, room_end == path.npos ? tree_end : room_end);
}

std::string_view after_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

/// What stands after #include, delimiters and all; nothing on any other line.
std::optional<std::string_view> include_of(std::string_view line) {
  line = after_blanks(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = after_blanks(line.substr(1));
  constexpr std::string_view kWord = "include";
  if (!line.starts_with(kWord)) return std::nullopt;
  return after_blanks(line.substr(kWord.size()));
}

/// The path between the delimiters; nothing when a macro makes it.
std::optional<std::string> target_of(std::string_view include) {
  if (include.empty() || (include.front() != '"' && include.front() != '<')) return std::nullopt;
  const auto end = include.find(include.front() == '"' ? '"' : '>', 1);
  if (end == include.npos) return std::nullopt;
  return std::string(include.substr(1, end - 1));
}

class Checker {
 public:
  explicit Checker(const Plan& plan) : plan_(plan) {}

  void read_tree(const fs::path& source, const Tree& tree) {
    if (!fs::is_directory(source / tree.name)) {
      findings_.faults.push_back("There is no " + tree.name + "/.");
      return;
    }
    std::vector<std::string> files;
    for (const auto& each : fs::recursive_directory_iterator(source / tree.name)) {
      if (each.is_regular_file() && is_source(each.path())) {
        files.push_back(fs::relative(each.path(), source).generic_string());
      }
    }
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) read(source, file);
  }

  Findings take() { return std::move(findings_); }

 private:
  void read(const fs::path& source, const std::string& file) {
    ++findings_.files;
    const std::string room = room_of(file);
    if (!row_of(room)) {
      findings_.faults.push_back(file + ": the plan knows no room " + room + ".");
      return;
    }
    std::ifstream stream(source / file);
    std::string line;
    for (int number = 1; std::getline(stream, line); ++number) {
      const auto include = include_of(line);
      if (!include) continue;
      ++findings_.includes;
      const std::string fault = fault_of(file, room, *include);
      if (!fault.empty()) {
        findings_.faults.push_back(file + ":" + std::to_string(number) + ": " + fault);
      }
    }
  }

  /// Empty when the arrow is drawn.
  std::string fault_of(const std::string& file, const std::string& room,
                       std::string_view include) const {
    const auto target = target_of(include);
    if (!target) return "an include must name its file, not " + std::string(include) + ".";
    if (target->starts_with('/') || ("/" + *target + "/").find("/../") != std::string::npos) {
      return *target + " must be named from the top of the source.";
    }
    for (const Tree& tree : plan_.trees) {
      if (target->starts_with(tree.name + "/")) return arrow_fault(room, room_of(*target));
    }
    if (const Reserved* reserved = reserved_for(*target)) {
      return is_allowed(file, room, *reserved) ? "" : *target + " is not for " + room + ".";
    }
    if (include.front() == '"' && target->find('/') == std::string::npos) {
      return *target + " must be named from the top of the source.";
    }
    if (target->starts_with("tests/") || target->starts_with("bench/")) {
      return *target + " is not part of what is shipped.";
    }
    return "";
  }

  std::string arrow_fault(const std::string& from, const std::string& to) const {
    if (from == to) return "";
    for (const Bridge& bridge : plan_.bridges) {
      if (bridge.from == from && bridge.to == to) return "";
    }
    const auto row = row_of(to);
    if (!row) return "the plan knows no room " + to + ".";
    const bool same_tree = tree_of(from) == tree_of(to);
    if (same_tree && *row < *row_of(from)) return "";
    return "the plan draws no arrow from " + from + " to " + to + ".";
  }

  static std::string tree_of(const std::string& room) { return room.substr(0, room.find('/')); }

  std::optional<std::size_t> row_of(const std::string& room) const {
    for (const Tree& tree : plan_.trees) {
      for (std::size_t row = 0; row < tree.rows.size(); ++row) {
        if (std::count(tree.rows[row].begin(), tree.rows[row].end(), room) > 0) return row;
      }
    }
    return std::nullopt;
  }

  const Reserved* reserved_for(const std::string& target) const {
    const Reserved* found = nullptr;
    for (const Reserved& each : plan_.reserved) {
      if (!target.starts_with(each.prefix)) continue;
      if (found == nullptr || each.prefix.size() > found->prefix.size()) found = &each;
    }
    return found;
  }

  static bool is_allowed(const std::string& file, const std::string& room,
                         const Reserved& reserved) {
    return std::any_of(reserved.allowed.begin(), reserved.allowed.end(),
                       [&](const std::string& each) { return each == file || each == room; });
  }

  const Plan& plan_;
  Findings findings_;
};

}  // namespace

Findings check(const fs::path& source, const Plan& plan) {
  Checker checker(plan);
  for (const Tree& tree : plan.trees) checker.read_tree(source, tree);
  return checker.take();
}

}  // namespace trunkline::layering

// Walks a file's objects beside the declared keys.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numeric>
#include <set>
#include <system_error>

#include "gateway/settings/document.hpp"
#include "gateway/settings/keys.hpp"

namespace trunkline::settings {
namespace {

constexpr std::size_t kFileBytes = 1 << 20;

/// How many letters must be changed, added, dropped or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                             cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

std::string_view last_name(std::string_view path) {
  return path.substr(path.rfind('.') + 1);  // npos + 1 is 0
}

std::string joined(const std::string& prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : prefix + "." + std::string(name);
}

}  // namespace

/// One walk over an object and its groups, for one Keys.
class ObjectReader {
 public:
  using Json = nlohmann::ordered_json;

  /// `outer` is where the object stands in the whole file: "" or "upstreams[0]".
  ObjectReader(std::deque<Key>& keys, std::string outer, Problems& problems)
      : keys_(keys), outer_(std::move(outer)), problems_(problems) {}

  void read(const Json& object) {
    if (!object.is_object()) {
      problems_.add(outer_.empty() ? "the file must hold one JSON object"
                                   : refusal(outer_, value_text(object), "an object"));
      return;
    }
    walk(object, "");
    for (const Key& key : keys_) {
      if (seen_.contains(key.path_) && seen_.contains(key.instead_of_)) {
        problems_.add(joined(outer_, key.path_) + ": not allowed beside " +
                      joined(outer_, key.instead_of_));
      }
      if (!key.required_ || seen_.contains(key.path_)) continue;
      problems_.add(joined(outer_, key.path_) + ": missing; give " + key.allowed_);
    }
  }

 private:
  static std::string refusal(const std::string& at, const std::string& value,
                             const std::string& allowed) {
    return at + ": " + value + " is not allowed: " + allowed;
  }

  void walk(const Json& object, const std::string& group) {
    for (const auto& [name, value] : object.items()) {
      const std::string path = joined(group, name);
      const auto key = std::find_if(keys_.begin(), keys_.end(),
                                    [&](const Key& each) { return each.path_ == path; });
      if (name.find('.') != std::string::npos) {
        unknown(group, name);  // "listen.http" is {"listen": {"http": …}} and nothing else
      } else if (key != keys_.end()) {
        read_key(*key, value);
      } else if (!is_group(path)) {
        unknown(group, name);
      } else if (value.is_object()) {
        walk(value, path);
      } else {
        problems_.add(refusal(joined(outer_, path), value_text(value), "an object"));
      }
    }
  }

  void read_key(Key& key, const Json& value) {
    seen_.insert(key.path_);
    const std::string at = joined(outer_, key.path_);
    if (key.read_(value, at, problems_)) return;
    problems_.add(refusal(at, key.secret_ ? "***" : value_text(value), key.allowed_));
  }

  bool is_group(const std::string& path) const {
    if (path.empty()) return false;
    return std::any_of(keys_.begin(), keys_.end(),
                       [&](const Key& key) { return key.path_.starts_with(path + "."); });
  }

  void unknown(const std::string& group, const std::string& name) {
    const auto names = names_in(group);
    std::string sentence = joined(outer_, joined(group, name)) + ": no such key";
    if (const std::string meant = nearest(group, name, names); !meant.empty()) {
      sentence += "; did you mean " + joined(outer_, meant) + "?";
    } else {
      sentence += ";";
    }
    sentence += " allowed here: ";
    for (std::size_t i = 0; i < names.size(); ++i) sentence += (i > 0 ? ", " : "") + names[i];
    problems_.add(std::move(sentence));
  }

  /// The keys and groups right below `group`, in the order of declaration.
  std::vector<std::string> names_in(const std::string& group) const {
    std::vector<std::string> names;
    const std::string start = group.empty() ? "" : group + ".";
    for (const Key& key : keys_) {
      if (!key.path_.starts_with(start)) continue;
      const std::string rest = key.path_.substr(start.size());
      const std::string name = rest.substr(0, rest.find('.'));
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
  }

  /// The path that was probably meant: a neighbour spelt alike, or the same name elsewhere.
  std::string nearest(const std::string& group, const std::string& name,
                      const std::vector<std::string>& neighbours) const {
    constexpr std::size_t kLongestName = 64;  // the comparison takes quadratic time
    if (name.size() > kLongestName) return {};
    std::size_t best = 1 + std::max<std::size_t>(1, name.size() / 3);
    std::string meant;
    for (const std::string& neighbour : neighbours) {
      const std::size_t cost = distance(name, neighbour);
      if (cost >= best) continue;
      best = cost;
      meant = joined(group, neighbour);
    }
    if (!meant.empty()) return meant;
    for (const Key& key : keys_) {
      if (last_name(key.path_) == last_name(name)) return key.path_;
    }
    return {};
  }

  std::deque<Key>& keys_;
  std::string outer_;
  Problems& problems_;
  std::set<std::string> seen_;
};

void Keys::read_object(const Json& object, const std::string& prefix, Problems& problems) {
  ObjectReader(keys_, prefix, problems).read(object);
}

Problems Keys::read(std::string_view json) {
  Problems problems;
  if (const auto document = parse_document(json, problems)) read_object(*document, "", problems);
  return problems;
}

Problems Keys::read_file(const std::string& path) {
  Problems problems;
  const auto refuse = [&](const std::string& why) {
    problems.add(path + ": cannot be read: " + why);
    return problems;
  };
  const auto close = [](std::FILE* open) { std::fclose(open); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
  if (!file) return refuse(std::generic_category().message(errno));
  std::string text;
  std::array<char, 16 * 1024> piece;
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece.data(), size);
    if (text.size() > kFileBytes) return refuse("it is over 1 MiB");
  }
  if (std::ferror(file.get())) return refuse(std::generic_category().message(errno));
  return read(text);
}

}  // namespace trunkline::settings

#include "gateway/settings/keys.hpp"

#include <cassert>
#include <limits>

#include <nlohmann/json.hpp>

#include "gateway/settings/document.hpp"

namespace trunkline::settings {
namespace {

std::string range_text(const std::string& noun, Range range) {
  if (range.max == std::numeric_limits<std::int64_t>::max()) {
    return noun + " from " + std::to_string(range.min);
  }
  return noun + " from " + std::to_string(range.min) + " to " + std::to_string(range.max);
}

bool within(const nlohmann::ordered_json& value, Range range) {
  if (!value.is_number_integer()) return false;
  // A number above int64 would wrap into the range when read as signed.
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(range.max)) {
    return false;
  }
  const auto given = value.get<std::int64_t>();
  return given >= range.min && given <= range.max;
}

}  // namespace

std::string Problems::text() const {
  std::string all;
  for (const std::string& sentence : sentences) all += sentence + "\n";
  return all;
}

Key& Key::filled() {
  allowed_ += "; at least one";
  read_ = [read = std::move(read_)](const Json& value, const std::string& at, Problems& problems) {
    return !(value.is_array() && value.empty()) && read(value, at, problems);
  };
  return *this;
}

Key& Keys::add(std::string path, std::string allowed, std::string doc,
               std::function<bool(const Json&, const std::string&, Problems&)> read,
               std::function<void(Json&)> show) {
  for ([[maybe_unused]] const Key& other : keys_) {
    assert(other.path_ != path && "a key is declared once");
    assert(!other.path_.starts_with(path + ".") && !path.starts_with(other.path_ + ".") &&
           "a key is either a value or a group");
  }
  Key& key = keys_.emplace_back();
  key.path_ = std::move(path);
  key.allowed_ = std::move(allowed);
  key.doc_ = std::move(doc);
  key.read_ = std::move(read);
  key.show_ = std::move(show);
  if (!key.show_) return key;
  Json value;
  key.show_(value);
  key.default_ = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return key;
}

Key& Keys::boolean(std::string path, bool& value, std::string doc) {
  return add(
      std::move(path), "true or false", std::move(doc),
      [&value](const Json& given, const std::string&, Problems&) {
        if (!given.is_boolean()) return false;
        value = given.get<bool>();
        return true;
      },
      [&value](Json& out) { out = value; });
}

Key& Keys::number(std::string path, std::string noun, Range range, std::string doc,
                  std::function<std::int64_t()> get, std::function<void(std::int64_t)> set) {
  return add(
      std::move(path), range_text(noun, range), std::move(doc),
      [range, set](const Json& given, const std::string&, Problems&) {
        if (!within(given, range)) return false;
        set(given.get<std::int64_t>());
        return true;
      },
      [get](Json& out) { out = get(); });
}

Key& Keys::milliseconds(std::string path, std::chrono::milliseconds& value, Range range,
                        std::string doc) {
  return number(
      std::move(path), "milliseconds, an integer", range, std::move(doc),
      [&value] { return static_cast<std::int64_t>(value.count()); },
      [&value](std::int64_t given) { value = std::chrono::milliseconds(given); });
}

Key& Keys::seconds(std::string path, std::chrono::seconds& value, Range range, std::string doc) {
  return number(
      std::move(path), "seconds, an integer", range, std::move(doc),
      [&value] { return static_cast<std::int64_t>(value.count()); },
      [&value](std::int64_t given) { value = std::chrono::seconds(given); });
}

Key& Keys::string(std::string path, std::string& value, std::string doc) {
  return string(std::move(path), value, Text{}, std::move(doc));
}

Key& Keys::string(std::string path, std::string& value, Text text, std::string doc) {
  return add(
      std::move(path), text.allowed, std::move(doc),
      [&value, text](const Json& given, const std::string&, Problems&) {
        if (!given.is_string()) return false;
        const auto& words = given.get_ref<const std::string&>();
        if (!text.accepts(words)) return false;
        value = words;
        return true;
      },
      [&value](Json& out) { out = value; });
}

Key& Keys::strings(std::string path, std::vector<std::string>& value, std::string doc) {
  return strings(std::move(path), value, Text{}, std::move(doc));
}

Key& Keys::strings(std::string path, std::vector<std::string>& value, Text each, std::string doc) {
  return add(
      std::move(path), "a list, each " + each.allowed, std::move(doc),
      [&value, each](const Json& given, const std::string&, Problems&) {
        if (!given.is_array()) return false;
        std::vector<std::string> list;
        for (const Json& one : given) {
          if (!one.is_string() || !each.accepts(one.get_ref<const std::string&>())) return false;
          list.push_back(one.get<std::string>());
        }
        value = std::move(list);
        return true;
      },
      [&value](Json& out) { out = value; });
}

Key& Keys::word(std::string path, std::vector<std::string> words, std::string doc,
                std::function<std::size_t()> get, std::function<void(std::size_t)> set) {
  std::string allowed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) allowed += i + 1 == words.size() ? " or " : ", ";
    allowed += '"' + words[i] + '"';
  }
  return add(
      std::move(path), std::move(allowed), std::move(doc),
      [words, set](const Json& given, const std::string&, Problems&) {
        for (std::size_t i = 0; i < words.size(); ++i) {
          if (given == words[i]) {
            set(i);
            return true;
          }
        }
        return false;
      },
      [words, get](Json& out) { out = words[get()]; });
}

Key& Keys::entries(std::string path, std::string doc, List list) {
  Key& key = add(
      std::move(path), "a list of objects", std::move(doc),
      [list](const Json& given, const std::string& at, Problems& problems) {
        if (!given.is_array()) return false;
        list.assign(given.size());
        for (std::size_t i = 0; i < given.size(); ++i) {
          Keys each;
          list.declare(each, i);
          each.read_object(given[i], at + "[" + std::to_string(i) + "]", problems);
        }
        return true;
      },
      [list](Json& out) {
        out = Json::array();
        for (std::size_t i = 0; i < list.size(); ++i) {
          Keys each;
          list.declare(each, i);
          each.show(out.emplace_back());
        }
      });
  key.entry_rows_ = rows_of(list);
  return key;
}

std::function<void(std::string&, const std::string&)> Keys::rows_of(const List& list) {
  return [list](std::string& table, const std::string& prefix) {
    Keys each;
    list.sample([&](Keys& keys) { keys.rows(table, prefix); }, each);
  };
}

Key& Keys::by_name(std::string path, Text name, std::string doc, List list) {
  Key& key = add(
      std::move(path), "an object of objects, each by its name: " + name.allowed, std::move(doc),
      [list, name](const Json& given, const std::string& at, Problems& problems) {
        if (!given.is_object()) return false;
        list.assign(given.size());
        std::size_t index = 0;
        for (const auto& [called, object] : given.items()) {
          if (!name.accepts(called)) {
            problems.add(at + ": " + value_text(Json(called)) +
                         " is not allowed as a name: " + name.allowed);
          }
          list.name(index) = called;
          Keys each;
          list.declare(each, index++);
          each.read_object(object, at + "." + called, problems);
        }
        return true;
      },
      [list](Json& out) {
        out = Json::object();
        for (std::size_t i = 0; i < list.size(); ++i) {
          Keys each;
          list.declare(each, i);
          each.show(out[list.name(i)]);
        }
      });
  key.entry_mark_ = ".NAME";
  key.entry_rows_ = rows_of(list);
  return key;
}

Key& Keys::lone(std::string path, std::string instead_of, std::string doc, List list) {
  Key& key = add(
      std::move(path), "an object", std::move(doc),
      [list](const Json& given, const std::string& at, Problems& problems) {
        if (!given.is_object()) return false;
        list.assign(1);
        Keys each;
        list.declare(each, 0);
        each.read_object(given, at, problems);
        return true;
      },
      nullptr);
  key.instead_of_ = std::move(instead_of);
  return key;
}

}  // namespace trunkline::settings

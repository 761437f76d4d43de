#pragma once

// The keys of one JSON configuration file, declared once: from the same declaration come reading,
// the reference and the dump of what is in effect.
//
// A program keeps its settings in plain structs, whose initial values are the defaults, and writes
// one function that binds keys to them:
//
//   struct Listen   { std::string http = "0.0.0.0:8080"; };
//   struct Upstream { std::string address; Mode mode = Mode::kStreams; };
//   struct Config   { Listen listen; h1::Limits h1; std::vector<Upstream> upstreams; };
//
//   void declare(Keys& keys, Config& config) {
//     keys.string("listen.http", config.listen.http, "Where cleartext is served.");
//     keys.bytes("limits.header_bytes", config.h1.header_bytes, {1024, 1 << 20}, "Largest head.");
//     keys.objects("upstreams", config.upstreams, "Who answers.", [](Keys& each, Upstream& up) {
//       each.string("address", up.address, "host:port").required();
//       each.choice("mode", up.mode, {{"streams", Mode::kStreams}, {"tunnel", Mode::kTunnel}},
//                   "How requests share lines.");
//     });
//   }
//
//   Config config;
//   Keys keys;
//   declare(keys, config);
//   Problems problems = keys.read_file(path);   // config now holds the file's values
//
// Order of calls: every declaration, then at most one read(), then effective() as often as wanted;
// reference() at any time: it remembers the defaults. The bound structs outlive the Keys and do
// not move.

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace trunkline::settings {

/// What is wrong with a file: one sentence each, all that were found, in the file's order. When
/// there is one, the bound structs are half filled and must not be used.
struct Problems {
  std::vector<std::string> sentences;

  bool empty() const noexcept { return sentences.empty(); }
  void add(std::string sentence) { sentences.push_back(std::move(sentence)); }
  std::string text() const;  ///< one sentence a line
};

/// Both ends belong to it.
struct Range {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// Which strings a key takes, and how to say so: {"host:port", is_endpoint}.
struct Text {
  std::string allowed = "a string";
  std::function<bool(std::string_view)> accepts = [](std::string_view) { return true; };
};

/// One declared key; the chained calls belong to its declaration.
class Key {
 public:
  /// It has no default: a file (or a list entry) without it is refused.
  Key& required() {
    required_ = true;
    return *this;
  }

  /// Of a list: an empty one is refused.
  Key& filled();

  /// Its value is shown as "***", also where it is wrong: passwords and tokens.
  Key& secret() {
    secret_ = true;
    return *this;
  }

 private:
  friend class Keys;
  friend class ObjectReader;
  using Json = nlohmann::ordered_json;

  std::string path_;     ///< within the declaring Keys: "limits.header_bytes"
  std::string allowed_;  ///< "an integer from 1 to 5"
  std::string doc_;
  std::string default_;  ///< as JSON text, taken at the declaration
  bool required_ = false;
  bool secret_ = false;
  std::string instead_of_;         ///< the key that must not stand beside it
  std::string entry_mark_ = "[]";  ///< of a list, in the reference: "pages[].path"
  /// Stores `value`; false if it is not allowed. Entries of a list report their own problems,
  /// under `at`, the key's path in the whole file.
  std::function<bool(const Json& value, const std::string& at, Problems&)> read_;
  std::function<void(Json& out)> show_;
  std::function<void(std::string& table, const std::string& prefix)> entry_rows_;  ///< of a list
};

class Keys {
 public:
  Keys() = default;
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  Key& boolean(std::string path, bool& value, std::string doc);

  /// `range` must fit in Int.
  template <std::integral Int>
  Key& integer(std::string path, Int& value, Range range, std::string doc) {
    return number(
        std::move(path), "an integer", range, std::move(doc),
        [&value] { return static_cast<std::int64_t>(value); },
        [&value](std::int64_t given) { value = static_cast<Int>(given); });
  }

  /// The same, said as a size.
  template <std::integral Int>
  Key& bytes(std::string path, Int& value, Range range, std::string doc) {
    return number(
        std::move(path), "bytes, an integer", range, std::move(doc),
        [&value] { return static_cast<std::int64_t>(value); },
        [&value](std::int64_t given) { value = static_cast<Int>(given); });
  }

  /// An integer in the file; let the key's name say the unit: "timeouts.handshake_ms".
  Key& milliseconds(std::string path, std::chrono::milliseconds& value, Range range,
                    std::string doc);
  Key& seconds(std::string path, std::chrono::seconds& value, Range range, std::string doc);

  Key& string(std::string path, std::string& value, std::string doc);
  Key& string(std::string path, std::string& value, Text text, std::string doc);

  /// A list of strings; the file's list replaces the default one.
  Key& strings(std::string path, std::vector<std::string>& value, std::string doc);
  Key& strings(std::string path, std::vector<std::string>& value, Text each, std::string doc);

  /// One of several words.
  template <class E>
  Key& choice(std::string path, E& value,
              std::initializer_list<std::pair<std::string_view, std::type_identity_t<E>>> words,
              std::string doc) {
    std::vector<std::string> names;
    std::vector<E> values;
    for (const auto& [name, each] : words) {
      names.emplace_back(name);
      values.push_back(each);
    }
    return word(
        std::move(path), std::move(names), std::move(doc),
        [&value, values] {
          std::size_t index = 0;
          while (index + 1 < values.size() && values[index] != value) ++index;
          return index;
        },
        [&value, values](std::size_t index) { value = values[index]; });
  }

  /// A list of objects, each with keys of its own, bound by `declare` to one entry. The file's
  /// list replaces the default one.
  template <class T>
  Key& objects(std::string path, std::vector<T>& list, std::string doc,
               std::type_identity_t<std::function<void(Keys&, T&)>> declare) {
    return entries(std::move(path), std::move(doc), list_of(list, std::move(declare)));
  }

  /// Objects by names of the file's own choice, in its order: {"agents": {…}, "queues": {…}}, each
  /// with keys of its own, bound by `declare` to one entry, whose member `name` holds the name. The
  /// file's replace the default ones.
  template <class T>
  Key& named(std::string path, std::vector<T>& list, Text name, std::string doc,
             std::type_identity_t<std::function<void(Keys&, T&)>> declare) {
    List entries = list_of(list, std::move(declare));
    entries.name = [&list](std::size_t index) -> std::string& { return list[index].name; };
    return by_name(std::move(path), std::move(name), std::move(doc), std::move(entries));
  }

  /// The short form of those for a file with one of them: the object alone, whose entry has the
  /// default name. A file has the one key or the other.
  template <class T>
  Key& only(std::string path, std::vector<T>& list, std::string instead_of, std::string doc,
            std::type_identity_t<std::function<void(Keys&, T&)>> declare) {
    return lone(std::move(path), std::move(instead_of), std::move(doc),
                list_of(list, std::move(declare)));
  }

  /// Reads a whole file's text: JSON with // and /* */ comments, every key optional unless
  /// required(). Refused: syntax errors, keys given twice, unknown keys, wrong values.
  Problems read(std::string_view json);

  /// The same from a file; missing, unreadable and over 1 MiB are problems too.
  Problems read_file(const std::string& path);

  /// A Markdown table: key, allowed, default, meaning; in the order of declaration.
  std::string reference() const;

  /// The bound values as JSON text.
  std::string effective() const;

 private:
  friend class ObjectReader;
  using Json = nlohmann::ordered_json;

  struct List {
    std::function<std::size_t()> size;
    std::function<void(std::size_t)> assign;
    std::function<void(Keys&, std::size_t)> declare;
    /// Binds `keys` to a default entry that lives as long as `use` runs.
    std::function<void(const std::function<void(Keys&)>& use, Keys& keys)> sample;
    std::function<std::string&(std::size_t)> name;  ///< of named()
  };

  template <class T>
  static List list_of(std::vector<T>& list, std::function<void(Keys&, T&)> declare) {
    return {
        .size = [&list] { return list.size(); },
        .assign =
            [&list](std::size_t size) {
              list.clear();
              list.resize(size);
            },
        .declare = [&list, declare](Keys& keys, std::size_t index) { declare(keys, list[index]); },
        .sample =
            [declare](const std::function<void(Keys&)>& use, Keys& keys) {
              T entry{};
              declare(keys, entry);
              use(keys);
            },
        .name = {}};
  }

  Key& add(std::string path, std::string allowed, std::string doc,
           std::function<bool(const Json&, const std::string&, Problems&)> read,
           std::function<void(Json&)> show);
  Key& number(std::string path, std::string noun, Range range, std::string doc,
              std::function<std::int64_t()> get, std::function<void(std::int64_t)> set);
  Key& word(std::string path, std::vector<std::string> words, std::string doc,
            std::function<std::size_t()> get, std::function<void(std::size_t)> set);
  Key& entries(std::string path, std::string doc, List list);
  Key& by_name(std::string path, Text name, std::string doc, List list);
  Key& lone(std::string path, std::string instead_of, std::string doc, List list);
  static std::function<void(std::string&, const std::string&)> rows_of(const List& list);
  void read_object(const Json& object, const std::string& prefix, Problems& problems);
  void rows(std::string& table, const std::string& prefix) const;
  void show(Json& out) const;

  std::deque<Key> keys_;  ///< declarations hand out references, which a deque keeps valid
};

}  // namespace trunkline::settings

#pragma once

// The trie behind a Table: one node for each shape of the beginning of a path. Private to the room.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/route/table.hpp"

namespace trunkline::route {

/// A rule at the end of its path.
struct Endpoint {
  std::string method;
  std::uint32_t target;
  std::vector<Variable> variables;
  std::uint16_t segments;  ///< of the template
  std::string described;   ///< for conflicts
};

/// The rules that share a shape and a verb (empty: no verb).
struct Ending {
  std::string verb;
  std::vector<Endpoint> endpoints;
};

class Table::Node {
 private:
  template <class Literals>
  static auto lower_bound(Literals& literals, std::string_view text) noexcept {
    return std::lower_bound(literals.begin(), literals.end(), text,
                            [](const auto& one, std::string_view key) { return one.first < key; });
  }

 public:
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;  ///< sorted
  std::unique_ptr<Node> any;
  std::vector<Ending> here;  ///< the path ends here
  std::vector<Ending> rest;  ///< "**" from here on

  /// Nothing if no rule has this literal here.
  const Node* literal(std::string_view text) const noexcept {
    const auto found = lower_bound(literals, text);
    return found != literals.end() && found->first == text ? found->second.get() : nullptr;
  }

  Node& literal_made(std::string_view text) {
    auto found = lower_bound(literals, text);
    if (found == literals.end() || found->first != text)
      found = literals.emplace(found, text, std::make_unique<Node>());
    return *found->second;
  }
};

}  // namespace trunkline::route

#pragma once

// All items of a collection at one time, and the version that names them. Pure; never changed once
// made, so that whoever was told it may keep it: equal items of states that follow each other are
// the same object.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace trunkline::watch {

struct Item {
  std::string name;   ///< its identity: "agents/3"
  std::string bytes;  ///< the message
  std::array<std::uint32_t, 5> digest{};
};

class State {
 public:
  using Pointer = std::shared_ptr<const State>;
  using ItemPointer = std::shared_ptr<const Item>;
  /// Names and messages, in any order.
  using Found = std::vector<std::pair<std::string, std::string>>;

  /// What was found, after `before`, which may be null; `before` itself if nothing has changed. Of
  /// items with one name the last counts.
  static Pointer next(const Pointer& before, Found found);

  /// A hash of all names and messages: the same for equal states on any machine.
  const std::string& version() const { return version_; }
  /// By name.
  const std::vector<ItemPointer>& items() const { return items_; }

 private:
  std::vector<ItemPointer> items_;
  std::string version_;
};

}  // namespace trunkline::watch

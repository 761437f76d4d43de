#pragma once

// The unary methods of all services by their paths, "/trunkline.agents.v1.AgentService/GetAgent".
// Made once; any thread.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backends/serve/service.hpp"

namespace trunkline::serve {

class UnaryMethods {
 public:
  using ByPath = std::map<std::string, Handler, std::less<>>;

  explicit UnaryMethods(const std::vector<Service>& services) {
    for (const auto& service : services) {
      for (const auto& method : service.methods) {
        by_path_.emplace("/" + service.name + "/" + method.name, method.handler);
      }
    }
  }

  /// Null if there is none. Lives as long as this.
  const Handler* find(std::string_view path) const {
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : &found->second;
  }

  const ByPath& by_path() const { return by_path_; }

 private:
  ByPath by_path_;
};

}  // namespace trunkline::serve

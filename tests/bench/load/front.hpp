#pragma once

// A gateway of a test's own, with no backend behind it: it answers /index by itself, and counts.

#include <cstdint>
#include <sstream>
#include <string>

#include "tests/support/stack.hpp"

namespace trunkline::load {

class Front {
 public:
  static constexpr int kIndexBytes = 17;

  Front() : stack_("") { stack_.start_gateway(); }

  support::Process& gateway() { return stack_.gateway(); }
  std::string http(const std::string& path = "/index") const { return stack_.url(path); }
  std::string https() const {
    return "https://127.0.0.1:" + std::to_string(stack_.port(support::Wire::kTlsH2)) + "/index";
  }

  /// The answers that it says to have given to requests of /index, over HTTP/1.1 and HTTP/2.
  std::uint64_t answered() const {
    const auto metrics = support::fetch(support::Wire::kH1, stack_.admin_port(), "/metrics");
    std::istringstream lines(metrics.body);
    std::uint64_t all = 0;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("trunkline_requests_total{route=\"/index\"")) continue;
      all += std::stoull(line.substr(line.rfind(' ') + 1));
    }
    return all;
  }

  /// Whether it comes to say so: it counts an answer when it is gone.
  bool comes_to_answer(std::uint64_t requests) const {
    return support::eventually(std::chrono::seconds(5), [&] { return answered() == requests; });
  }

 private:
  support::Stack stack_;
};

}  // namespace trunkline::load

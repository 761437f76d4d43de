#pragma once

// Reads Prometheus' text format 0.0.4 as strictly as its linter: what a scraper would refuse or
// complain of is a problem here.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::observe {

struct Exposition {
  /// By name and labels as written: `trunkline_workers{}`.
  std::map<std::string, double> samples;
  /// By the family's name: "counter", "gauge" or "histogram".
  std::map<std::string, std::string> types;
  /// Sentences; empty when all is well.
  std::vector<std::string> problems;

  double value(const std::string& series) const;
};

Exposition read_exposition(std::string_view text);

}  // namespace trunkline::observe

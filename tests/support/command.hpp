#pragma once

// A program that is run to its end: curl, nghttp, psql, h2load.

#include <chrono>
#include <string>
#include <vector>

namespace trunkline::support {

struct Outcome {
  int exit_code = -1;  ///< -1: it did not end in time, and was killed
  std::string out;
  std::string err;
  std::chrono::milliseconds took{0};
};

Outcome run(const std::vector<std::string>& arguments,
            std::chrono::milliseconds patience = std::chrono::seconds(60));

}  // namespace trunkline::support

#pragma once

// Reads the includes of the trees of a plan, and says in sentences which arrows it does not draw.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/layering/plan.hpp"

namespace trunkline::layering {

struct Findings {
  std::vector<std::string> faults;  ///< "gateway/http/a.hpp:3: …", in the order of files
  std::size_t files = 0;
  std::size_t includes = 0;
};

/// `source` is the folder that holds the trees. A tree that is not there is a fault.
Findings check(const std::filesystem::path& source, const Plan& plan);

}  // namespace trunkline::layering

#pragma once

// trunkline-load, run to its end, and what it measured.

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace trunkline::load {

/// Its command line, to be followed by options and the URL.
std::vector<std::string> program(const std::vector<std::string>& options);

/// Runs it; the JSON that it wrote, or null with a failure of the test.
nlohmann::json measure(const std::vector<std::string>& options);

/// All `errors` together, but for `kind`.
std::uint64_t errors_but(const nlohmann::json& figures, const std::string& kind);

}  // namespace trunkline::load

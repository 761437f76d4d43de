#pragma once

// What was measured, for people and for programs.

#include <string>

#include "bench/load/options.hpp"
#include "bench/load/run.hpp"

namespace trunkline::load {

std::string table(const Options& options, const Measured& measured);
/// One JSON object; see the README for its keys.
std::string json(const Options& options, const Measured& measured);

}  // namespace trunkline::load

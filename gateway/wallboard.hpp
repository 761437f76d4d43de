#pragma once

// The wallboard and its files as pages of our own.

#include <vector>

#include "gateway/config/config.hpp"

namespace trunkline {

/// The pages of the configuration, and those of the wallboard if it is wanted. Where the
/// configuration has a page at the same path, that one stays.
std::vector<config::Page> own_pages(const config::Config& config);

}  // namespace trunkline

#pragma once

// Counts what a thread allocates, in a program that is linked with tests_allocations.

#include <cstddef>

namespace trunkline::support {

/// By operator new, so far.
std::size_t allocations() noexcept;

}  // namespace trunkline::support

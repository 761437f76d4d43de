#pragma once

// How much one page of a list holds. Pure.

#include <cstdint>
#include <optional>

namespace trunkline::query {

inline constexpr int kDefaultPageSize = 50;
inline constexpr int kLargestPageSize = 1000;

/// 0 stands for the default and more than the largest is taken as the largest; nothing for a
/// negative number, which is the caller's error.
std::optional<int> page_size(std::int32_t asked) noexcept;

}  // namespace trunkline::query

#pragma once

// Weights of alternatives (RFC 9110 section 12.4.2), in thousandths.

#include <optional>
#include <string_view>

namespace trunkline::coding {

inline constexpr int kFullWeight = 1000;

/// "0", "0.5", "1.000"; nothing for what is no qvalue. ".2" is none either, but what the JDK's own
/// client wrote for years, and is taken.
std::optional<int> parse_weight(std::string_view text) noexcept;

}  // namespace trunkline::coding

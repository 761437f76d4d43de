#pragma once

// Texts that others have written, as they may stand in the log and in what operators read.

#include <string>
#include <string_view>

namespace trunkline {

/// In one line: control characters are blanks, what is no UTF-8 is U+FFFD, and the end is cut off
/// where it is long.
std::string printable(std::string_view text);

}  // namespace trunkline

#pragma once

// Which content coding a client would rather have, as its Accept-Encoding fields say (RFC 9110
// sections 12.4.2 and 12.5.3).

#include <string_view>

#include "gateway/coding/coding.hpp"

namespace trunkline::coding {

/// `field` is the list, of several fields with commas between. Of equal weights the coding that
/// comes first in kCodings wins. What can't be read accepts nothing of itself; who refuses
/// everything, "identity;q=0" included, gets the bytes as they are, which RFC 9110 section
/// 12.5.3 allows and every client can read.
Coding choose(std::string_view field) noexcept;

}  // namespace trunkline::coding

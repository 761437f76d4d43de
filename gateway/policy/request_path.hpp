#pragma once

// One spelling for every path, made before routing and before any rule that looks at the path, so
// that what is checked is what is served (RFC 3986 sections 5.2.4 and 6.2.2):
//
//   dot segments     removed, also as "%2e"; one that would leave the root is refused
//   "//"             one slash
//   "%7E" "%61"      unreserved characters are decoded, once: "%252F" stays "%252F"
//   "%c3"            hexadecimal digits in upper case; all other encodings stay
//   "%2F" "%5C" "%00"  refused: a slash for one reader would be none for another
//   a lone "%", control characters, space, "#", "\", bytes above 0x7f: refused, in queries too
//                      (but a query's "%" is its reader's affair)
//
// A query is never changed.

#include <optional>
#include <string>
#include <string_view>

#include "gateway/policy/refused.hpp"

namespace trunkline::policy {

/// Whether `target` (path and query, or "*", which the codecs allow for OPTIONS alone) is spelled
/// as normalise() would. One pass, no allocation.
bool is_normal(std::string_view target) noexcept;

/// The target in its normal spelling, never longer; nothing if it has that already.
Result<std::optional<std::string>> normalise(std::string_view target);

}  // namespace trunkline::policy

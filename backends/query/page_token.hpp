#pragma once

// Where the next page of a list begins: after the item with this key. A caller sees it as base64url
// text and may rely on nothing in it. Pure.
//
// It holds a position, not an offset: items that come or go between two pages neither repeat nor
// hide others. It is bound to the list that it came from, so that a token of another filter or
// order is refused instead of being misread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::query {

struct PageToken {
  /// Names the list with all that chooses and orders its items: "agents state = PAUSED". The token
  /// holds a hash of it.
  std::string list;
  /// The columns of the last item by which the list is ordered.
  std::vector<std::string> key;

  bool operator==(const PageToken&) const = default;
};

std::string encode(const PageToken& token);

/// The key in `text`. Nothing unless it is exactly what encode() makes of a token of this list with
/// so many columns; they are valid UTF-8 without NUL.
std::optional<std::vector<std::string>> decode_page_token(std::string_view text,
                                                          std::string_view list,
                                                          std::size_t columns);

}  // namespace trunkline::query

#pragma once

// Where the next page of agents begins: after the agent with this number and id. A caller sees it
// as base64url text and may rely on nothing in it. Pure.
//
// It holds a position, not an offset: agents that come or go between two pages neither repeat nor
// hide others. Inside is JSON, [version, number, id]; another version is refused, so the order can
// change one day without old tokens being misread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline::agents {

struct PageToken {
  std::string number;
  std::int64_t id = 0;

  bool operator==(const PageToken&) const = default;
};

std::string encode(const PageToken& token);

/// Nothing unless `text` is exactly what encode() makes of some token; a token's number is always
/// valid UTF-8 without NUL.
std::optional<PageToken> decode_page_token(std::string_view text);

}  // namespace trunkline::agents

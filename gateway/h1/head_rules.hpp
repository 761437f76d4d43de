#pragma once

// Private to h1: which characters the parts of a message head may have (RFC 9110 section 5,
// RFC 9112 sections 2 to 5). Pure checks of one string each.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline::h1 {

/// 1*tchar: methods and field names.
bool is_token(std::string_view text) noexcept;

/// Visible characters, obs-text, space and tab: no NUL, no CR or LF, no other control character.
bool is_field_value(std::string_view text) noexcept;

/// What a request target may hold in any form: visible ASCII without '#' and '\'. Stricter than
/// browsers, laxer than RFC 3986, which would also refuse '|' and '"'.
bool is_target_text(std::string_view text) noexcept;

/// host[:port] without user information: a name, an IPv4 address or a bracketed IPv6 address, not
/// empty (RFC 9110 section 4.2.1). Of RFC 3986's host it leaves out the sub-delims and
/// percent-encoding, which no DNS name has: "a,b" would be two Hosts folded into one.
bool is_authority(std::string_view text) noexcept;

/// 1*DIGIT and at most 2^63 - 1: no sign, no list.
std::optional<std::uint64_t> parse_content_length(std::string_view text) noexcept;

/// What may stand behind a chunk's size: ";name", ";name=value", ";name=\"quoted value\"", any
/// number of them (RFC 9112 section 7.1.1).
bool are_chunk_extensions(std::string_view text) noexcept;

/// Without spaces and tabs at its ends.
std::string_view trim(std::string_view text) noexcept;

char lower(char c) noexcept;

/// Whether `text` is `lower_case` when ASCII case is ignored.
bool same_word(std::string_view text, std::string_view lower_case) noexcept;

/// Takes the next element off the front of a comma-separated list; empty ones may come out.
std::string_view next_element(std::string_view& list) noexcept;

}  // namespace trunkline::h1

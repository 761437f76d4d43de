#pragma once

// Percent-encoding in paths (RFC 3986, 2.1), as far as templates and captures need it, and in
// queries as forms write them.

#include <optional>
#include <string>
#include <string_view>

namespace trunkline::route {

/// Whether every '%' is followed by two hexadecimal digits.
bool well_encoded(std::string_view text) noexcept;

enum class Slashes : bool { kDecode, kKeepEncoded /* "%2F" and "%2f" stay as they are */ };

/// Decodes what is well encoded.
std::string percent_decoded(std::string_view text, Slashes slashes);

/// A name or a value of application/x-www-form-urlencoded, where '+' is a space; nothing if it is
/// not well encoded.
std::optional<std::string> form_decoded(std::string_view text);

}  // namespace trunkline::route

#pragma once

// Percent-encoding in paths (RFC 3986, 2.1), as far as templates and captures need it.

#include <string>
#include <string_view>

namespace trunkline::route {

/// Whether every '%' is followed by two hexadecimal digits.
bool well_encoded(std::string_view text) noexcept;

enum class Slashes : bool { kDecode, kKeepEncoded /* "%2F" and "%2f" stay as they are */ };

/// Decodes what is well encoded.
std::string percent_decoded(std::string_view text, Slashes slashes);

}  // namespace trunkline::route

#pragma once

// Reads base64, RFC 4648's standard and URL-safe alphabets alike, with or without padding.

#include <optional>
#include <string>
#include <string_view>

namespace trunkline::transcode {

std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace trunkline::transcode

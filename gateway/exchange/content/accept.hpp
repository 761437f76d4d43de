#pragma once

// Private to exchange: which of the media types that are offered a client would rather have, as
// its Accept fields say (RFC 9110 sections 12.4.2 and 12.5.1).

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/http/headers.hpp"

namespace trunkline::exchange {

/// An index into `offered`; nothing if the client takes none of them. Of equal weights the one
/// that is named goes before what only a wildcard covers, then what was named first, then what is
/// offered first. Who accepts nothing that can be read accepts anything. Parameters other than q
/// don't tell one of our types from another.
std::optional<std::size_t> choose_type(const http::Headers& headers,
                                       std::span<const std::string_view> offered);

}  // namespace trunkline::exchange

#pragma once

// Private to exchange: whether a request's body is of a kind that can be read.

#include <optional>
#include <span>
#include <string_view>

#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/http_refusal.hpp"
#include "gateway/http/headers.hpp"

namespace trunkline::exchange {

/// The names by which newline-delimited JSON goes; the first is ours.
inline constexpr std::string_view kJsonLinesTypes[] = {"application/x-ndjson", "application/ndjson",
                                                       "application/jsonl"};

/// Nothing if the body is of one of the types, in UTF-8 and not packed; a body without a content
/// type is taken for one. Else 415, naming what came and what is allowed.
std::optional<HttpRefusal> refuse_body(const http::Headers& headers,
                                       std::span<const std::string_view> types);

}  // namespace trunkline::exchange

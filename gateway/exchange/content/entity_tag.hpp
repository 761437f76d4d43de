#pragma once

// Private to exchange: the entity tags of If-Match and If-None-Match (RFC 9110 section 8.8.3).

#include <string_view>

namespace trunkline::exchange {

/// RFC 9110 section 8.8.3.2; our own tags are all strong.
enum class TagComparison : bool { kStrong, kWeak };

/// Whether a list of tags has this one, or is "*" (RFC 9110 sections 13.1.1 and 13.1.2).
bool has_entity_tag(std::string_view tags, std::string_view etag,
                    TagComparison comparison) noexcept;

}  // namespace trunkline::exchange

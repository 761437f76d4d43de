#pragma once

// Private to exchange: media types as Content-Type and Accept write them (RFC 9110 sections 8.3.1
// and 12.5.1): "application/json; charset=utf-8".

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline::exchange {

inline constexpr std::string_view kJsonType = "application/json";

struct MediaType {
  std::string name;  ///< "application/json", in lower case; a range may have '*'
  std::vector<std::pair<std::string, std::string>> parameters;  ///< names in lower case

  /// Without quotes; empty when it is not there.
  std::string_view parameter(std::string_view wanted) const noexcept;
};

/// Nothing if the text is none.
std::optional<MediaType> parse_media_type(std::string_view text);

/// Calls `visit` with each part of `text` between `separator`s that are in no quoted string,
/// without the blanks around it; empty parts are left out.
void for_each_part(std::string_view text, char separator,
                   const std::function<void(std::string_view)>& visit);

}  // namespace trunkline::exchange

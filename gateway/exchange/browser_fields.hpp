#pragma once

// Private to exchange: what a browser says of itself with every request, to us and not to the
// service. The protocols that carry a page's own fields to a service leave it out.

#include <algorithm>
#include <iterator>
#include <string_view>

namespace trunkline::exchange {

inline bool is_of_the_browser(std::string_view name) {
  constexpr std::string_view kNames[] = {"accept",        "accept-encoding",
                                         "cache-control", "accept-language",
                                         "dnt",           "origin",
                                         "pragma",        "priority",
                                         "referer",       "upgrade-insecure-requests",
                                         "x-grpc-web"};
  return name.starts_with("sec-") ||
         std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace trunkline::exchange

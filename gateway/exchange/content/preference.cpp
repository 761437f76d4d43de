#include "gateway/exchange/content/preference.hpp"

#include <string_view>

#include "gateway/coding/accept_encoding.hpp"

namespace trunkline::exchange {
namespace {

/// All values of a field that is a list.
std::string list_of(const http::Headers& headers, std::string_view name) {
  std::string joined;
  for (const auto [each, value] : headers) {
    if (each != name) continue;
    if (!joined.empty()) joined.append(", ");
    joined.append(value);
  }
  return joined;
}

}  // namespace

Preference preference_of(const http::RequestHead& head) {
  Preference wants;
  const http::Headers& headers = head.headers;
  if (headers.contains("accept-encoding")) {
    wants.coding = coding::choose(list_of(headers, "accept-encoding"));
  }
  wants.gets = head.method == "GET" || head.method == "HEAD";
  if (wants.gets && (headers.contains("if-match") || headers.contains("if-none-match"))) {
    wants.conditions.reset(new Preference::Conditions{list_of(headers, "if-match"),
                                                      list_of(headers, "if-none-match")});
  }
  return wants;
}

}  // namespace trunkline::exchange

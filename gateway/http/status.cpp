#include "gateway/http/status.hpp"

#include <ostream>  // Boost.Core 1.81 uses it without including it

#include <boost/beast/http/status.hpp>

namespace trunkline::http {

std::string_view reason_phrase(int status) noexcept {
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
  if (known == boost::beast::http::status::unknown) return {};
  const auto phrase = boost::beast::http::obsolete_reason(known);
  return {phrase.data(), phrase.size()};
}

}  // namespace trunkline::http

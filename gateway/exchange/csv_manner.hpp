#pragma once

// Private to exchange: a list by REST, as a table (RFC 4180). Asked for and refused as by REST;
// where there is a next page a Link field leads to it (RFC 8288).

#include "gateway/exchange/unary_manner.hpp"

namespace trunkline::exchange {

/// With what RFC 7111 lets the type say: the first row holds the columns' names.
inline constexpr std::string_view kCsvType = "text/csv";

/// Only for methods that are lists (BackendMethod::csv).
const UnaryManner& csv_manner();

/// Whether the client would rather have the table than JSON.
bool prefers_csv(const BackendMethod& method, const http::Headers& headers);

}  // namespace trunkline::exchange

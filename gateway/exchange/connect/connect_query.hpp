#pragma once

// Private to exchange: a call of Connect's that is made by GET (its protocol, "Unary-Get-Request"):
// "connect=v1&encoding=json&message=%7B%7D", or with base64=1 the message in base64url.

#include <optional>
#include <string>
#include <string_view>

#include "gateway/exchange/http_refusal.hpp"
#include "gateway/grpc/error.hpp"

namespace trunkline::exchange {

/// Whether the query has what makes it one: encoding and message.
bool is_connect_query(std::string_view query);

/// 415 if the message is in another encoding than JSON.
std::optional<HttpRefusal> refuse_query(std::string_view query);

/// The JSON of the message.
grpc::Result<std::string> connect_message(std::string_view query);

}  // namespace trunkline::exchange

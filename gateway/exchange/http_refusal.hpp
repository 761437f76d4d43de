#pragma once

// Private to exchange: what HTTP itself has against a request, before any call.

#include <string>

#include "gateway/http/headers.hpp"

namespace trunkline::exchange {

struct HttpRefusal {
  int status;
  std::string message;        ///< a sentence for the client
  http::Headers fields = {};  ///< that belong to the status
};

}  // namespace trunkline::exchange

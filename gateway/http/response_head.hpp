#pragma once

// What an answer says before its body (RFC 9110 section 15). The codecs add what belongs to the
// protocol (date and, for a body that is whole, content-length); everything else is in `headers`.

#include "gateway/http/headers.hpp"

namespace trunkline::http {

struct ResponseHead {
  int status = 200;
  Headers headers;
};

}  // namespace trunkline::http

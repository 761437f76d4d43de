#pragma once

// How much one HTTP/1.1 connection may ask us to hold.

#include <cstddef>

#include "gateway/policy/patience.hpp"

namespace trunkline::h1 {

struct Limits {
  std::size_t request_line_bytes = 8 * 1024;  ///< without its CRLF; above: 414
  std::size_t header_bytes = 16 * 1024;       ///< sum of name + value + 32 a field; above: 431
  std::size_t header_fields = 100;            ///< above: 431
  std::size_t pipeline_bytes = 64 * 1024;     ///< unparsed bytes, or body bytes not consumed yet
  std::size_t output_bytes = 64 * 1024;       ///< not gathered; above: nothing more is taken in
  policy::Patience patience;
};

}  // namespace trunkline::h1

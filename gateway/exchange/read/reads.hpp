#pragma once

// The reads of one worker that are under way, shared where they may be. One thread.

#include <string>
#include <string_view>

#include "gateway/collapse/flights.hpp"
#include "gateway/exchange/content/compression.hpp"
#include "gateway/http/headers.hpp"

namespace trunkline::exchange {

struct Reads {
  /// `varying`: see Representation. All but the copied outlive it.
  Reads(const collapse::Settings& settings, collapse::Schedule& schedule,
        const Compression& compressing, std::string_view varying)
      : flights(settings, schedule), compression(compressing), vary(varying) {}

  collapse::Flights flights;
  const Compression& compression;
  const std::string_view vary;
  std::string key;         ///< scratch of whoever is looking for a flight
  std::string message;     ///< likewise
  http::Headers metadata;  ///< likewise
};

}  // namespace trunkline::exchange

#pragma once

// Private to upstream: how calls are seated on the lines of a trunk. This is what tells the modes
// apart; queue, deadlines, second attempts and the care for lines are the same for all of them.
//
//   shared  many calls a line; another line is opened before one is full
//   alone   one call at a time a line; a line for each call that waits, as far as there may be more
//   tunnel  as shared, but all calls of a line are in one stream

#include <algorithm>
#include <cstddef>

#include "gateway/upstream/settings.hpp"

namespace trunkline::upstream {

struct Seating {
  bool tunnel = false;         ///< all calls of a line in one stream
  bool alone = false;          ///< one call at a time a line
  bool once = false;           ///< and the line is closed after it
  std::size_t lines = 1;       ///< kept open, to each endpoint
  std::size_t most_lines = 1;  ///< open, to each endpoint
};

inline Seating seating(const Settings& settings, Mode mode) {
  switch (mode) {
    case Mode::kStreams: break;
    case Mode::kExclusive:
      return {false, true, false, std::min(settings.lines, settings.pool), settings.pool};
    case Mode::kPerRequest: return {false, true, true, 0, settings.pool};
    case Mode::kTunnel: return {true, false, false, settings.lines, settings.most_lines};
  }
  return {false, false, false, settings.lines, settings.most_lines};
}

}  // namespace trunkline::upstream

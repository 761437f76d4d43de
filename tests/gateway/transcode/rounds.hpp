#pragma once

// How often a differential test tries: as often as fits into a run of all tests, times
// TRUNKLINE_DIFFERENTIAL_ROUNDS for who has the time. Seeds are fixed, so a longer run begins as
// the usual one does.

#include <algorithm>
#include <cstdlib>

namespace trunkline::transcode {

inline int rounds(int usual) {
  const char* const factor = std::getenv("TRUNKLINE_DIFFERENTIAL_ROUNDS");
  return usual * (factor ? std::max(std::atoi(factor), 1) : 1);
}

}  // namespace trunkline::transcode

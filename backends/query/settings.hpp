#pragma once

#include <chrono>

namespace trunkline::query {

struct Settings {
  /// The deadline of a call whose caller names none.
  std::chrono::milliseconds default_timeout{10'000};
  /// Answer calls that ask the same at the same time by one query.
  bool share_reads = true;
  /// Answer calls for single agents that wait at the same time by one query.
  bool gather_reads = true;
};

}  // namespace trunkline::query

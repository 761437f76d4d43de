#pragma once

// One request as one line of JSON, valid whatever bytes a client has sent.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace trunkline::observe {

class RequestRecord;

class LogLine {
 public:
  /// Longer texts of a client are cut here, so that a line has a bounded length.
  static constexpr std::size_t kTextBytes = 1024;

  /// The line, with its line feed; lives until the next call. `now` is when the request ended.
  /// Memory is used again: most lines cost no allocation.
  std::string_view make(const RequestRecord& record, std::chrono::system_clock::time_point now,
                        std::chrono::nanoseconds took);

 private:
  void add_time(std::chrono::system_clock::time_point time);
  void add_names(const RequestRecord& record);
  void add_duration(std::chrono::nanoseconds took);

  void add_key(std::string_view key);
  void add_text(std::string_view text);
  void add_safe(std::string_view text);
  void add_number(std::uint64_t number);

  std::string line_;
  std::int64_t second_ = -1;
  std::string second_text_;  // of second_: "2026-11-23T06:43:56."
};

}  // namespace trunkline::observe

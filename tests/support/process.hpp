#pragma once

// A program as a child process. It ends with this object, and with the test program if that is
// killed, so nothing is ever left running.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace trunkline::support {

class Process {
 public:
  /// What it writes goes to files: both streams to one, or each to its own. No shell is between:
  /// each argument arrives as it is. Start it in a thread that outlives it.
  Process(const std::vector<std::string>& arguments, const std::string& output);
  Process(const std::vector<std::string>& arguments, const std::string& out,
          const std::string& err);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number);

  /// Its exit code, 128 + the signal that killed it, or nothing if it still runs after `patience`.
  std::optional<int> wait(std::chrono::milliseconds patience);

  bool running() { return !wait(std::chrono::milliseconds(0)); }

  /// Memory that is there, not swapped out.
  long resident_kib() const;
  /// Open file descriptors.
  int descriptors() const;

 private:
  const pid_t pid_;
  std::optional<int> exit_code_;
};

}  // namespace trunkline::support

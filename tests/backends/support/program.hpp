#pragma once

// A program of ours as a child process, with what it writes to stderr.

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

namespace trunkline::test {

class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments);
  /// Kills it if it still runs.
  ~Program();

  /// Reads its stderr until a line contains `text`, and returns that line; empty if it never does.
  std::string wait_for_line(const std::string& text, std::chrono::milliseconds patience);

  void signal(int number) const;
  /// Its exit code; -1 if it did not end by itself in time.
  int wait(std::chrono::milliseconds patience);

  const std::string& log() const { return log_; }

 private:
  bool read_some(std::chrono::milliseconds patience);

  pid_t pid_ = -1;
  int stderr_ = -1;
  std::string log_;
};

}  // namespace trunkline::test

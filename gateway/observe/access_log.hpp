#pragma once

// Writes the workers' log lines on a thread of its own. A worker never waits for it: what it
// can't take is dropped and counted.
//
// Order: open(); a Recorder with ring(i) for worker i; reopen() whenever the file was moved away;
// the workers end; the destructor writes what is left, for at most kLastWords.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/system/result.hpp>

#include "gateway/observe/log_file.hpp"
#include "gateway/observe/log_ring.hpp"

namespace trunkline::observe {

class AccessLog {
 public:
  static constexpr std::size_t kRingBytes = 1024 * 1024;

  /// Lines go to the file at `path`, or with "-" to standard output.
  static boost::system::result<std::unique_ptr<AccessLog>> open(
      const std::string& path, std::size_t workers, std::size_t ring_bytes = kRingBytes);

  ~AccessLog();

  LogRing& ring(std::size_t worker) { return *rings_[worker]; }

  /// From any thread: opens the path anew, and what is taken from the rings from now on goes
  /// there. When that fails, the old file stays.
  boost::system::result<void> reopen();

  /// From any thread: lines that were to be written.
  std::uint64_t lines() const noexcept;
  /// Of these: that found their ring full, and that could not be written to the file.
  std::uint64_t dropped() const noexcept;
  std::uint64_t unwritten() const noexcept { return unwritten_.value(); }

 private:
  static constexpr std::chrono::milliseconds kPause{100};
  static constexpr std::chrono::seconds kLastWords{2};

  AccessLog(std::string path, LogFile file, std::size_t workers, std::size_t ring_bytes);

  void run();
  bool change_file();
  void write_rings();
  void write_text();
  bool gives_up();

  const std::string path_;
  LogFile file_;       // the writer's
  std::string text_;   // the writer's: taken from the rings, and to be written
  bool torn_ = false;  // the writer's: the file ends within a line
  std::vector<std::unique_ptr<LogRing>> rings_;
  Count unwritten_;

  std::mutex mutex_;  // of what follows; never held while writing, and never taken by a worker
  std::condition_variable called_;
  std::optional<LogFile> next_file_;
  std::atomic<bool> hurried_ = false;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point last_words_until_;

  std::thread writer_;
};

}  // namespace trunkline::observe

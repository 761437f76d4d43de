#pragma once

// Where log lines go: a file, a pipe or standard output. Writing waits no longer than it is told,
// so that a pipe that nobody reads can't hold the program up.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace trunkline::observe {

/// A file descriptor that is closed with it.
class LogFile {
 public:
  /// Appends to the file at `path`, which is made if it isn't there; "-" is standard output. A
  /// pipe needs a reader already.
  static boost::system::result<LogFile> open(const std::string& path);

  LogFile(LogFile&& other) noexcept;
  LogFile& operator=(LogFile&& other) noexcept;
  ~LogFile();

  /// Writes until all is written, something fails or `give_up()` says so; it is asked about every
  /// kPatience while the reader takes nothing. Returns how many bytes were written.
  std::size_t write(std::string_view bytes, const std::function<bool()>& give_up) noexcept;

 private:
  static constexpr std::chrono::milliseconds kPatience{50};

  explicit LogFile(int descriptor);

  int descriptor_;
  bool regular_;  // a file on a disk: never waits for a reader
};

}  // namespace trunkline::observe

#include "gateway/observe/log_file.hpp"

#include <cerrno>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace trunkline::observe {
namespace {

// What poll() says of a pipe is that it takes this much without blocking; and it takes it in one
// piece, so that lines stay whole among those of others who write there.
std::size_t pipe_piece(std::string_view text) {
  if (text.size() <= PIPE_BUF) return text.size();
  const std::size_t end = text.rfind('\n', PIPE_BUF - 1);
  return end == std::string_view::npos ? PIPE_BUF : end + 1;
}

}  // namespace

boost::system::result<LogFile> LogFile::open(const std::string& path) {
  // Not blocking, or a pipe without a reader would keep us here. A copy of standard output shares
  // its flags with whoever started us, and is left as it is.
  const int descriptor =
      path == "-"
          ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
          : ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640);
  if (descriptor < 0) return boost::system::error_code(errno, boost::system::system_category());
  return LogFile(descriptor);
}

LogFile::LogFile(int descriptor) : descriptor_(descriptor) {
  struct stat status {};
  regular_ = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

LogFile::LogFile(LogFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), regular_(other.regular_) {}

LogFile& LogFile::operator=(LogFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(regular_, other.regular_);
  return *this;
}

LogFile::~LogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::size_t LogFile::write(std::string_view bytes, const std::function<bool()>& give_up) noexcept {
  std::size_t done = 0;
  while (done < bytes.size()) {
    pollfd ready{descriptor_, POLLOUT, 0};
    if (!regular_ && ::poll(&ready, 1, static_cast<int>(kPatience.count())) <= 0) {
      if (give_up()) break;
      continue;
    }
    const std::string_view rest = bytes.substr(done);
    const std::string_view piece = regular_ ? rest : rest.substr(0, pipe_piece(rest));
    const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (errno == EAGAIN || errno == EINTR) {
      if (give_up()) break;
    } else {
      break;
    }
  }
  return done;
}

}  // namespace trunkline::observe

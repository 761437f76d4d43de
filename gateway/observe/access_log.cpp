#include "gateway/observe/access_log.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace trunkline::observe {

boost::system::result<std::unique_ptr<AccessLog>> AccessLog::open(const std::string& path,
                                                                  std::size_t workers,
                                                                  std::size_t ring_bytes) {
  auto file = LogFile::open(path);
  if (!file) return file.error();
  return std::unique_ptr<AccessLog>(new AccessLog(path, std::move(*file), workers, ring_bytes));
}

AccessLog::AccessLog(std::string path, LogFile file, std::size_t workers, std::size_t ring_bytes)
    : path_(std::move(path)), file_(std::move(file)) {
  // Notifying without the mutex may come just before the writer sleeps: then it wakes by itself.
  const auto hurry = [this] {
    hurried_.store(true, std::memory_order_relaxed);
    called_.notify_one();
  };
  for (std::size_t i = 0; i < workers; ++i) {
    rings_.push_back(std::make_unique<LogRing>(ring_bytes, hurry));
  }
  // A new thread has its maker's signal mask: signals are for the others, and a pipe whose reader
  // is gone must be an error to us, not SIGPIPE to all.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  writer_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    last_words_until_ = std::chrono::steady_clock::now() + kLastWords;
  }
  called_.notify_one();
  writer_.join();
}

boost::system::result<void> AccessLog::reopen() {
  auto file = LogFile::open(path_);
  if (!file) return file.error();
  {
    const std::lock_guard lock(mutex_);
    next_file_ = std::move(*file);
  }
  called_.notify_one();
  return {};
}

std::uint64_t AccessLog::lines() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& ring : rings_) sum += ring->lines() + ring->lost();
  return sum;
}

std::uint64_t AccessLog::dropped() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& ring : rings_) sum += ring->lost();
  return sum;
}

void AccessLog::run() {
  for (bool stopping = false; !stopping;) {
    {
      std::unique_lock lock(mutex_);
      called_.wait_for(lock, kPause, [this] {
        return stopping_ || next_file_ || hurried_.load(std::memory_order_relaxed);
      });
      hurried_.store(false, std::memory_order_relaxed);
      stopping = stopping_;
    }
    change_file();
    write_rings();
  }
}

bool AccessLog::change_file() {
  const std::lock_guard lock(mutex_);
  if (!next_file_) return false;
  file_ = *std::exchange(next_file_, std::nullopt);
  torn_ = false;
  return true;
}

void AccessLog::write_rings() {
  for (const auto& ring : rings_) {
    text_.clear();
    ring->take(text_);
    write_text();
  }
}

void AccessLog::write_text() {
  const auto give_up = [this] { return gives_up(); };
  std::string_view rest = text_;
  while (!rest.empty()) {
    if (torn_) torn_ = file_.write("\n", give_up) == 0;
    const std::size_t written = torn_ ? 0 : file_.write(rest, give_up);
    if (written == rest.size()) return;
    if (written > 0) torn_ = rest[written - 1] != '\n';
    // A line that was torn goes to the new file whole.
    const std::size_t line = rest.substr(0, written).rfind('\n') + 1;  // npos + 1 is 0
    if (change_file()) {
      rest.remove_prefix(line);
    } else {
      rest.remove_prefix(written);
      unwritten_.add(static_cast<std::uint64_t>(std::count(rest.begin(), rest.end(), '\n')));
      return;
    }
  }
}

// A file that is to be left is not waited for; the last words have their time.
bool AccessLog::gives_up() {
  const std::lock_guard lock(mutex_);
  if (stopping_) return std::chrono::steady_clock::now() >= last_words_until_;
  return next_file_.has_value();
}

}  // namespace trunkline::observe

// The log while writing fails: at each byte of a file, over and over, and for good. What is lost is
// counted, lines that are there are whole, nobody waits, and it goes on when it can.

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/observe/access_log.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::observe {
namespace {

using namespace std::chrono_literals;
using support::read_file;
using Clock = std::chrono::steady_clock;

bool until(const std::function<bool()>& condition) {
  const auto deadline = Clock::now() + 20s;
  while (!condition()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

std::string line(std::size_t number) {
  return R"({"number":)" + std::to_string(number) + "}\n";
}

/// As long as it lives, no file grows beyond `bytes`: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    ignored_ = std::signal(SIGXFSZ, SIG_IGN);  // should we, not the log, be the first to write
    const rlimit lowered{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &lowered);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, ignored_);
  }
  FullDisk(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*ignored_)(int);
};

/// Lines that are whole, and what is none.
struct Found {
  std::size_t whole = 0;
  std::size_t torn = 0;
};
Found found_in(const std::string& text) {
  Found found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
    ++(nlohmann::json::accept(text.substr(at, end - at)) ? found.whole : found.torn);
    at = end + 1;
  }
  return found;
}

std::unique_ptr<AccessLog> log_to(const std::string& path) {
  auto log = AccessLog::open(path, 1);
  EXPECT_TRUE(log) << path;
  return std::move(*log);
}

TEST(AccessLogFailure, LosesNothingUncountedWhereverTheDiskIsFull) {
  const std::string lines = line(1) + line(2) + line(3);
  for (std::size_t bytes = 0; bytes <= lines.size(); ++bytes) {
    SCOPED_TRACE("after byte " + std::to_string(bytes));
    const support::Scratch scratch;
    auto log = log_to(scratch.path("log"));
    {
      const FullDisk full(bytes);
      for (std::size_t i = 1; i <= 3; ++i) log->ring(0).push(line(i));
      const std::size_t lost = 3 - bytes / line(1).size();
      ASSERT_TRUE(until([&] {
        return read_file(scratch.path("log")).size() == bytes && log->unwritten() == lost;
      }));
      // And once more, in vain.
      log->ring(0).push(line(4));
      ASSERT_TRUE(until([&] { return log->unwritten() == lost + 1; }));
    }
    log->ring(0).push(line(5));
    const std::uint64_t lost = log->unwritten();
    log.reset();
    const std::string text = read_file(scratch.path("log"));
    EXPECT_TRUE(text.ends_with("\n" + line(5)) || text == line(5)) << text;
    const Found found = found_in(text);
    EXPECT_GE(found.whole + lost, 5u);
    EXPECT_LE(found.torn, 1u);
  }
}

TEST(AccessLogFailure, GoesOnWithEachReaderOfAPipeThatComes) {
  const support::Scratch scratch;
  const std::string path = scratch.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto open = [&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); };
  int reader = open();
  const auto log = log_to(path);
  for (std::size_t i = 0; i < 10; ++i) {
    SCOPED_TRACE("reader " + std::to_string(i));
    ::close(reader);
    log->ring(0).push(line(2 * i));
    EXPECT_TRUE(until([&] { return log->unwritten() == i + 1; }));
    reader = open();
    const std::string wanted = line(2 * i + 1);
    log->ring(0).push(wanted);
    std::string text;
    EXPECT_TRUE(until([&] {
      char buffer[256];
      const ssize_t got = ::read(reader, buffer, sizeof(buffer));
      if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
      return text.size() >= wanted.size();
    }));
    EXPECT_EQ(text, wanted);
  }
  ::close(reader);
  EXPECT_EQ(log->dropped(), 0u);
}

TEST(AccessLogFailure, LeavesADiskThatStaysFullWhenItIsTold) {
  const support::Scratch scratch;
  std::filesystem::create_symlink("/dev/full", scratch.path("log"));
  auto log = log_to(scratch.path("log"));
  constexpr std::size_t kLines = 100'000;
  for (std::size_t i = 0; i < kLines; ++i) log->ring(0).push(line(i));
  EXPECT_TRUE(until([&] { return log->unwritten() + log->dropped() == kLines; }));
  std::filesystem::remove(scratch.path("log"));
  ASSERT_TRUE(log->reopen());
  EXPECT_TRUE(until([&] {
    log->ring(0).push(line(0));
    return !read_file(scratch.path("log")).empty();
  }));
  log.reset();
  const Found found = found_in(read_file(scratch.path("log")));
  EXPECT_GE(found.whole, 1u);
  EXPECT_EQ(found.torn, 0u);
}

}  // namespace
}  // namespace trunkline::observe

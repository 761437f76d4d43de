#include "gateway/observe/access_log.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/observe/recorder.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::observe {
namespace {

using namespace std::chrono_literals;
using support::read_file;

std::unique_ptr<AccessLog> log_to(const std::string& path, std::size_t workers = 1,
                                  std::size_t ring_bytes = AccessLog::kRingBytes) {
  auto log = AccessLog::open(path, workers, ring_bytes);
  EXPECT_TRUE(log) << path << ": " << log.error().message();
  return std::move(*log);
}

bool until(const std::function<bool()>& condition) {
  const auto deadline = Clock::now() + 20s;
  while (!condition()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

/// A line that tells its place, as wide as a real one; now and then too wide for one piece.
std::string line(std::size_t worker, std::size_t number) {
  const std::size_t width = number % 10 == 9 ? 6'000 : number % 200;
  return R"({"worker":)" + std::to_string(worker) + R"(,"number":)" + std::to_string(number) +
         R"(,"path":")" + std::string(width, 'x') + "\"}\n";
}

/// The numbers of one worker's lines; each line must be valid.
std::vector<std::size_t> numbers(const std::string& text, std::size_t worker = 0) {
  std::vector<std::size_t> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    EXPECT_NE(end, std::string::npos) << "the last line is torn";
    if (end == std::string::npos) break;
    const auto parsed = nlohmann::json::parse(text.substr(at, end - at), nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << text.substr(at, end - at);
    if (!parsed.is_discarded() && parsed["worker"] == worker) found.push_back(parsed["number"]);
    at = end + 1;
  }
  return found;
}

void expect_in_order(const std::vector<std::size_t>& numbers) {
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end()) << "one came twice";
}

/// A named pipe, open for reading from the start.
class Pipe {
 public:
  explicit Pipe(const std::string& path) {
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    reader_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    EXPECT_GE(reader_, 0);
    EXPECT_GE(::fcntl(reader_, F_SETPIPE_SZ, 8192), 8192);
  }
  ~Pipe() { close(); }
  Pipe(const Pipe&) = delete;

  void close() {
    if (reader_ >= 0) ::close(std::exchange(reader_, -1));
  }

  bool empty() const {
    int bytes = 0;
    EXPECT_EQ(::ioctl(reader_, FIONREAD, &bytes), 0);
    return bytes == 0;
  }

  /// All until the writer closes it.
  std::string drain() {
    EXPECT_EQ(::fcntl(reader_, F_SETFL, 0), 0);
    std::string text;
    char buffer[65536];
    for (ssize_t got; (got = ::read(reader_, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int reader_;
};

constexpr std::size_t kSmallRing = 64 * 1024;

/// Pushes lines until the writer is stuck in the pipe and 1,000 more than the ring holds were
/// dropped. Returns how many were pushed.
std::size_t flood(AccessLog& log, const Pipe& pipe) {
  std::size_t count = 0;
  // A ringful is more than the pipe takes.
  while (log.ring(0).lost() == 0) log.ring(0).push(line(0, count++));
  EXPECT_TRUE(until([&] { return !pipe.empty(); }));
  const std::uint64_t before = log.ring(0).lost();
  while (log.ring(0).lost() < before + 1'000) log.ring(0).push(line(0, count++));
  return count;
}

TEST(AccessLog, WritesWhatIsInItsRingsBeforeItEnds) {
  const support::Scratch scratch;
  {
    const auto log = log_to(scratch.path("log"), 2);
    for (std::size_t i = 0; i < 1'000; ++i) {
      for (const std::size_t worker : {0, 1}) log->ring(worker).push(line(worker, i));
    }
  }
  const std::string text = read_file(scratch.path("log"));
  for (const std::size_t worker : {0, 1}) {
    const auto found = numbers(text, worker);
    EXPECT_EQ(found.size(), 1'000U);
    expect_in_order(found);
  }
}

TEST(AccessLog, WritesALineSoonWithoutBeingAsked) {
  const support::Scratch scratch;
  const auto log = log_to(scratch.path("log"));
  log->ring(0).push("{}\n");
  EXPECT_TRUE(until([&] { return read_file(scratch.path("log")) == "{}\n"; }));
}

TEST(AccessLog, AppendsToWhatIsThere) {
  const support::Scratch scratch;
  scratch.write("log", "{\"before\":1}\n");
  log_to(scratch.path("log"))->ring(0).push("{}\n");
  EXPECT_EQ(read_file(scratch.path("log")), "{\"before\":1}\n{}\n");
}

TEST(AccessLog, KeepsLinesWholeHoweverManyWorkersWrite) {
  const support::Scratch scratch;
  constexpr std::size_t kWorkers = 3;
  std::uint64_t accepted[kWorkers] = {};
  {
    const auto log = log_to(scratch.path("log"), kWorkers, 16 * 1024);
    std::vector<std::thread> workers;
    for (std::size_t worker = 0; worker < kWorkers; ++worker) {
      workers.emplace_back([&, worker] {
        for (std::size_t i = 0; i < 20'000; ++i) log->ring(worker).push(line(worker, i));
        accepted[worker] = log->ring(worker).lines();
      });
    }
    for (std::thread& worker : workers) worker.join();
    EXPECT_EQ(log->lines(), kWorkers * 20'000);
  }
  const std::string text = read_file(scratch.path("log"));
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    const auto found = numbers(text, worker);
    EXPECT_EQ(found.size(), accepted[worker]);
    expect_in_order(found);
  }
}

TEST(AccessLog, NeverHoldsAWorkerUpWhenNobodyReads) {
  const support::Scratch scratch;
  Pipe pipe(scratch.path("pipe"));
  auto log = log_to(scratch.path("pipe"), 1, kSmallRing);
  // If a push waited, this would not come back: pipe and ring together hold less than is pushed.
  const std::size_t pushed = flood(*log, pipe);
  const std::uint64_t dropped = log->dropped();
  EXPECT_GE(dropped, 1'000U);
  // And what was not dropped survives, once somebody reads.
  std::string text;
  std::thread reader([&] { text = pipe.drain(); });
  log.reset();
  reader.join();
  const auto found = numbers(text);
  EXPECT_EQ(found.size(), pushed - dropped);
  expect_in_order(found);
}

TEST(AccessLog, EndsEvenIfNobodyReads) {
  const support::Scratch scratch;
  const Pipe pipe(scratch.path("pipe"));
  auto log = log_to(scratch.path("pipe"), 1, kSmallRing);
  flood(*log, pipe);
  const auto before = Clock::now();
  log.reset();
  EXPECT_LT(Clock::now() - before, 15s);
}

TEST(AccessLog, SurvivesAReaderThatGoesAwayAndCountsWhatIsLost) {
  const support::Scratch scratch;
  Pipe pipe(scratch.path("pipe"));
  const auto log = log_to(scratch.path("pipe"));
  pipe.close();
  log->ring(0).push("{}\n");
  EXPECT_TRUE(until([&] { return log->unwritten() == 1; }));
}

TEST(AccessLog, CountsWhatAFullDiskDoesNotTake) {
  const auto log = log_to("/dev/full");
  log->ring(0).push("{}\n");
  log->ring(0).push("{}\n");
  EXPECT_TRUE(until([&] { return log->unwritten() == 2; }));
  EXPECT_EQ(log->lines(), 2U);
  EXPECT_EQ(log->dropped(), 0U);
}

TEST(AccessLog, GoesOnInANewFileWhenTheOldOneWasMovedAway) {
  const support::Scratch scratch;
  auto log = log_to(scratch.path("log"));
  log->ring(0).push("{\"a\":1}\n");
  ASSERT_TRUE(until([&] { return !read_file(scratch.path("log")).empty(); }));
  std::filesystem::rename(scratch.path("log"), scratch.path("log.1"));
  ASSERT_TRUE(log->reopen());
  // What comes before the writer has changed files may still go to the old one.
  ASSERT_TRUE(until([&] {
    log->ring(0).push("{\"b\":1}\n");
    return !read_file(scratch.path("log")).empty();
  }));
  const std::string old = read_file(scratch.path("log.1"));
  log->ring(0).push("{\"c\":1}\n");
  log.reset();
  EXPECT_EQ(read_file(scratch.path("log.1")), old);
  EXPECT_EQ(old.substr(0, 8), "{\"a\":1}\n");
  const std::string fresh = read_file(scratch.path("log"));
  EXPECT_EQ(fresh.substr(fresh.size() - 8), "{\"c\":1}\n");
}

TEST(AccessLog, StaysWithTheOldFileWhenTheNewOneCantBeOpened) {
  const support::Scratch scratch;
  const std::string directory = scratch.path("logs");
  std::filesystem::create_directory(directory);
  auto log = log_to(directory + "/log");
  std::filesystem::rename(directory, scratch.path("moved"));
  const auto reopened = log->reopen();
  ASSERT_FALSE(reopened);
  EXPECT_EQ(reopened.error(), boost::system::errc::no_such_file_or_directory);
  log->ring(0).push("{}\n");
  log.reset();
  EXPECT_EQ(read_file(scratch.path("moved/log")), "{}\n");
}

TEST(AccessLog, TakesWholeLinesFromAPipeThatNobodyReadsToTheNewFile) {
  const support::Scratch scratch;
  Pipe pipe(scratch.path("log"));
  auto log = log_to(scratch.path("log"), 1, kSmallRing);
  const std::size_t pushed = flood(*log, pipe);
  const std::uint64_t dropped = log->dropped();
  std::filesystem::remove(scratch.path("log"));
  ASSERT_TRUE(log->reopen());
  log.reset();
  std::string old = pipe.drain();
  old.resize(old.rfind('\n') + 1);  // where it was left
  const std::string fresh = read_file(scratch.path("log"));
  EXPECT_FALSE(old.empty());
  EXPECT_FALSE(fresh.empty());
  const auto found = numbers(old + fresh);
  EXPECT_EQ(found.size(), pushed - dropped);
  expect_in_order(found);
}

TEST(AccessLog, SaysWhyItCantBeOpened) {
  const support::Scratch scratch;
  const auto missing = AccessLog::open(scratch.path("none/log"), 1);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error(), boost::system::errc::no_such_file_or_directory);
  // A pipe without a reader would wait for one.
  ASSERT_EQ(::mkfifo(scratch.path("pipe").c_str(), 0600), 0);
  const auto unread = AccessLog::open(scratch.path("pipe"), 1);
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error(), boost::system::errc::no_such_device_or_address);
}

TEST(AccessLog, HasALineThatParsesForEachRequest) {
  const support::Scratch scratch;
  {
    const auto log = log_to(scratch.path("log"));
    Recorder recorder(&log->ring(0));
    for (int i = 0; i < 100; ++i) {
      RequestRecord record = recorder.begin(Wire::kHttp2);
      const std::string path = "/\xff\"" + std::to_string(i);
      recorder.describe(record, {"c", "GET", path, "\xf0\x28", "", ""});
      record.set_status(200);
    }
  }
  const std::string text = read_file(scratch.path("log"));
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1, ++lines) {
    EXPECT_TRUE(nlohmann::json::accept(text.substr(at, text.find('\n', at) - at)));
  }
  EXPECT_EQ(lines, 100U);
}

}  // namespace
}  // namespace trunkline::observe

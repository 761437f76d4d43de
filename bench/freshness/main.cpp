// trunkline-freshness: writes in SQL and reads through the gateway at the same time, and says
// whether an answer was older than its question.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sys/epoll.h>
#include <unistd.h>

#include "bench/freshness/board.hpp"
#include "bench/freshness/reader.hpp"
#include "bench/freshness/writer.hpp"

namespace {

using namespace trunkline::freshness;
namespace load = trunkline::load;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int kStale = 3;

struct Options {
  std::string host = "127.0.0.1";
  std::string port = "8080";
  std::string database;
  std::size_t agents = 8;
  std::size_t connections = 8;
  std::size_t streams = 32;
  std::uint64_t reads = 100'000;
  std::uint64_t writes = 0;
  std::uint64_t pause = 0;
  std::string json;
};

void declare(CLI::App& app, Options& options) {
  app.description(
      "Writes numbers into agents by SQL, one COMMIT after the other, while clients read the same "
      "agents through the gateway over HTTP/2 (h2c). Each answer must hold all that was committed "
      "before its request was sent, and no client may see a number go back. It changes "
      "agentfeatures.description.");
  app.add_option("--host", options.host, "The gateway's host.")->capture_default_str();
  app.add_option("--port", options.port, "Its cleartext port.")->capture_default_str();
  app.add_option("--database", options.database,
                 "PostgreSQL, as libpq has it: \"host=/run/postgresql dbname=asterisk\".")
      ->required();
  app.add_option("--agents", options.agents, "How many are written and read.")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("-c,--connections", options.connections, "To the gateway.")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("-m,--streams", options.streams, "Clients on each, that ask one after the other.")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("-n,--reads", options.reads, "Answers to look at.")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40))
      ->capture_default_str();
  app.add_option("-w,--writes", options.writes,
                 "Commits there must have been as well before the reading ends.")
      ->capture_default_str();
  app.add_option("--pause-us", options.pause, "Between two writes, in microseconds.")
      ->capture_default_str();
  app.add_option("--json", options.json, "A file for what was found; - is standard output.");
  app.footer(
      "Exits with 0 when no answer was older than its question, with 3 when one was, and with 1 "
      "when requests failed.");
}

/// Ends and is joined with its scope.
class Writing {
 public:
  Writing(Writer& writer, std::chrono::microseconds pause)
      : thread_([this, &writer, pause] {
          try {
            writer.run(stop_, pause);
          } catch (const std::exception& error) {
            std::fprintf(stderr, "The writer can't go on: %s\n", error.what());
            failed_ = true;
          }
        }) {}
  ~Writing() { stop_ = true; }

  bool failed() const noexcept { return failed_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  std::jthread thread_;
};

void tell(const Findings& findings, const Writer& writer, Clock::time_point begin) {
  if (::isatty(STDERR_FILENO) == 0) return;
  const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::fprintf(stderr,
               "\r%.0f s: %llu reads, %llu writes, %llu stale, %llu backwards, %llu failed ",
               seconds, static_cast<unsigned long long>(findings.reads),
               static_cast<unsigned long long>(writer.writes()),
               static_cast<unsigned long long>(findings.stale),
               static_cast<unsigned long long>(findings.backwards),
               static_cast<unsigned long long>(findings.failed));
}

Findings sum(const std::vector<std::unique_ptr<Connection>>& connections) {
  Findings all;
  for (const auto& one : connections) all.add(one->findings());
  return all;
}

Findings read(const Options& options, const Connection::Plan& plan, const Writer& writer,
              const Writing& writing) {
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Connection>> connections;
  for (std::size_t i = 0; i < options.connections; ++i) {
    connections.push_back(std::make_unique<Connection>(plan, poll, static_cast<unsigned>(i + 1)));
  }
  const auto begin = Clock::now();
  auto looked = begin;
  Findings findings;
  for (bool asking = true;;) {
    epoll_event events[64];
    const int count = ::epoll_wait(poll, events, 64, 100);
    for (int i = 0; i < count; ++i) {
      static_cast<Connection*>(events[i].data.ptr)->on_events(asking);
    }
    findings = sum(connections);
    const bool alive = std::any_of(connections.begin(), connections.end(), [&](const auto& one) {
      return one->open() && (asking || one->waiting());
    });
    if (!alive) break;
    const bool enough =
        findings.reads + findings.failed >= options.reads && writer.writes() >= options.writes;
    asking = asking && !enough && !writing.failed() && findings.failed < options.reads;
    if (Clock::now() - looked > 1s) {
      looked = Clock::now();
      tell(findings, writer, begin);
    }
  }
  ::close(poll);
  if (::isatty(STDERR_FILENO) != 0) std::fputs("\n", stderr);
  return findings;
}

int report(const Options& options, const Findings& findings, const Writer& writer, double seconds) {
  const nlohmann::ordered_json json{{"reads", findings.reads},   {"numbers", findings.numbers},
                                    {"stale", findings.stale},   {"backwards", findings.backwards},
                                    {"failed", findings.failed}, {"writes", writer.writes()},
                                    {"seconds", seconds}};
  if (options.json == "-") {
    std::printf("%s\n", json.dump().c_str());
  } else {
    std::printf(
        "%llu reads with %llu numbers in %.1f s, while %llu writes were committed:\n"
        "  older than the question: %llu\n  back in time for a client: %llu\n  failed: %llu\n",
        static_cast<unsigned long long>(findings.reads),
        static_cast<unsigned long long>(findings.numbers), seconds,
        static_cast<unsigned long long>(writer.writes()),
        static_cast<unsigned long long>(findings.stale),
        static_cast<unsigned long long>(findings.backwards),
        static_cast<unsigned long long>(findings.failed));
    if (!options.json.empty()) std::ofstream(options.json) << json.dump(2) << '\n';
  }
  if (findings.stale + findings.backwards > 0) return kStale;
  return findings.failed > 0 || findings.reads < options.reads || writer.writes() < options.writes
             ? 1
             : 0;
}

int check(const Options& options) {
  const auto place = load::Place::find(options.host, options.port);
  if (!place) throw std::runtime_error(place.error().message);
  const auto ids = Writer::agents(options.database, options.agents);
  if (ids.empty()) throw std::runtime_error("The database has no agents.");
  Board board(ids.size());
  Writer writer(options.database, ids, board);
  writer.begin();
  load::Request request;
  request.head.method = "GET";
  request.head.scheme = "http";
  request.head.authority = options.host + ":" + options.port;
  const Connection::Plan plan{*place, request, ids, board, options.streams};
  const auto begin = Clock::now();
  Findings findings;
  {
    const Writing writing(writer, std::chrono::microseconds(options.pause));
    findings = read(options, plan, writer, writing);
  }
  return report(options, findings, writer,
                std::chrono::duration<double>(Clock::now() - begin).count());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app;
  declare(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    return check(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trunkline-freshness can't run: %s\n", error.what());
    return 1;
  }
}

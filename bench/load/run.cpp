#include "bench/load/run.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <openssl/ssl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/load/generator.hpp"
#include "bench/load/socket.hpp"
#include "gateway/net/tls_context.hpp"

namespace trunkline::load {
namespace {

using namespace std::chrono_literals;

constexpr auto kStep = 10ms;  // in which the main thread looks around

/// What the process has used, of all its threads.
double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

grpc::Result<net::TlsContext> tls_context(const Options& options) {
  net::TlsClientSettings settings;
  settings.ca = options.ca;
  auto context = net::TlsContext::client(settings);
  if (!context) return context;
  if (options.insecure) SSL_CTX_set_verify(context->get(), SSL_VERIFY_NONE, nullptr);
  if (options.protocol == Protocol::kH1) {
    static constexpr unsigned char kH1[] = "\x08http/1.1";
    SSL_CTX_set_alpn_protos(context->get(), kH1, sizeof(kH1) - 1);
  }
  return context;
}

grpc::Result<void> allow_descriptors(std::size_t connections) {
  constexpr rlim_t kOthers = 64;  // epoll, files, what the C library opens
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t wanted = connections + kOthers;
  if (limit.rlim_max < wanted) {
    return grpc::Error{grpc::Code::kInvalidArgument,
                       "-c " + std::to_string(connections) +
                           " is not allowed: this process may open only " +
                           std::to_string(limit.rlim_max) + " files (ulimit -n)."};
  }
  limit.rlim_cur = std::max(limit.rlim_cur, wanted);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return {};
}

/// Ctrl-C and SIGTERM, which no thread is interrupted by: the main thread asks for them.
class Interrupts {
 public:
  Interrupts() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  /// Waits as long for one.
  bool came(std::chrono::nanoseconds patience) {
    const timespec time{0, patience.count()};
    return ::sigtimedwait(&set_, nullptr, &time) > 0;
  }

 private:
  sigset_t set_;
};

class Run {
 public:
  Run(const Options& options, const Place& place, const net::TlsContext* tls, Measured& measured)
      : options_(options), measured_(measured) {
    for (std::size_t i = 0; i < options.threads; ++i) {
      generators_.push_back(std::make_unique<Generator>(options, place, tls, signals_, i));
    }
  }

  void measure() {
    wait([](const Generator& one) { return one.ready(); });
    start();
    wait([](const Generator& one) { return one.done(); });
    if (!cpu_at_begin_) cpu_at_begin_ = cpu_at_end_ = cpu_seconds();
    add_up();
  }

 private:
  void start() {
    // So late that every thread has seen it before.
    const Clock::time_point start = Clock::now() + 2ms;
    begin_ = start + options_.warm_up;
    if (options_.duration > 0ns && !measured_.interrupted) {
      signals_.end = (begin_ + options_.duration).time_since_epoch().count();
    }
    signals_.start = start.time_since_epoch().count();
    next_word_ = start + 1s;
  }

  /// Until it is so for all.
  template <class So>
  void wait(So so) {
    while (!std::all_of(generators_.begin(), generators_.end(),
                        [&](const auto& generator) { return so(*generator); })) {
      if (interrupts_.came(kStep)) interrupt();
      look_around(Clock::now());
    }
  }

  void interrupt() {
    if (std::exchange(measured_.interrupted, true)) {
      signals_.hurry = true;
      return;
    }
    const std::int64_t now = Clock::now().time_since_epoch().count();
    signals_.end = std::min(signals_.end.load(), now);
  }

  Clock::time_point end() const {
    return Clock::time_point(std::chrono::nanoseconds(signals_.end.load()));
  }

  void look_around(Clock::time_point now) {
    if (now >= begin_ && !cpu_at_begin_) {
      cpu_at_begin_ = cpu_at_end_ = cpu_seconds();
      cpu_from_ = cpu_until_ = now;
    }
    if (cpu_at_begin_ && cpu_until_ < end()) {
      cpu_at_end_ = cpu_seconds();
      cpu_until_ = now;
    }
    if (now < next_word_ || now >= end() || ::isatty(STDERR_FILENO) == 0) return;
    next_word_ += 1s;
    say_progress(now);
  }

  void say_progress(Clock::time_point now) {
    std::uint64_t answers = 0;
    std::uint64_t errors = 0;
    for (const auto& generator : generators_) {
      answers += generator->tally().answers_so_far();
      errors += generator->tally().errors_so_far();
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begin_).count();
    std::fprintf(stderr, "\r\x1b[K%s%3lld s: %llu right answers a second, %llu errors so far",
                 now < begin_ ? "warming up, " : "", static_cast<long long>(seconds),
                 static_cast<unsigned long long>(answers - answers_before_),
                 static_cast<unsigned long long>(errors));
    answers_before_ = answers;
    said_ = true;
  }

  void add_up() {
    if (said_) std::fprintf(stderr, "\r\x1b[K");
    Clock::time_point ended = Clock::time_point::min();
    for (const auto& generator : generators_) {
      ended = std::max(ended, generator->ended());
      measured_.tally.add(generator->tally());
    }
    using Seconds = std::chrono::duration<double>;
    // With -n alone it ends with the last answer.
    measured_.seconds = std::max(Seconds(0), Seconds(std::min(end(), ended) - begin_)).count();
    const double looked = Seconds(cpu_until_ - cpu_from_).count();
    measured_.cpu = looked > 0 ? (cpu_at_end_ - *cpu_at_begin_) / looked : 0;
  }

  const Options& options_;
  Measured& measured_;
  Interrupts interrupts_;  // before there are other threads
  Signals signals_;
  std::vector<std::unique_ptr<Generator>> generators_;
  Clock::time_point begin_ = Clock::time_point::max();
  Clock::time_point next_word_ = Clock::time_point::max();
  std::optional<double> cpu_at_begin_;
  double cpu_at_end_ = 0;
  Clock::time_point cpu_from_;
  Clock::time_point cpu_until_;
  std::uint64_t answers_before_ = 0;
  bool said_ = false;
};

}  // namespace

grpc::Result<void> run(const Options& options, Measured& measured) {
  if (auto allowed = allow_descriptors(options.connections); !allowed) return allowed.error();
  const auto place = Place::find(options.host, options.port);
  if (!place) return place.error();
  std::optional<net::TlsContext> tls;
  if (options.tls) {
    auto made = tls_context(options);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  Run(options, *place, tls ? &*tls : nullptr, measured).measure();
  return {};
}

}  // namespace trunkline::load

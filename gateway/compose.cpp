#include "gateway/compose.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include "gateway/admin.hpp"
#include "gateway/certificates.hpp"
#include "gateway/services.hpp"
#include "gateway/stack.hpp"
#include "gateway/upstream/descriptor_watch.hpp"
#include "gateway/wallboard.hpp"

namespace trunkline {
namespace {

namespace asio = boost::asio;

#ifdef NDEBUG
constexpr char kBuild[] = "release";
#else
constexpr char kBuild[] = "debug";
#endif

std::size_t worker_count(const config::Config& config) {
  return config.workers > 0 ? config.workers
                            : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

struct Gateway::Parts {
  Parts(const config::Config& config, Certificates read)
      : shared(config), certificates(std::move(read)), services(shared.config, publisher()) {}

  grpc::Result<void> open_access_log();
  void build_stacks();
  grpc::Result<void> listen();
  void watch_upstreams();
  Services::Publish publisher();
  void renew_certificates();
  void reopen_access_log();
  void drain();

  Shared shared;
  // Of the main thread, which serves nobody: signals, and what takes longer than a request may.
  asio::io_context main_loop{1};
  Certificates certificates;
  Services services;
  std::vector<std::unique_ptr<Stack>> stacks;
  std::optional<Admin> admin;
  // On the first worker's thread.
  std::vector<std::unique_ptr<upstream::DescriptorWatch>> watches;
};

grpc::Result<std::unique_ptr<Gateway>> Gateway::build(const config::Config& config,
                                                      const std::string& version) {
  auto certificates = Certificates::read(config);
  if (!certificates) return certificates.error();
  auto parts = std::make_unique<Parts>(config, std::move(*certificates));
  if (auto opened = parts->open_access_log(); !opened) return opened.error();
  parts->build_stacks();
  parts->admin.emplace(parts->shared, parts->stacks,
                       observe::Version{"trunkline-gateway", version, kBuild});
  if (auto learned = parts->services.begin(); !learned) return learned.error();
  if (auto listening = parts->listen(); !listening) return listening.error();
  return std::unique_ptr<Gateway>(new Gateway(std::move(parts)));
}

std::string Gateway::refused_pages(const config::Config& config) {
  const auto made = Offer::make(own_pages(config), {}, nullptr, config.docs);
  return made ? "" : made.error().message;
}

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gateway::~Gateway() = default;

void Gateway::run() {
  asio::io_context& main_loop = parts_->main_loop;
  asio::signal_set signals(main_loop, SIGTERM, SIGINT, SIGHUP);
  bool draining = false;
  int interrupts = 0;
  const std::function<void()> await_signal = [&] {
    signals.async_wait([&](boost::system::error_code error, int signal) {
      if (error) return;
      if (signal == SIGINT && ++interrupts == 2) std::_Exit(128 + SIGINT);
      if (signal == SIGHUP) {
        parts_->renew_certificates();
        parts_->services.renew();
        parts_->reopen_access_log();
      } else if (!std::exchange(draining, true)) {
        parts_->drain();
      }
      await_signal();
    });
  };
  await_signal();

  parts_->admin->start();  // on the first worker, before it runs
  std::vector<std::thread> threads;
  std::atomic<std::size_t> running = parts_->stacks.size();
  for (const auto& stack : parts_->stacks) {
    stack->start();
    threads.emplace_back([&stack = *stack, &main_loop, &running] {
      stack.worker().run();
      if (--running == 0) main_loop.stop();
    });
  }
  parts_->watch_upstreams();
  main_loop.run();
  for (std::thread& thread : threads) thread.join();
  spdlog::info("All connections are closed. Goodbye.");
}

grpc::Result<void> Gateway::Parts::open_access_log() {
  const std::string& path = shared.config.access_log;
  if (path.empty()) return {};
  auto log = observe::AccessLog::open(path, worker_count(shared.config));
  if (!log) {
    return grpc::Error{grpc::Code::kNotFound, "The access log " + path + " can't be written: " +
                                                  log.error().message() + "."};
  }
  shared.access_log = std::move(*log);
  return {};
}

void Gateway::Parts::build_stacks() {
  for (std::size_t i = 0; i < worker_count(shared.config); ++i) {
    observe::LogRing* const log = shared.access_log ? &shared.access_log->ring(i) : nullptr;
    stacks.push_back(std::make_unique<Stack>(shared, certificates, log));
  }
}

grpc::Result<void> Gateway::Parts::listen() {
  const net::Address http = *net::Address::parse(shared.config.listen.http);
  const net::Address https = *net::Address::parse(shared.config.listen.https);
  const net::Address operators = *net::Address::parse(shared.config.listen.admin);
  const std::optional<net::TlsContext>& tls = certificates.served();
  if (auto free = net::Listener::claim(http); !free) return free.error();
  if (auto free = net::Listener::claim(operators); !free) return free.error();
  if (tls) {
    if (auto free = net::Listener::claim(https); !free) return free.error();
  }
  for (const auto& stack : stacks) {
    if (auto bound = stack->listen(http, std::nullopt); !bound) return bound.error();
    if (!tls) continue;
    if (auto bound = stack->listen(https, tls); !bound) return bound.error();
  }
  if (auto bound = admin->listen(operators); !bound) return bound.error();
  spdlog::info("Serving HTTP/1.1 and HTTP/2 at http://{} with {} workers.", http.text(),
               stacks.size());
  if (tls) {
    spdlog::info("Serving HTTP/1.1 and HTTP/2 at https://{}.", https.text());
  } else {
    spdlog::info("TLS is not served: tls.certificate is not set.");
  }
  spdlog::info("Metrics and state for operators at http://{}.", operators.text());
  return {};
}

/// The first worker asks, for all of them.
void Gateway::Parts::watch_upstreams() {
  Stack& first = *stacks.front();
  for (std::size_t i = 0; i < shared.config.upstreams.size(); ++i) {
    if (!shared.config.upstreams[i].descriptors.empty()) continue;
    const std::size_t nth = watches.size();
    const auto told = [this, i, nth](grpc::Result<upstream::Described> described) {
      asio::post(main_loop, [this, i, nth, described = std::move(described)]() mutable {
        if (services.take(i, std::move(described))) return;
        asio::post(stacks.front()->worker().io(), [&watch = *watches[nth]] { watch.ask_later(); });
      });
    };
    watches.push_back(
        std::make_unique<upstream::DescriptorWatch>(first.worker(), first.streams(i), told));
    asio::post(first.worker().io(), [&watch = *watches.back()] { watch.start(); });
  }
}

Services::Publish Gateway::Parts::publisher() {
  return [this](const std::shared_ptr<const Offer>& offer) {
    for (const auto& stack : stacks) {
      asio::post(stack->worker().io(), [&stack = *stack, offer] { stack.adopt(*offer); });
    }
    asio::post(stacks.front()->worker().io(), [this, offer] { admin->adopt(offer); });
  };
}

void Gateway::Parts::renew_certificates() {
  if (certificates.none()) return;
  if (auto renewed = certificates.renew(); !renewed) {
    spdlog::error("The certificates stay as they are. {}", renewed.error().message);
    return;
  }
  for (const auto& stack : stacks) stack->renew(certificates);
  spdlog::info("The certificates are renewed: new connections get what is in the files now.");
}

void Gateway::Parts::reopen_access_log() {
  if (!shared.access_log) return;
  if (const auto reopened = shared.access_log->reopen(); !reopened) {
    spdlog::error("The access log {} can't be opened anew: {}. The old file stays in use.",
                  shared.config.access_log, reopened.error().message());
  }
}

void Gateway::Parts::drain() {
  const std::chrono::seconds grace = shared.config.drain;
  spdlog::info("Taking no new requests; at most {} s for those under way.", grace.count());
  asio::post(stacks.front()->worker().io(), [this] { admin->stop(); });
  for (const auto& stack : stacks) stack->drain(grace);
}

}  // namespace trunkline

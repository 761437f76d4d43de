#include "gateway/compose.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include "gateway/net/dial.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/offer.hpp"
#include "gateway/upstream/descriptor_fetch.hpp"
#include "gateway/upstream/streams.hpp"

namespace trunkline {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kDescriptorTimeout{5'000};
constexpr std::chrono::milliseconds kDescriptorPause{500};

/// All that one worker thread has of its own.
struct Stack {
  explicit Stack(const config::Config& config, const upstream::Settings& upstream_settings)
      : streams(worker, upstream_settings),
        desk{config.requests, streams, {}},
        reception{desk, config.timeouts, config.h1, config.h2} {}

  void adopt(const Offer& offer) { desk.catalog = offer.catalog(); }

  void start() {
    streams.start();
    for (const auto& listener : listeners) listener->start();
  }

  void drain(std::chrono::milliseconds grace) {
    asio::post(worker.io(), [this] {
      for (const auto& listener : listeners) listener->stop();
    });
    worker.drain(grace);
  }

  net::Worker worker;
  upstream::Streams streams;
  exchange::Desk desk;
  net::Reception reception;
  std::vector<std::unique_ptr<net::Listener>> listeners;
};

upstream::Settings upstream_settings(const config::Config& config) {
  upstream::Settings settings = config.upstream;
  settings.endpoints.clear();
  for (const std::string& text : config.endpoints) {
    settings.endpoints.push_back(*net::Address::parse(text));
  }
  return settings;
}

grpc::Result<std::string> read_file(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) return grpc::Error{grpc::Code::kNotFound, "The file " + path + " can't be read."};
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::size_t worker_count(const config::Config& config) {
  return config.workers > 0 ? config.workers
                            : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

struct Gateway::Parts {
  explicit Parts(const config::Config& given) : config(given), upstream(upstream_settings(given)) {
    for (std::size_t i = 0; i < worker_count(config); ++i) {
      stacks.push_back(std::make_unique<Stack>(config, upstream));
    }
  }

  grpc::Result<void> listen();
  grpc::Result<void> learn_own_pages();
  void learn_services();
  bool offer_services(std::string_view descriptor_set);
  void publish(const std::shared_ptr<const Offer>& offer);
  void complain(const std::string& what);
  void drain();

  const config::Config config;
  const upstream::Settings upstream;
  std::vector<std::unique_ptr<Stack>> stacks;
  // Used on the first worker's thread only.
  std::unique_ptr<upstream::DescriptorFetch> fetch;
  std::string last_complaint;
};

grpc::Result<std::unique_ptr<Gateway>> Gateway::build(const config::Config& config) {
  auto parts = std::make_unique<Parts>(config);
  if (auto learned = parts->learn_own_pages(); !learned) return learned.error();
  if (auto listening = parts->listen(); !listening) return listening.error();
  return std::unique_ptr<Gateway>(new Gateway(std::move(parts)));
}

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gateway::~Gateway() = default;

void Gateway::run() {
  asio::io_context main_loop(1);
  asio::signal_set signals(main_loop, SIGTERM, SIGINT);
  bool draining = false;
  int interrupts = 0;
  const std::function<void()> await_signal = [&] {
    signals.async_wait([&](boost::system::error_code error, int signal) {
      if (error) return;
      if (signal == SIGINT && ++interrupts == 2) std::_Exit(128 + SIGINT);
      if (!std::exchange(draining, true)) parts_->drain();
      await_signal();
    });
  };
  await_signal();

  std::vector<std::thread> threads;
  std::atomic<std::size_t> running = parts_->stacks.size();
  for (const auto& stack : parts_->stacks) {
    stack->start();
    threads.emplace_back([&stack = *stack, &main_loop, &running] {
      stack.worker.run();
      if (--running == 0) main_loop.stop();
    });
  }
  parts_->learn_services();
  main_loop.run();
  for (std::thread& thread : threads) thread.join();
  spdlog::info("All connections are closed. Goodbye.");
}

grpc::Result<void> Gateway::Parts::listen() {
  const net::Address http = *net::Address::parse(config.listen.http);
  const net::Address https = *net::Address::parse(config.listen.https);
  std::optional<net::TlsContext> tls;
  if (!config.tls.certificate.empty()) {
    auto made = net::TlsContext::server(config.tls.certificate, config.tls.key);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  if (auto free = net::Listener::claim(http); !free) return free.error();
  if (tls) {
    if (auto free = net::Listener::claim(https); !free) return free.error();
  }
  for (const auto& stack : stacks) {
    auto listener = net::Listener::open(stack->worker, http, stack->reception, std::nullopt);
    if (!listener) return listener.error();
    stack->listeners.push_back(std::move(*listener));
    if (!tls) continue;
    listener = net::Listener::open(stack->worker, https, stack->reception, tls);
    if (!listener) return listener.error();
    stack->listeners.push_back(std::move(*listener));
  }
  spdlog::info("Serving HTTP/1.1 and HTTP/2 at http://{} with {} workers.", http.text(),
               stacks.size());
  if (tls) {
    spdlog::info("Serving HTTP/1.1 and HTTP/2 at https://{}.", https.text());
  } else {
    spdlog::info("TLS is not served: tls.certificate is not set.");
  }
  return {};
}

grpc::Result<void> Gateway::Parts::learn_own_pages() {
  const auto own = Offer::make(config.pages, std::nullopt);
  if (!own) return own.error();
  publish(*own);
  if (config.descriptors.empty()) return {};
  const auto set = read_file(config.descriptors);
  if (!set) return set.error();
  const auto offer = Offer::make(config.pages, *set);
  if (!offer) return offer.error();
  publish(*offer);
  return {};
}

void Gateway::Parts::learn_services() {
  if (!config.descriptors.empty()) return;
  // The first worker asks, for all of them.
  Stack& first = *stacks.front();
  asio::post(first.worker.io(), [this, &first] {
    fetch = std::make_unique<upstream::DescriptorFetch>(first.streams);
    fetch->start(kDescriptorTimeout, [this, &first](grpc::Result<std::string> set) {
      if (set && offer_services(*set)) return;
      if (!set) complain("The backend's descriptors are not known yet: " + set.error().message);
      asio::co_spawn(first.worker.io(), net::pause(first.worker, kDescriptorPause),
                     [this](std::exception_ptr) { learn_services(); });
    });
  });
}

bool Gateway::Parts::offer_services(std::string_view descriptor_set) {
  const auto offer = Offer::make(config.pages, descriptor_set);
  if (!offer) {
    complain("The backend's descriptors can't be used: " + offer.error().message);
    return false;
  }
  publish(*offer);
  spdlog::info("The backend offers {} routes.", (*offer)->service_routes());
  return true;
}

void Gateway::Parts::complain(const std::string& what) {
  if (what == last_complaint) return;  // it is tried again and again
  last_complaint = what;
  spdlog::warn("{}", what);
}

void Gateway::Parts::publish(const std::shared_ptr<const Offer>& offer) {
  for (const auto& stack : stacks) {
    asio::post(stack->worker.io(), [&stack = *stack, offer] { stack.adopt(*offer); });
  }
}

void Gateway::Parts::drain() {
  spdlog::info("Taking no new requests; at most {} s for those under way.", config.drain.count());
  for (const auto& stack : stacks) stack->drain(config.drain);
}

}  // namespace trunkline

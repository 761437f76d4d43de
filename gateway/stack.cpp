#include "gateway/stack.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <sys/resource.h>

namespace trunkline {
namespace {

namespace asio = boost::asio;

std::vector<upstream::Settings> upstream_settings(const config::Config& config) {
  std::vector<upstream::Settings> all;
  for (const config::Upstream& upstream : config.upstreams) {
    upstream::Settings& settings = all.emplace_back(upstream.lines);
    settings.name = upstream.name;
    settings.endpoints.clear();
    for (const std::string& text : upstream.endpoints) {
      settings.endpoints.push_back(*net::Address::parse(text));
    }
  }
  return all;
}

std::size_t descriptor_limit() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
}

}  // namespace

Shared::Shared(const config::Config& given)
    : config(given),
      upstreams(upstream_settings(given)),
      forwarding(given.forwarding),
      cors(given.cors),
      caps(given.connections, descriptor_limit()) {}

Stack::Stack(Shared& shared, const Certificates& certificates, observe::LogRing* log)
    : shared_(shared),
      recorder_(log),
      departures_(worker_),
      alarm_(worker_),
      reads_(shared.config.collapse, departures_, shared.config.compression,
             shared.forwarding.shared_fields()),
      watches_(shared.config.watch, alarm_, shared.config.requests.stream_retry),
      desk_{
          shared.config.requests, shared.forwarding, shared.cors, recorder_, reads_, watches_, {}},
      reception_(reception(shared, shared.caps, desk_, recorder_)) {
  departures_.serve(reads_.flights);
  alarm_.serve(watches_);
  for (std::size_t i = 0; i < shared.upstreams.size(); ++i) {
    upstreams_.push_back(std::make_unique<upstream::Switchboard>(
        worker_, shared.upstreams[i], recorder_.meters(), certificates.upstream(i)));
  }
}

grpc::Result<void> Stack::listen(const net::Address& address, std::optional<net::TlsContext> tls) {
  auto listener = net::Listener::open(worker_, address, reception_, std::move(tls));
  if (!listener) return listener.error();
  listeners_.push_back(std::move(*listener));
  return {};
}

void Stack::start() {
  for (const auto& upstream : upstreams_) upstream->start();
  for (const auto& listener : listeners_) listener->start();
}

std::vector<exchange::Upstream*> Stack::lines() const {
  std::vector<exchange::Upstream*> all;
  for (const auto& upstream : upstreams_) all.push_back(&upstream->port());
  return all;
}

void Stack::renew(const Certificates& certificates) {
  asio::post(worker_.io(), [this, certificates] {
    for (std::size_t i = 0; i < upstreams_.size(); ++i) {
      if (const auto& context = certificates.upstream(i)) upstreams_[i]->renew(*context);
    }
    if (!certificates.served()) return;
    for (const auto& listener : listeners_) listener->renew(*certificates.served());
  });
}

void Stack::drain(std::chrono::milliseconds grace) {
  asio::post(worker_.io(), [this] {
    for (const auto& listener : listeners_) listener->stop();
  });
  worker_.drain(grace);
  // Behind the goodbye to all connections: who watches comes again, and not by one of these.
  asio::post(worker_.io(), [this] {
    watches_.drain();
    worker_.end_turn();
  });
}

net::Reception reception(const Shared& shared, policy::ConnectionCaps& caps,
                         const exchange::Desk& desk, observe::Recorder& recorder) {
  const config::Config& config = shared.config;
  net::Reception made{desk, recorder, caps, config.patience, config.h1, config.h2};
  made.h1.patience = config.patience;
  made.h2.patience = config.patience;
  return made;
}

}  // namespace trunkline

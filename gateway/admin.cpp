#include "gateway/admin.hpp"

#include <map>
#include <utility>

#include <boost/smart_ptr/make_local_shared.hpp>
#include <nlohmann/json.hpp>

#include "gateway/observe/exposition.hpp"
#include "gateway/route/table.hpp"
#include "gateway/settings/keys.hpp"

namespace trunkline {
namespace {

constexpr char kJson[] = "application/json";
constexpr std::size_t kMostConnections = 64;

}  // namespace

Admin::Admin(Shared& shared, const std::vector<std::unique_ptr<Stack>>& stacks,
             observe::Version version)
    : shared_(shared),
      stacks_(stacks),
      version_(std::move(version)),
      caps_({.per_address = 0, .in_all = kMostConnections}, kMostConnections),
      desk_{shared.config.requests,  shared.forwarding,         cors_,    recorder_,
            stacks.front()->reads(), stacks.front()->watches(), catalog()},
      reception_(reception(shared, caps_, desk_, recorder_)) {}

grpc::Result<void> Admin::listen(const net::Address& address) {
  auto listener = net::Listener::open(stacks_.front()->worker(), address, reception_, std::nullopt);
  if (!listener) return listener.error();
  listener_ = std::move(*listener);
  return {};
}

void Admin::start() {
  listener_->start();
}

void Admin::adopt(std::shared_ptr<const Offer> offer) {
  offer_ = std::move(offer);
  desk_.catalog = catalog();
}

void Admin::stop() {
  listener_->stop();
}

exchange::CatalogPtr Admin::catalog() {
  auto made = boost::make_local_shared<exchange::Catalog>();
  std::vector<route::Rule> rules;
  const auto add = [&](const char* path, exchange::Target target) {
    rules.push_back({"GET", path, static_cast<std::uint32_t>(rules.size()), path});
    made->targets.push_back({std::move(target)});
  };
  add("/healthz", exchange::FixedAnswer{kJson, http::SharedBody(std::string(kAliveJson))});
  add("/readyz", exchange::ReadinessProbe{});
  add("/metrics",
      exchange::LivePage{std::string(observe::kMetricsType), [this] { return metrics(); }});
  add("/upstreams", exchange::LivePage{kJson, [this] { return upstreams(); }});
  add("/config", exchange::LivePage{kJson, [this] { return config(); }});
  add("/version", exchange::LivePage{kJson, [this] { return observe::version_json(version_); }});
  made->table = std::make_shared<const route::Table>(route::Table::build(std::move(rules)).value());
  if (offer_) made->upstreams = offer_->upstreams(stacks_.front()->lines());
  made->complete = true;  // it has nothing but this
  made->carries_calls = false;
  return made;
}

std::string Admin::metrics() const {
  std::vector<const observe::Meters*> meters;
  for (const auto& stack : stacks_) meters.push_back(&stack->meters());
  return observe::metrics_text(meters, shared_.access_log.get(), version_);
}

std::string Admin::upstreams() const {
  nlohmann::ordered_json out;
  out["upstreams"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < shared_.config.upstreams.size(); ++i) {
    const config::Upstream& upstream = shared_.config.upstreams[i];
    nlohmann::ordered_json one{{"name", upstream.name}};
    one["required"] = upstream.required;
    one["descriptors"] = upstream.descriptors.empty() ? "reflection" : upstream.descriptors;
    one["known"] = offer_ && offer_->sources()[i].schema != nullptr;
    one["methods"] = offer_ ? offer_->methods_of(i) : 0;
    one["paths"] = offer_ ? offer_->routes_of(i) : 0;
    one.update(traffic(upstream.name));
    out["upstreams"].push_back(std::move(one));
  }
  out["complaints"] = nlohmann::ordered_json::array();
  if (offer_) {
    for (const auto& complaint : offer_->complaints()) out["complaints"].push_back(complaint.text);
  }
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

nlohmann::ordered_json Admin::traffic(std::string_view upstream) const {
  struct Sums {
    std::uint64_t lines = 0;
    std::uint64_t calls = 0;
    std::uint64_t begun = 0;
    std::uint64_t failed = 0;
  };
  std::map<std::string, Sums> endpoints;
  std::uint64_t queued = 0;
  const auto add = [&](const observe::EndpointMeters& endpoint) {
    if (endpoint.lines_opened.value() + endpoint.lines_failed.value() == 0) return;
    Sums& sums = endpoints[endpoint.name()];
    sums.lines += endpoint.lines_open.value();
    sums.calls += endpoint.calls_under_way.value();
    sums.begun += endpoint.calls_begun.value();
    sums.failed += endpoint.calls_failed.value();
  };
  for (const auto& stack : stacks_) {
    stack->meters().for_each_upstream([&](const observe::UpstreamMeters& meters) {
      if (meters.name() != upstream) return;
      queued += meters.queued.value();
      meters.for_each_endpoint(add);
    });
  }
  nlohmann::ordered_json out;
  out["queued_calls"] = queued;
  out["endpoints"] = nlohmann::ordered_json::array();
  for (const auto& [address, sums] : endpoints) {
    out["endpoints"].push_back({{"address", address},
                                {"up", sums.lines > 0},
                                {"lines", sums.lines},
                                {"calls_under_way", sums.calls},
                                {"calls_begun", sums.begun},
                                {"calls_failed", sums.failed}});
  }
  return out;
}

std::string Admin::config() const {
  config::Config effective = shared_.config;
  settings::Keys keys;
  declare(keys, effective);
  return keys.effective() + "\n";
}

}  // namespace trunkline

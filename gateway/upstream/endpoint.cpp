#include "gateway/upstream/endpoint.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/net/dial.hpp"

namespace trunkline::upstream {
namespace {

namespace asio = boost::asio;

// Half to all of `pause`, so that many workers and gateways do not come back in step.
std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> part(pause.count() / 2, pause.count());
  return std::chrono::milliseconds(part(random));
}

}  // namespace

Endpoint::Endpoint(net::Worker& worker, const Settings& settings, net::Address address,
                   Owner& owner)
    : worker_(worker),
      settings_(settings),
      address_(std::move(address)),
      owner_(owner),
      wanted_(settings.lines),
      backoff_(settings.least_backoff) {}

void Endpoint::keep_up() {
  if (connecting_ || usable_lines() >= wanted_) return;
  connecting_ = true;
  asio::co_spawn(worker_.io(), connect(), asio::detached);
}

asio::awaitable<void> Endpoint::connect() {
  while (usable_lines() < wanted_ && !worker_.closing()) {
    if (net::Clock::now() - attempted_at_ < settings_.most_backoff) {
      // The attempt before was a moment ago: it failed, or its line did not last. (Or lines fill
      // up quickly, which can wait a moment too.)
      co_await net::pause(worker_, jittered(backoff_));
      backoff_ = std::min(2 * backoff_, settings_.most_backoff);
    } else {
      backoff_ = settings_.least_backoff;
    }
    attempted_at_ = net::Clock::now();
    boost::system::error_code error;
    auto stream = co_await net::dial(worker_, address_, settings_.connect_timeout, error);
    if (!stream) {
      failed(error.message());
      continue;
    }
    auto line =
        std::make_shared<Line>(worker_, std::move(*stream), settings_, address_.text(), owner_);
    lines_.push_back(line);
    line->launch();
  }
  connecting_ = false;
}

std::size_t Endpoint::usable_lines() const noexcept {
  // Lines that are still settling count: they are on their way.
  return static_cast<std::size_t>(std::count_if(
      lines_.begin(), lines_.end(),
      [](const std::shared_ptr<Line>& line) { return line->ready() || !line->settled(); }));
}

Line* Endpoint::line_with_room() {
  Line* best = nullptr;
  for (const std::shared_ptr<Line>& line : lines_) {
    if (line->has_room() && (best == nullptr || line->calls() < best->calls())) best = line.get();
  }
  const bool crowded = best == nullptr || best->crowded();
  if (crowded && !connecting_ && !down_ && wanted_ < settings_.most_lines &&
      usable_lines() == wanted_) {
    ++wanted_;
  }
  keep_up();
  return best;
}

void Endpoint::on_line_ready(Line&) {
  if (std::exchange(down_, false)) owner_.on_endpoint_up(*this);
}

void Endpoint::on_line_closed(Line& line) {
  const bool settled = line.settled();
  std::erase_if(lines_, [&](const std::shared_ptr<Line>& one) { return one.get() == &line; });
  if (worker_.closing()) return;
  wanted_ = std::max(settings_.lines, std::min(wanted_, lines_.size()));
  if (!settled) failed("the connection was closed before it could be used");
  keep_up();
}

bool Endpoint::owns(const Line& line) const noexcept {
  return std::any_of(lines_.begin(), lines_.end(),
                     [&](const std::shared_ptr<Line>& one) { return one.get() == &line; });
}

void Endpoint::failed(const std::string& reason) {
  const bool has_ready =
      std::any_of(lines_.begin(), lines_.end(), [](const auto& line) { return line->ready(); });
  if (has_ready || std::exchange(down_, true)) return;
  owner_.on_endpoint_down(*this, reason);
}

}  // namespace trunkline::upstream

#include "gateway/upstream/endpoint.hpp"

#include <algorithm>
#include <random>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/net/dial.hpp"
#include "gateway/upstream/stream_line.hpp"
#include "gateway/upstream/tunnel_line.hpp"

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

Endpoint::Endpoint(net::Worker& worker, const Settings& settings, const Seating& seating,
                   const std::optional<net::TlsContext>& tls, net::Address address, Owner& owner,
                   observe::UpstreamMeters& meters)
    : worker_(worker),
      settings_(settings),
      seating_(seating),
      tls_(tls),
      address_(std::move(address)),
      owner_(owner),
      meters_(meters.endpoint(address_.text())),
      wanted_(seating.lines),
      backoff_(settings.least_backoff) {}

void Endpoint::keep_up() {
  // Who is away is looked for, also where no line is kept.
  const std::size_t least = std::max<std::size_t>(wanted_, down_ ? 1 : 0);
  while (lines() < least && may_dial()) open_line();
}

void Endpoint::open_line() {
  ++dialing_;
  asio::co_spawn(worker_.io(), connect(), asio::detached);
}

asio::awaitable<void> Endpoint::connect() {
  bool connected = false;
  while (!connected && !worker_.closing()) {
    if (!troubled_ || net::Clock::now() - attempted_at_ >= settings_.most_backoff) {
      backoff_ = settings_.least_backoff;
    } else {
      // The attempt before was a moment ago: it failed, or its line did not last.
      co_await net::pause(worker_, jittered(backoff_));
      backoff_ = std::min(2 * backoff_, settings_.most_backoff);
    }
    attempted_at_ = net::Clock::now();
    const std::string& name = settings_.tls.server_name;
    std::optional<net::TlsPeer> peer;
    if (tls_) peer = {*tls_, name.empty() ? address_.host : name};
    auto stream = co_await net::dial(worker_, address_, std::move(peer), settings_.connect_timeout);
    connected = stream.has_value();
    if (!connected) {
      failed(stream.error().message);
      if (dialing_ > 1) break;  // one that goes on is enough
      continue;
    }
    const std::shared_ptr<Line> line = make_line(std::move(*stream));
    lines_.push_back(line);
    line->launch();
  }
  --dialing_;
}

std::shared_ptr<Line> Endpoint::make_line(net::AnyStream stream) {
  // What TLS has proved is what we speak to (RFC 9110 section 4.3.3).
  const std::string& name = settings_.tls.server_name;
  std::string authority = name.empty() ? address_.text() : net::Address{name, address_.port}.text();
  if (seating_.tunnel) {
    return std::make_shared<TunnelLine>(worker_, std::move(stream), settings_, std::move(authority),
                                        owner_, meters_);
  }
  return std::make_shared<StreamLine>(worker_, std::move(stream), settings_, seating_,
                                      std::move(authority), owner_, meters_);
}

std::size_t Endpoint::usable_lines() const noexcept {
  // Lines that are still settling count: they are on their way.
  return static_cast<std::size_t>(std::count_if(
      lines_.begin(), lines_.end(),
      [](const std::shared_ptr<Line>& line) { return line->ready() || !line->settled(); }));
}

std::size_t Endpoint::coming() const noexcept {
  return dialing_ + static_cast<std::size_t>(std::count_if(
                        lines_.begin(), lines_.end(),
                        [](const std::shared_ptr<Line>& line) { return !line->settled(); }));
}

Line* Endpoint::line_with_room() {
  Line* best = nullptr;
  for (const std::shared_ptr<Line>& line : lines_) {
    if (line->has_room() && (best == nullptr || line->calls() < best->calls())) best = line.get();
    if (best != nullptr && best->calls() == 0) break;
  }
  if (seating_.alone) return best;
  const bool crowded = best == nullptr || best->crowded();
  if (crowded && !down_ && coming() == 0 && lines() == wanted_ && wanted_ < seating_.most_lines) {
    ++wanted_;
  }
  keep_up();
  return best;
}

bool Endpoint::can_widen() const noexcept {
  return !down_ && may_dial() && lines() < seating_.most_lines;
}

void Endpoint::widen() {
  open_line();
  if (!seating_.once) wanted_ = std::max(wanted_, lines());
}

void Endpoint::on_line_ready(Line& line) {
  troubled_ = false;
  if (std::exchange(down_, false)) owner_.on_endpoint_up(*this);
  const bool first = std::none_of(lines_.begin(), lines_.end(), [&](const auto& other) {
    return other.get() != &line && other->ready();
  });
  if (first) owner_.on_endpoint_reached();
  keep_up();
}

void Endpoint::on_line_draining() {
  troubled_ = true;
  keep_up();
}

void Endpoint::on_line_closed(Line& line) {
  const bool settled = line.settled();
  troubled_ = troubled_ || !line.retired();
  std::erase_if(lines_, [&](const std::shared_ptr<Line>& one) { return one.get() == &line; });
  if (worker_.closing()) return;
  wanted_ = std::max(seating_.lines, std::min(wanted_, lines_.size() + dialing_));
  if (!settled) {
    // A backend that does not take us for a caller may end the connection without an alert.
    const std::string why = line.failure();
    const std::string_view closed =
        tls_ ? "the connection was closed after the TLS handshake, as by a backend that does not "
               "accept our certificate (the upstream's tls.certificate)"
             : "the connection was closed before it could be used";
    failed(why.empty() ? std::string(closed) : why);
  }
  if (settled && !reached()) owner_.on_endpoint_lost();
  keep_up();
}

bool Endpoint::reached() const noexcept {
  return std::any_of(lines_.begin(), lines_.end(), [](const auto& line) { return line->ready(); });
}

bool Endpoint::owns(const Line& line) const noexcept {
  return std::any_of(lines_.begin(), lines_.end(),
                     [&](const std::shared_ptr<Line>& one) { return one.get() == &line; });
}

void Endpoint::failed(const std::string& reason) {
  meters_.lines_failed.add();
  troubled_ = true;
  if (reached()) return;
  const bool news = !std::exchange(down_, true) || reason != reason_;
  reason_ = reason;
  if (news) owner_.on_endpoint_down(*this, reason);
}

}  // namespace trunkline::upstream

#include "gateway/upstream/switchboard.hpp"

#include <utility>

namespace trunkline::upstream {
namespace {

// Marks the ids of unary calls: a bit of the slot, of which a worker never has so many.
constexpr exchange::CallId kUnary = 1U << 31;

}  // namespace

Switchboard::Switchboard(net::Worker& worker, const Settings& settings, observe::Meters& meters,
                         std::optional<net::TlsContext> tls)
    : streams_(worker, settings, meters, tls) {
  if (settings.mode != Mode::kStreams) {
    unary_.emplace(worker, settings, meters, std::move(tls), settings.mode);
  }
}

void Switchboard::start() {
  streams_.start();
  if (unary_) unary_->start();
}

void Switchboard::renew(const net::TlsContext& tls) {
  streams_.renew(tls);
  if (unary_) unary_->renew(tls);
}

exchange::Upstream& Switchboard::port() noexcept {
  if (unary_) return *this;
  return streams_;
}

grpc::Result<exchange::CallId> Switchboard::begin(exchange::Call call,
                                                  exchange::CallObserver& observer) {
  if (!call.unary || !unary_->takes(call)) return streams_.begin(std::move(call), observer);
  const auto begun = unary_->begin(std::move(call), observer);
  if (!begun) return begun;
  return *begun | kUnary;
}

Trunk& Switchboard::way_of(exchange::CallId call) noexcept {
  return (call & kUnary) != 0 ? *unary_ : streams_;
}

void Switchboard::send(exchange::CallId call, http::SharedBody chunk, bool end) {
  way_of(call).send(call & ~kUnary, std::move(chunk), end);
}

void Switchboard::consume(exchange::CallId call, std::size_t bytes) {
  way_of(call).consume(call & ~kUnary, bytes);
}

void Switchboard::cancel(exchange::CallId call) {
  way_of(call).cancel(call & ~kUnary);
}

std::string_view Switchboard::endpoint(exchange::CallId call) {
  return way_of(call).endpoint(call & ~kUnary);
}

}  // namespace trunkline::upstream

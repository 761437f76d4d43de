#include "gateway/upstream/tunnel_line.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/grpc/code.hpp"
#include "gateway/grpc/status.hpp"

namespace trunkline::upstream {
namespace {

constexpr std::string_view kPath = "/trunkline.tunnel.v1.TunnelService/Open";

/// One stream carries what the whole line may have under way.
h2::ClientLimits one_stream(h2::ClientLimits limits) {
  limits.stream_window = std::max(limits.stream_window, limits.connection_window);
  return limits;
}

}  // namespace

TunnelLine::TunnelLine(net::Worker& worker, net::AnyStream stream, const Settings& settings,
                       std::string authority, Owner& owner, observe::EndpointMeters& meters)
    : Line(worker, std::move(stream), one_stream(settings.h2), settings, owner, meters),
      authority_(std::move(authority)),
      tls_(settings.tls.enabled),
      tunnel_(settings.h2.connection_window, *this) {}

bool TunnelLine::crowded() const noexcept {
  return tunnel_.open() >= std::size_t{tunnel_.limits().calls} / 4 * 3;
}

std::string TunnelLine::failure() const {
  return failure_.empty() ? Line::failure() : failure_;
}

void TunnelLine::open_tunnel() {
  http::RequestHead head;
  head.method = "POST";
  head.scheme = tls_ ? "https" : "http";
  head.authority = authority_;
  head.target = kPath;
  head.headers = {
      {"te", "trailers"}, {"content-type", "application/grpc"}, {"user-agent", "trunkline"}};
  std::string credit;
  tunnel_.gather(credit);
  stream_id_ = session_.submit(head, http::SharedBody(std::move(credit)), false);
}

void TunnelLine::carry(CallRecord& call) {
  take_on(call);
  tunnel_.carry(call, exchange::Clock::now());
  flush_soon();
}

void TunnelLine::send(const CallRecord&, http::SharedBody, bool) {
  // The calls of a tunnel are whole from the start.
}

void TunnelLine::consume(const CallRecord& call, std::size_t bytes) {
  tunnel_.consume(call, bytes);
  flush_soon();
}

void TunnelLine::cancel(CallRecord& call) {
  let_go(meters_.calls_canceled);
  tunnel_.cancel(call);
  flush_soon();
}

void TunnelLine::settle() {
  tunnel_.tell_refused();
  if (!stream_id_) return;
  std::string frames;
  if (tunnel_.gather(frames)) {
    session_.send(*stream_id_, http::SharedBody(std::move(frames)), false);
  }
}

void TunnelLine::handle(h2::ClientEvent&& event) {
  if (auto* response = std::get_if<h2::ResponseEvent>(&event)) {
    if (response->head.status != 200) {
      break_off("it answered with HTTP status " + std::to_string(response->head.status) +
                " where a tunnel was asked for");
    } else if (response->end) {
      ended(response->head.headers);
    }
  } else if (auto* data = std::get_if<http::DataEvent>(&event)) {
    take(data->bytes);
  } else if (auto* trailers = std::get_if<http::TrailersEvent>(&event)) {
    ended(trailers->headers);
  } else if (std::holds_alternative<h2::ClosedEvent>(event)) {
    break_off("it gave the tunnel up");
  }
}

void TunnelLine::take(std::string_view bytes) {
  // HTTP/2's credit goes back at once: what waits here is bounded by the tunnel's own.
  session_.consume(*stream_id_, bytes.size());
  if (const auto taken = tunnel_.take(bytes); !taken) break_off(taken.error().message);
}

void TunnelLine::ended(const http::Headers& trailers) {
  const auto error = grpc::status_of(trailers.find("grpc-status").value_or(""),
                                     trailers.find("grpc-message").value_or(""), {});
  if (!error) return break_off("it ended the tunnel");
  if (error->code == grpc::Code::kUnimplemented) {
    return break_off("it has no tunnel, a service named trunkline.tunnel.v1.TunnelService");
  }
  break_off("it ended the tunnel with " + std::string(grpc::name(error->code)) + ", \"" +
            error->message + "\"");
}

void TunnelLine::break_off(std::string why) {
  if (failure_.empty()) failure_ = std::move(why);
  if (settled() && !draining()) {
    spdlog::warn("Upstream {}. The tunnel to the backend at {} is over: {}.", settings_.name,
                 endpoint(), failure_);
  }
  close();
}

void TunnelLine::on_handled() {
  if (session_.settled() && !stream_id_ && open()) {
    open_tunnel();
    flush_soon();
  }
  if (draining() && settled() && calls() == 0) retire();
}

std::vector<Line::Orphan> TunnelLine::give_up_calls() {
  std::vector<Orphan> orphans;
  for (const Tunnel::GivenUp& one : tunnel_.give_up_calls()) {
    orphans.push_back(Orphan::of(*one.call, one.unprocessed));
  }
  return orphans;
}

void TunnelLine::on_head(CallRecord& call, http::Headers&& metadata) {
  call.answering = true;
  call.body = {};
  call.observer->on_head({200, std::move(metadata)});
}

void TunnelLine::on_data(CallRecord& call, std::string_view bytes) {
  call.observer->on_data(bytes);
}

void TunnelLine::on_end(CallRecord& call, http::Headers&& trailers) {
  let_go(meters_.calls_ended);
  owner_.on_answered(call, trailers);
}

void TunnelLine::on_not_begun(CallRecord& call, grpc::Error error) {
  let_go(meters_.calls_failed);
  owner_.on_broken(call, true, std::move(error));
}

}  // namespace trunkline::upstream

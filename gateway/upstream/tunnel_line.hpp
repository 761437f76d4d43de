#pragma once

// A line that carries all its calls in one stream: a tunnel (tunnel.hpp). What the calls of one
// turn of the worker have to say leaves in one message.

#include <optional>
#include <string>
#include <vector>

#include "gateway/upstream/line.hpp"
#include "gateway/upstream/tunnel.hpp"

namespace trunkline::upstream {

class TunnelLine final : public Line, private Tunnel::Caller {
 public:
  TunnelLine(net::Worker& worker, net::AnyStream stream, const Settings& settings,
             std::string authority, Owner& owner, observe::EndpointMeters& meters);

  bool settled() const noexcept override { return tunnel_.welcomed(); }
  bool has_room() const noexcept override { return ready() && tunnel_.has_room(); }
  bool crowded() const noexcept override;
  std::size_t calls() const noexcept override { return tunnel_.open(); }
  std::size_t most_request() const noexcept override { return tunnel_.limits().request_bytes; }
  std::string failure() const override;

  void carry(CallRecord& call) override;
  void send(const CallRecord& call, http::SharedBody chunk, bool end) override;
  void consume(const CallRecord& call, std::size_t bytes) override;
  void cancel(CallRecord& call) override;

 private:
  bool draining() const noexcept override { return tunnel_.draining() || Line::draining(); }
  void handle(h2::ClientEvent&& event) override;
  void on_handled() override;
  void settle() override;
  std::vector<Orphan> give_up_calls() override;

  void on_head(CallRecord& call, http::Headers&& metadata) override;
  void on_data(CallRecord& call, std::string_view bytes) override;
  void on_end(CallRecord& call, http::Headers&& trailers) override;
  void on_not_begun(CallRecord& call, grpc::Error error) override;

  void open_tunnel();
  void take(std::string_view bytes);
  void ended(const http::Headers& trailers);
  void break_off(std::string why);

  const std::string authority_;
  const bool tls_;
  Tunnel tunnel_;
  std::optional<http::StreamId> stream_id_;
  std::string failure_;
};

}  // namespace trunkline::upstream

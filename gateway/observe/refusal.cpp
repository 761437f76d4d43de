#include "gateway/observe/refusal.hpp"

#include <array>

namespace trunkline::observe {
namespace {

constexpr std::array<std::string_view, kRefusals> kNames{
    "connections_per_address",
    "connections_in_all",
    "slow_preface",
    "slow_handshake",
    "tls_handshake",
    "settings_not_acknowledged",
    "output_queue",
    "peer_does_not_read",
    "protocol_error",
    "reset_flood",
    "made_you_reset",
    "continuation_flood",
    "header_bomb",
    "ping_flood",
    "settings_flood",
    "priority_flood",
    "window_update_flood",
    "unknown_frame_flood",
    "empty_data_flood",
    "stream_error",
    "too_many_streams",
    "stalled_stream",
    "idle_stream",
    "slow_headers",
    "slow_body",
    "header_fields",
    "request_line",
    "malformed_request",
    "method",
    "path",
    "field_name",
    "metadata",
    "body_size",
    "queue_full",
    "message_size",
};

}  // namespace

std::string_view name_of(Refusal reason) noexcept {
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace trunkline::observe

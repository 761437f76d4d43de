#include "gateway/h2/nghttp2_engine.hpp"

#include <memory>

#include "gateway/h2/session_handle.hpp"

namespace trunkline::h2 {
namespace {

// Of one head. libnghttp2 counts not frames but the pieces in which it is fed, of which a frame's
// header can make nine; a server's limit is kept by its FloodGuard.
constexpr std::size_t kMostContinuations = 9 * 64;

constexpr std::uint64_t kNoRateLimit = std::uint64_t{1} << 62;

}  // namespace

void SessionDeleter::operator()(nghttp2_session* session) const noexcept {
  nghttp2_session_del(session);
}

const nghttp2_option* session_options() {
  static const auto options = [] {
    nghttp2_option* made = nullptr;
    nghttp2_option_new(&made);
    nghttp2_option_set_no_auto_window_update(made, 1);
    // Closed streams would be kept for the priority tree, which RFC 9113 abolished.
    nghttp2_option_set_no_closed_streams(made, 1);
    nghttp2_option_set_max_continuations(made, kMostContinuations);
    // It goes by a clock of its own; the bucket of ours decides.
    nghttp2_option_set_stream_reset_rate_limit(made, kNoRateLimit, kNoRateLimit);
    return std::unique_ptr<nghttp2_option, void (*)(nghttp2_option*)>(made, nghttp2_option_del);
  }();
  return options.get();
}

bool feed_bytes(nghttp2_session* session, std::string_view bytes) {
  return nghttp2_session_mem_recv(session, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                  bytes.size()) >= 0;
}

bool gather_frames(nghttp2_session* session, std::string& out, std::size_t limit) {
  while (out.size() < limit) {
    const std::uint8_t* frame = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session, &frame);
    if (size < 0) return false;
    if (size == 0) break;
    out.append(reinterpret_cast<const char*>(frame), static_cast<std::size_t>(size));
  }
  return true;
}

ssize_t read_body(OutgoingBody& body, bool& waiting, std::uint8_t* to, std::size_t size,
                  std::uint32_t* flags) noexcept {
  if (body.empty() && !body.ended()) {
    waiting = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  const std::size_t taken = body.take(reinterpret_cast<char*>(to), size);
  if (body.empty() && body.ended()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(taken);
}

}  // namespace trunkline::h2

#pragma once

// Private to exchange: a stream as server-sent events (HTML, section 9.2). Each message is an
// event without a name and with a running number for its id; an error is an event named "error".
// When the stream ends well it just ends.

#include <chrono>
#include <cstdint>

#include "gateway/exchange/stream/stream_form.hpp"

namespace trunkline::exchange {

inline constexpr std::string_view kEventStreamType = "text/event-stream";

class EventStream final : public StreamForm {
 public:
  explicit EventStream(std::chrono::milliseconds retry) : retry_(retry) {}

  std::string_view content_type() const override { return kEventStreamType; }
  void begin_message(std::string& out) override;
  void end_message(std::string& out) override;
  void end(std::string& out) override;
  void end_with_error(std::string_view error, std::string& out) override;
  void heartbeat(std::string& out) override;

 private:
  void open(std::string& out);

  const std::chrono::milliseconds retry_;
  std::uint64_t events_ = 0;
  bool open_ = false;
};

}  // namespace trunkline::exchange

#pragma once

// Private to upstream: the frames of trunkline.tunnel.v1 (proto/trunkline/tunnel/v1/tunnel.proto)
// as bytes. What a caller says is written, what a server says is read; code generated for them
// would copy each message once more.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/headers.hpp"

namespace trunkline::upstream {

struct CallFrame {
  std::uint64_t id = 0;
  std::string_view method;
  std::chrono::microseconds timeout{0};  ///< 0: none
  std::string_view request;
  const http::Headers& metadata;  ///< as HTTP/2 has it: binary values are base64
};

// Each appends a piece of one CallerFrames message.
void append_call(std::string& message, const CallFrame& call);
void append_cancel(std::string& message, std::uint64_t id);
void append_credit(std::string& message, std::uint64_t bytes);

struct EndFrame {
  std::uint32_t code = 0;
  std::string_view message;
  std::string_view details;
  http::Headers metadata;  ///< as HTTP/2 has it
  bool not_begun = false;
};

struct AnswerFrame {
  std::uint64_t id = 0;
  std::string_view data;
  bool has_data = false;
  std::uint64_t message_bytes = 0;  ///< 0: not said
  http::Headers metadata;           ///< as HTTP/2 has it
  std::optional<EndFrame> end;
};

struct LimitsFrame {
  std::uint32_t calls = 0;
  std::uint32_t request_bytes = 0;
  std::uint32_t metadata_bytes = 0;
  std::uint32_t message_bytes = 0;
};

/// Who hears of the frames in a ServerFrames message, in their order.
class ServerFrames {
 public:
  virtual void on_answer(AnswerFrame&& answer) = 0;
  virtual void on_limits(const LimitsFrame& limits) = 0;
  virtual void on_drain(std::uint64_t last_id) = 0;

 protected:
  ~ServerFrames() = default;
};

/// Reads a ServerFrames message; false if it is broken, in which case some frames may have been
/// told of. Views live as long as `message`. Metadata that HTTP/2 could not carry is left out.
bool read_server_frames(std::string_view message, ServerFrames& frames);

}  // namespace trunkline::upstream

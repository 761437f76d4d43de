#pragma once

// Writes trunkline.tunnel.v1.ServerFrames: small pieces of answers one behind the other, the bytes
// of large ones by reference. One object writes one message after the other.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include "backends/serve/tunnel_settings.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::serve {

class ServerFrames {
 public:
  void limits(const TunnelSettings& settings);
  void drain(std::uint64_t last_id);

  struct Piece {
    std::uint64_t id = 0;
    std::size_t from = 0;  ///< of the answer's message
    std::size_t size = 0;
    bool last = true;        ///< the answer's end comes with it
    bool not_begun = false;  ///< which says so
  };
  void piece(const Answer& answer, const Piece& piece);

  /// Bytes of the message so far.
  std::size_t size() const { return text_.size() + referred_; }

  /// The message; the next one is empty.
  ::grpc::ByteBuffer take();

 private:
  std::string text_;  // what came since the last slice
  std::vector<::grpc::Slice> slices_;
  std::size_t referred_ = 0;  // bytes in slices
};

}  // namespace trunkline::serve

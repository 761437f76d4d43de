#pragma once

// gRPC-Web's text form (grpc/doc/PROTOCOL-WEB.md, "Text-encoded streams"): base64, of which any
// piece may be padded on its own, so that the whole is not one base64 text.

#include <string>
#include <string_view>

#include "gateway/grpc/error.hpp"

namespace trunkline::grpc {

/// Turns a stream of text into bytes, however it is cut.
class WebTextDecoder {
 public:
  /// The bytes that are whole now; fewer than four characters are kept for the next call.
  Result<std::string> decode(std::string_view text);

  /// Whether characters are left over for which others are missing.
  bool partial() const noexcept { return !kept_.empty(); }

 private:
  std::string kept_;
};

/// One piece, padded, so that its reader need not wait for another.
std::string encode_web_text(std::string_view bytes);

}  // namespace trunkline::grpc

#pragma once

// gRPC-Web's last frame (grpc/doc/PROTOCOL-WEB.md, "Message framing"): the trailers, for which a
// browser has no other place, as lines of "name: value" behind a prefix whose first byte has the
// highest bit set.

#include <string>
#include <string_view>

namespace trunkline::grpc {

class WebTrailers {
 public:
  WebTrailers();

  /// `name` in lower case. A control character in `value` becomes a space: it could end the line.
  void add(std::string_view name, std::string_view value);

  /// The whole frame. Last call.
  std::string take();

 private:
  std::string frame_;
};

}  // namespace trunkline::grpc

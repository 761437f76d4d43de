#pragma once

// The body one stream still has to send: shared chunks in order, an end, perhaps trailers after
// it. Framing takes bytes from the front; flow control decides how many.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/headers.hpp"
#include "gateway/http/shared_body.hpp"

namespace trunkline::h2 {

class OutgoingBody {
 public:
  void push(http::SharedBody chunk);
  void end() { ended_ = true; }
  void end(http::Headers trailers);

  /// Copies up to `size` bytes to `to` and forgets them; returns how many.
  std::size_t take(char* to, std::size_t size);

  bool empty() const noexcept { return bytes_ == 0; }
  std::size_t bytes() const noexcept { return bytes_; }
  bool ended() const noexcept { return ended_; }
  const std::optional<http::Headers>& trailers() const noexcept { return trailers_; }

 private:
  void sweep_crumbs();

  std::vector<http::SharedBody> chunks_;
  std::size_t first_ = 0;   // index of the chunk that is being sent
  std::size_t offset_ = 0;  // how much of it is gone
  std::string crumbs_;      // small chunks behind those, in one
  std::size_t bytes_ = 0;   // of all
  bool ended_ = false;
  std::optional<http::Headers> trailers_;
};

}  // namespace trunkline::h2

#pragma once

// Private to h1: bytes on their way to the client, in order: text of our own and bodies that are
// shared. Memory is reused once everything was taken, so a steady connection allocates nothing.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/shared_body.hpp"

namespace trunkline::h1 {

class Output {
 public:
  /// Where heads and chunk marks are appended; nothing else may be done with it.
  std::string& text() noexcept { return text_; }

  void add(http::SharedBody body);

  /// Moves at most `limit` bytes to the end of `out`; true if it moved any.
  bool gather(std::string& out, std::size_t limit);

  std::size_t size() const noexcept { return text_.size() - text_taken_ + body_bytes_; }
  std::size_t body_bytes() const noexcept { return body_bytes_; }
  bool empty() const noexcept { return size() == 0; }

 private:
  struct Piece {
    std::size_t text_end;  // the body goes out when text_taken_ is there
    http::SharedBody body;
  };

  void take_text(std::string& out, std::size_t end, std::size_t stop);
  void recycle();

  std::string text_;
  std::size_t text_taken_ = 0;
  std::vector<Piece> bodies_;
  std::size_t first_body_ = 0;
  std::size_t body_taken_ = 0;  // of the first body
  std::size_t body_bytes_ = 0;  // of all, not taken yet
};

}  // namespace trunkline::h1

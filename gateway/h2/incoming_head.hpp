#pragma once

// Private to h2: a request's head, and later its trailers, as their fields come out of HPACK.
// What is over the limits is counted and not stored.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/h2/limits.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::h2 {

/// RFC 9113 section 6.5.2: what a field costs beyond its bytes.
inline constexpr std::size_t kFieldOverhead = 32;

class IncomingHead {
 public:
  IncomingHead() = default;
  explicit IncomingHead(std::string_view transport_scheme) { request_.scheme = transport_scheme; }

  void add(std::string_view name, std::string_view value, const Limits& limits);

  /// Of all fields so far; what was added since is not stored.
  bool over(const Limits& limits) const noexcept {
    return bytes_ > limits.header_bytes || fields_ > limits.header_fields;
  }

  /// The head is whole: what is added from now on are trailers.
  void complete() noexcept { complete_ = true; }
  bool is_complete() const noexcept { return complete_; }

  bool is_malformed(std::string_view transport_scheme) const noexcept;

  const http::RequestHead& request() const noexcept { return request_; }
  /// Its authority is Host's if it has none of its own (RFC 9113 section 8.3.1).
  http::RequestHead take_request();
  http::Headers take_trailers() { return std::move(trailers_); }

 private:
  http::RequestHead request_;
  std::optional<std::string> host_;
  http::Headers trailers_;
  std::size_t bytes_ = 0;
  std::size_t fields_ = 0;
  bool complete_ = false;
};

}  // namespace trunkline::h2

#pragma once

// Private to h1: the fields of a head or of trailers, line by line (RFC 9112 section 5), with the
// ones that frame the message or belong to this connection alone kept apart from those that go on.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/h1/limits.hpp"
#include "gateway/h1/refusal.hpp"
#include "gateway/http/headers.hpp"

namespace trunkline::h1 {

class FieldSection {
 public:
  explicit FieldSection(const Limits& limits) : limits_(limits) {}

  /// Takes one line without its CRLF.
  std::optional<Refusal> take(std::string_view line);

  void clear() noexcept;

  /// Removes what Connection nominated; call it after the last line.
  void strip_nominated();

  /// Removes Content-Length, which has no place in trailers (RFC 9110 section 6.5.1).
  void strip_framing() { headers_.remove("content-length"); }

  /// What goes on to the owner: lower-case names, no Host, no hop-by-hop field.
  const http::Headers& headers() const noexcept { return headers_; }

  /// A field that may be given once; `count` says how often it was.
  struct Single {
    std::string value;
    std::size_t count = 0;
  };
  const Single& host() const noexcept { return host_; }
  const Single& content_length() const noexcept { return content_length_; }
  const Single& transfer_encoding() const noexcept { return transfer_encoding_; }
  const Single& expect() const noexcept { return expect_; }

  /// Whether Connection names `option`, in lower case.
  bool connection_has(std::string_view option) const noexcept;

 private:
  Single* single(std::string_view name) noexcept;

  const Limits& limits_;
  http::Headers headers_;
  std::string name_;  // in lower case, of the line at hand
  std::string connection_;
  Single host_, content_length_, transfer_encoding_, expect_;
  std::size_t bytes_ = 0;
  std::size_t fields_ = 0;
};

}  // namespace trunkline::h1

#pragma once

// Private to h1: cuts a client's bytes into requests (RFC 9112 sections 2, 6 and 7). It holds one
// request's state and no bytes of the body.
//
// Order of calls: next() until it says kMore; head() after kHead, data() after kData, trailers()
// after kTrailers. After a Found that is complete(), restart() begins the next request.

#include <cstdint>
#include <string_view>

#include "gateway/h1/field_section.hpp"
#include "gateway/h1/limits.hpp"
#include "gateway/h1/refusal.hpp"
#include "gateway/h1/request_line.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::h1 {

class RequestParser {
 public:
  enum class Found {
    kMore,      ///< nothing yet; what is left in the input comes again, with more behind it
    kHead,      ///< a request; complete() if it has no body
    kData,      ///< bytes of its body; complete() if these are the last
    kEnd,       ///< the end of a chunked body without trailers
    kTrailers,  ///< the end of a chunked body with trailers
    kRefused,   ///< refusal() says why; there is no way on
  };

  /// `limits` outlives the parser. `scheme` is the transport's.
  RequestParser(const Limits& limits, std::string_view scheme);

  /// Takes what it understands off the front of `input`.
  Found next(std::string_view& input);
  void restart();

  http::RequestHead head() const;
  std::string_view method() const noexcept { return head_.method; }
  int minor_version() const noexcept { return line_.minor_version; }
  bool keep_alive() const noexcept { return keep_alive_; }
  bool expects_continue() const noexcept { return expects_continue_; }

  std::string_view data() const noexcept { return data_; }
  const http::Headers& trailers() const noexcept { return fields_.headers(); }
  const Refusal& refusal() const noexcept { return refusal_; }

  bool complete() const noexcept { return state_ == State::kDone; }
  /// Some bytes of a request were taken; a blank line before it does not count.
  bool begun() const noexcept { return state_ != State::kRequestLine; }

 private:
  enum class State {
    kRequestLine,
    kFields,
    kLength,  // a body of remaining_ bytes
    kChunkSize,
    kChunkData,  // remaining_ bytes of it
    kChunkEnd,   // the CRLF behind it
    kTrailers,
    kDone,
    kRefused,
  };
  /// kHead and so on, or kMore with `again_` set when the state went on without a find.
  Found step(std::string_view& input);
  Found take_request_line(std::string_view& input);
  Found take_field(std::string_view& input);
  Found finish_head();
  Found take_data(std::string_view& input, State after);
  Found take_chunk_size(std::string_view& input);
  Found take_chunk_end(std::string_view& input);
  Found finish_trailers();

  /// False if there is no whole line: then next() is to return kMore, or the refusal that is set.
  bool take_line(std::string_view& input, std::size_t limit, const Refusal& too_long);
  std::optional<Refusal> check_host();
  std::optional<Refusal> check_framing();
  std::optional<Refusal> check_expect();
  Found proceed(State state);
  Found refuse(const Refusal& why);
  Found wait();

  const Limits& limits_;
  State state_ = State::kRequestLine;
  http::RequestHead head_;  // without headers, which fields_ has
  RequestLine line_;
  FieldSection fields_;
  Refusal refusal_;
  std::string_view text_;        // the line taken last
  std::string_view data_;        // in the caller's buffer
  std::size_t scanned_ = 0;      // bytes of the input known to hold no LF
  std::uint64_t remaining_ = 0;  // of the body or the chunk
  std::size_t extension_bytes_ = 0;
  bool blank_line_seen_ = false;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
  bool again_ = false;
};

}  // namespace trunkline::h1

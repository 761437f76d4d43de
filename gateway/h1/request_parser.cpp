#include "gateway/h1/request_parser.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/h1/head_rules.hpp"

namespace trunkline::h1 {
namespace {

// A chunk's size takes at most 16 digits; the rest of its line is extensions that nobody uses.
constexpr std::size_t kChunkLineBytes = 1024;

constexpr Refusal kLineTooLong{414, "The request line is too long."};
constexpr Refusal kFieldTooLong{431, "The header fields are too many or too large."};
constexpr Refusal kChunkLineTooLong{400, "A chunk's extensions are too long."};
constexpr Refusal kBareLineFeed{400, "A line must end in CR LF."};
constexpr Refusal kBadChunkSize{400, "A chunk's size is not a hexadecimal number."};

}  // namespace

RequestParser::RequestParser(const Limits& limits, std::string_view scheme)
    : limits_(limits), fields_(limits) {
  head_.scheme.assign(scheme);
}

RequestParser::Found RequestParser::next(std::string_view& input) {
  Found found = Found::kMore;
  do {
    again_ = false;
    found = step(input);
  } while (again_);
  return found;
}

RequestParser::Found RequestParser::step(std::string_view& input) {
  switch (state_) {
    case State::kRequestLine: return take_request_line(input);
    case State::kFields:
    case State::kTrailers: return take_field(input);
    case State::kLength: return take_data(input, State::kDone);
    case State::kChunkSize: return take_chunk_size(input);
    case State::kChunkData: return take_data(input, State::kChunkEnd);
    case State::kChunkEnd: return take_chunk_end(input);
    case State::kRefused: return Found::kRefused;
    case State::kDone: break;
  }
  return Found::kMore;
}

void RequestParser::restart() {
  state_ = State::kRequestLine;
  fields_.clear();
  head_.method.clear();
  line_ = {};
  extension_bytes_ = 0;
  blank_line_seen_ = false;
}

http::RequestHead RequestParser::head() const {
  return {head_.method, head_.scheme, head_.authority, head_.target, fields_.headers()};
}

RequestParser::Found RequestParser::take_request_line(std::string_view& input) {
  if (input.empty()) return wait();
  // Another protocol shows itself at once (TLS begins with 0x16); do not wait for its line end.
  if (input.front() != '\r' && !is_token(input.substr(0, 1))) {
    return refuse({400, "The method is not a token."});
  }
  if (!take_line(input, limits_.request_line_bytes, kLineTooLong)) return wait();
  if (text_.empty()) {
    // A blank line left over from the request before (RFC 9112 section 2.2); one is enough.
    if (blank_line_seen_) return refuse({400, "There is no request line."});
    blank_line_seen_ = true;
    return proceed(State::kRequestLine);
  }
  line_ = parse_request_line(text_, head_);
  return line_.refusal ? refuse(*line_.refusal) : proceed(State::kFields);
}

RequestParser::Found RequestParser::take_field(std::string_view& input) {
  if (!take_line(input, limits_.header_bytes, kFieldTooLong)) return wait();
  if (text_.empty()) return state_ == State::kFields ? finish_head() : finish_trailers();
  if (const auto refusal = fields_.take(text_)) return refuse(*refusal);
  return proceed(state_);
}

RequestParser::Found RequestParser::finish_head() {
  state_ = State::kDone;
  remaining_ = 0;
  for (const auto& refusal : {check_host(), check_framing(), check_expect()}) {
    if (refusal) return refuse(*refusal);
  }
  const bool close = fields_.connection_has("close");
  keep_alive_ = !close && (line_.minor_version == 1 || fields_.connection_has("keep-alive"));
  fields_.strip_nominated();
  return Found::kHead;
}

std::optional<Refusal> RequestParser::check_host() {
  const auto& host = fields_.host();
  if (host.count > 1) return Refusal{400, "There are several Host fields."};
  if (host.count == 0) {
    if (line_.minor_version == 0) return std::nullopt;
    return Refusal{400, "The Host field is missing."};
  }
  if (!is_authority(host.value)) return Refusal{400, "The Host field is not a host and a port."};
  if (!line_.absolute) head_.authority.assign(host.value);
  return std::nullopt;
}

std::optional<Refusal> RequestParser::check_framing() {
  const auto& coding = fields_.transfer_encoding();
  const auto& length = fields_.content_length();
  if (coding.count > 0) {
    if (line_.minor_version == 0) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding."};
    if (length.count > 0) return Refusal{400, "Transfer-Encoding excludes Content-Length."};
    if (coding.count > 1 || !same_word(coding.value, "chunked")) {
      return Refusal{400, "The only Transfer-Encoding is chunked, once."};
    }
    state_ = State::kChunkSize;
    return std::nullopt;
  }
  if (length.count == 0) return std::nullopt;
  const auto bytes = parse_content_length(length.value);
  if (length.count > 1 || !bytes) return Refusal{400, "Content-Length is not one number."};
  remaining_ = *bytes;
  if (remaining_ > 0) state_ = State::kLength;
  return std::nullopt;
}

std::optional<Refusal> RequestParser::check_expect() {
  const auto& expect = fields_.expect();
  // HTTP/1.0 knows no 100: the field is ignored there (RFC 9110 section 10.1.1).
  expects_continue_ = false;
  if (expect.count == 0 || line_.minor_version == 0) return std::nullopt;
  if (expect.count > 1 || !same_word(expect.value, "100-continue")) {
    return Refusal{417, "The only expectation served here is 100-continue."};
  }
  expects_continue_ = !complete();
  return std::nullopt;
}

RequestParser::Found RequestParser::take_data(std::string_view& input, State after) {
  if (input.empty()) return wait();
  data_ =
      input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size())));
  input.remove_prefix(data_.size());
  remaining_ -= data_.size();
  if (remaining_ == 0) state_ = after;
  return Found::kData;
}

RequestParser::Found RequestParser::take_chunk_size(std::string_view& input) {
  if (!take_line(input, kChunkLineBytes, kChunkLineTooLong)) return wait();
  std::int64_t size = 0;
  if (text_.starts_with('-')) return refuse(kBadChunkSize);
  const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size, 16);
  if (error != std::errc{}) return refuse(kBadChunkSize);
  text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
  // Extensions are checked and ignored: nobody shall see another end of the line in them.
  if (!are_chunk_extensions(text_)) return refuse(kBadChunkSize);
  extension_bytes_ += text_.size();
  if (extension_bytes_ > limits_.header_bytes) return refuse(kChunkLineTooLong);
  remaining_ = static_cast<std::uint64_t>(size);
  if (remaining_ > 0) return proceed(State::kChunkData);
  fields_.clear();
  return proceed(State::kTrailers);
}

RequestParser::Found RequestParser::take_chunk_end(std::string_view& input) {
  static constexpr std::string_view kEnd = "\r\n";
  if (!kEnd.starts_with(input.substr(0, 2))) {
    return refuse({400, "A chunk is longer than its size."});
  }
  if (input.size() < kEnd.size()) return wait();
  input.remove_prefix(kEnd.size());
  return proceed(State::kChunkSize);
}

RequestParser::Found RequestParser::finish_trailers() {
  state_ = State::kDone;
  fields_.strip_framing();
  return fields_.headers().empty() ? Found::kEnd : Found::kTrailers;
}

bool RequestParser::take_line(std::string_view& input, std::size_t limit, const Refusal& too_long) {
  const auto end = input.find('\n', scanned_);
  scanned_ = end == std::string_view::npos ? input.size() : 0;
  // A line of exactly `limit` bytes has its CR at index `limit`, its LF at limit + 1.
  if (std::min(end, input.size()) > limit + 1) {
    refuse(too_long);
    return false;
  }
  if (end == std::string_view::npos) return false;
  if (end == 0 || input[end - 1] != '\r') {
    refuse(kBareLineFeed);
    return false;
  }
  // A CR inside the line is refused where its characters are checked.
  text_ = input.substr(0, end - 1);
  input.remove_prefix(end + 1);
  return true;
}

RequestParser::Found RequestParser::proceed(State state) {
  state_ = state;
  again_ = true;
  return Found::kMore;
}

RequestParser::Found RequestParser::refuse(const Refusal& why) {
  refusal_ = why;
  state_ = State::kRefused;
  return Found::kRefused;
}

RequestParser::Found RequestParser::wait() {
  return state_ == State::kRefused ? Found::kRefused : Found::kMore;
}

}  // namespace trunkline::h1

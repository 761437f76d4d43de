#include "gateway/h1/response_writer.hpp"

#include <array>
#include <charconv>

#include "gateway/h1/head_rules.hpp"
#include "gateway/http/status.hpp"

namespace trunkline::h1 {
namespace {

using namespace std::string_view_literals;

void append_number(std::string& out, std::size_t number, int base) {
  std::array<char, 20> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), end);
}

bool is_own(std::string_view name) noexcept {
  switch (name.size()) {
    case 7: return same_word(name, "upgrade"sv);
    case 10: return same_word(name, "connection"sv) || same_word(name, "keep-alive"sv);
    case 14: return same_word(name, "content-length"sv);
    case 17: return same_word(name, "transfer-encoding"sv);
    default: return false;
  }
}

void append_fields(std::string& out, const http::Headers& headers) {
  for (const auto field : headers) {
    if (is_own(field.name) || !is_token(field.name)) continue;
    out.append(field.name).append(": "sv);
    if (is_field_value(field.value)) {
      out.append(field.value);
    } else {
      for (const char c : field.value) out.push_back(is_field_value({&c, 1}) ? c : ' ');
    }
    out.append("\r\n"sv);
  }
}

}  // namespace

void write_head(std::string& out, const http::ResponseHead& head, std::string_view date,
                Framing framing, std::size_t length, Persistence persistence) {
  out.append("HTTP/1.1 "sv);
  append_number(out, static_cast<std::size_t>(head.status), 10);
  out.append(" "sv).append(http::reason_phrase(head.status)).append("\r\n"sv);
  if (!date.empty() && !head.headers.contains("date"sv)) {
    out.append("date: "sv).append(date).append("\r\n"sv);
  }
  append_fields(out, head.headers);
  if (framing == Framing::kLength) {
    out.append("content-length: "sv);
    append_number(out, length, 10);
    out.append("\r\n"sv);
  } else if (framing == Framing::kChunked) {
    out.append("transfer-encoding: chunked\r\n"sv);
  }
  if (persistence == Persistence::kClose) {
    out.append("connection: close\r\n"sv);
  } else if (persistence == Persistence::kKeepAlive) {
    out.append("connection: keep-alive\r\n"sv);
  }
  out.append("\r\n"sv);
}

void write_chunk_size(std::string& out, std::size_t size) {
  append_number(out, size, 16);
  out.append("\r\n"sv);
}

void write_chunked_end(std::string& out, const http::Headers& trailers) {
  out.append("0\r\n"sv);
  append_fields(out, trailers);
  out.append("\r\n"sv);
}

}  // namespace trunkline::h1

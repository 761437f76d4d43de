#include "gateway/h1/request_line.hpp"

#include "gateway/h1/head_rules.hpp"

namespace trunkline::h1 {
namespace {

using namespace std::string_view_literals;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A version of nothing that we know, or the beginning of a broken HTTP/2 preface.
bool is_no_http_1(std::string_view method, std::string_view version) {
  if (method == "PRI"sv && version == "HTTP/2.0"sv) return true;
  if (version.empty() || version.find(' ') != std::string_view::npos) return false;
  return !same_word(version.substr(0, version.find('/')), "http"sv);
}

std::optional<Refusal> read_version(std::string_view text, RequestLine& line) {
  if (text == "HTTP/1.1"sv) return std::nullopt;
  if (text == "HTTP/1.0"sv) {
    line.minor_version = 0;
    return std::nullopt;
  }
  if (text.size() == 8 && text.starts_with("HTTP/"sv) && is_digit(text[5]) && text[6] == '.' &&
      is_digit(text[7])) {
    return Refusal{505, "This HTTP version is not served here: 1.0, 1.1 and 2 are."};
  }
  return Refusal{400, "The request line does not end in an HTTP version."};
}

/// "http://host/path" (RFC 9112 section 3.2.2).
std::optional<Refusal> read_absolute(std::string_view target, std::size_t scheme_end,
                                     http::RequestHead& head) {
  // Scheme names are case-insensitive (RFC 3986 section 3.1).
  if (!same_word(target.substr(0, scheme_end), head.scheme)) {
    return Refusal{400, "The request target's scheme is not the connection's."};
  }
  target.remove_prefix(scheme_end + 3);
  const auto authority_end = target.find_first_of("/?"sv);
  const std::string_view authority = target.substr(0, authority_end);
  if (!is_authority(authority)) {
    return Refusal{400, "The request target's host is not allowed."};
  }
  head.authority.assign(authority);
  if (authority_end == std::string_view::npos) {
    head.target.assign(head.method == "OPTIONS" ? "*"sv : "/"sv);
  } else {
    if (target[authority_end] == '?') head.target.assign("/"sv);
    head.target.append(target.substr(authority_end));
  }
  return std::nullopt;
}

std::optional<Refusal> read_target(std::string_view target, RequestLine& line,
                                   http::RequestHead& head) {
  if (!is_target_text(target)) {
    return Refusal{400, "The request target holds a character that is not allowed."};
  }
  if (target.front() == '/') {
    head.target.assign(target);
    return std::nullopt;
  }
  if (target == "*"sv && head.method == "OPTIONS"sv) {
    head.target.assign(target);
    return std::nullopt;
  }
  if (const auto scheme_end = target.find("://"sv); scheme_end != std::string_view::npos) {
    line.absolute = true;
    return read_absolute(target, scheme_end, head);
  }
  return Refusal{400, "The request target must start with a slash."};
}

}  // namespace

RequestLine parse_request_line(std::string_view text, http::RequestHead& head) {
  RequestLine line;
  head.method.clear();
  head.target.clear();
  head.authority.clear();
  const auto method_end = text.find(' ');
  const auto target_end =
      method_end == std::string_view::npos ? method_end : text.find(' ', method_end + 1);
  if (target_end == std::string_view::npos) {
    line.refusal = {400, "The request line is not a method, a target and a version."};
    return line;
  }
  if (!is_token(text.substr(0, method_end))) {
    line.refusal = {400, "The method is not a token."};
    return line;
  }
  head.method.assign(text.substr(0, method_end));
  const std::string_view version = text.substr(target_end + 1);
  // By TLS's ALPN we know what it speaks.
  if (head.scheme == "http"sv && is_no_http_1(head.method, version)) {
    line.refusal = {Refusal::kSilent, "The peer does not speak HTTP/1."};
    return line;
  }
  line.refusal = read_version(version, line);
  if (line.refusal) return line;
  if (head.method == "CONNECT"sv) {
    line.refusal = {405, "CONNECT is not served here."};
    return line;
  }
  line.refusal = read_target(text.substr(method_end + 1, target_end - method_end - 1), line, head);
  return line;
}

}  // namespace trunkline::h1

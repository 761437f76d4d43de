#include "tests/support/answer.hpp"

#include <algorithm>
#include <charconv>

#include "tests/support/certificates.hpp"
#include "tests/support/command.hpp"

namespace trunkline::support {
namespace {

/// Cuts off what stands before `end`, and `end` itself.
std::string_view cut(std::string_view& text, std::string_view end) {
  const auto at = text.find(end);
  const auto part = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + end.size());
  return part;
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return made;
}

void parse_head(std::string_view head, Answer& answer) {
  std::string_view line = cut(head, "\r\n");
  answer.version = cut(line, " ").substr(std::string_view("HTTP/").size());
  const std::string_view status = cut(line, " ");
  std::from_chars(status.data(), status.data() + status.size(), answer.status);
  answer.headers.clear();
  while (!head.empty()) {
    line = cut(head, "\r\n");
    const std::string_view name = cut(line, ": ");
    answer.headers.emplace_back(lower(name), line);
  }
}

}  // namespace

std::string name(Wire wire) {
  switch (wire) {
    case Wire::kH1: return "H1";
    case Wire::kH2: return "H2";
    case Wire::kTlsH1: return "TlsH1";
    case Wire::kTlsH2: return "TlsH2";
  }
  return "?";
}

std::string Answer::header(std::string_view name) const {
  for (const auto& [each, value] : headers) {
    if (each == name) return value;
  }
  return {};
}

void PrintTo(const Answer& answer, std::ostream* out) {
  *out << "curl " << answer.curl << ", HTTP/" << answer.version << " " << answer.status << " after "
       << answer.took.count() << " ms";
  for (const auto& [name, value] : answer.headers) *out << "\n  " << name << ": " << value;
  *out << "\n  " << answer.body.substr(0, 400) << answer.complaint;
}

Answer parse_answer(std::string_view text) {
  Answer answer;
  // Interim answers (100) come before the one that counts.
  while (answer.status < 200 && text.starts_with("HTTP/")) {
    parse_head(cut(text, "\r\n\r\n"), answer);
  }
  answer.body = text;
  return answer;
}

std::vector<std::string> curl(Wire wire, std::uint16_t port, const std::string& path) {
  std::vector<std::string> arguments{"curl", "-q",         "-sS", "-i",          "--noproxy",
                                     "*",    "--max-time", "20",  "--path-as-is"};
  if (is_tls(wire)) {
    arguments.insert(arguments.end(), {"--cacert", certificates().authority});
    arguments.push_back(is_h2(wire) ? "--http2" : "--http1.1");
  } else {
    arguments.push_back(is_h2(wire) ? "--http2-prior-knowledge" : "--http1.1");
  }
  arguments.push_back((is_tls(wire) ? "https://127.0.0.1:" : "http://127.0.0.1:") +
                      std::to_string(port) + path);
  return arguments;
}

Answer fetch(Wire wire, std::uint16_t port, const std::string& path,
             const std::vector<std::string>& options) {
  auto arguments = curl(wire, port, path);
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Outcome outcome = run(arguments);
  Answer answer = parse_answer(outcome.out);
  answer.curl = outcome.exit_code;
  answer.took = outcome.took;
  answer.complaint = outcome.err;
  return answer;
}

}  // namespace trunkline::support

#include "tests/e2e/h1_peer.hpp"

#include <algorithm>
#include <cctype>
#include <ostream>

namespace trunkline::e2e {
namespace {

using Clock = std::chrono::steady_clock;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

std::string H1Answer::field(std::string_view name) const {
  for (const auto& [each, value] : fields) {
    if (each == name) return value;
  }
  return {};
}

void PrintTo(const H1Answer& answer, std::ostream* out) {
  *out << answer.version << " " << answer.status << " with " << answer.body;
}

bool H1Peer::more() {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until_ - Clock::now());
  if (left.count() <= 0) return false;
  const std::string bytes = socket_.read(left);
  buffer_ += bytes;
  return !bytes.empty();
}

bool H1Peer::fill(std::size_t size) {
  while (buffer_.size() < size) {
    if (!more()) return false;
  }
  return true;
}

std::optional<std::string> H1Peer::bytes(std::size_t size) {
  if (!fill(size)) return std::nullopt;
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

std::optional<std::string> H1Peer::line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!more()) return std::nullopt;
  }
  auto taken = bytes(end);
  buffer_.erase(0, 2);
  return taken;
}

bool H1Peer::read_chunks(H1Answer& answer) {
  for (;;) {
    const auto size_line = line();
    if (!size_line) return false;
    const std::size_t size = std::strtoul(size_line->c_str(), nullptr, 16);
    if (size == 0) break;
    const auto data = bytes(size);
    if (!data || !line()) return false;
    answer.body += *data;
  }
  for (;;) {
    const auto trailer = line();
    if (!trailer) return false;
    if (trailer->empty()) return true;
  }
}

std::optional<H1Answer> H1Peer::answer(std::string_view method) {
  until_ = Clock::now() + kPatience;
  H1Answer answer;
  const auto status_line = line();
  if (!status_line || status_line->size() < 12) return std::nullopt;
  answer.version = status_line->substr(0, 8);
  answer.status = std::atoi(status_line->c_str() + 9);
  for (;;) {
    const auto field = line();
    if (!field) return std::nullopt;
    if (field->empty()) break;
    const auto colon = field->find(':');
    const auto value = field->find_first_not_of(' ', colon + 1);
    answer.fields.emplace_back(lower(field->substr(0, colon)),
                               value == std::string::npos ? "" : field->substr(value));
  }
  if (method == "HEAD" || answer.status < 200 || answer.status == 204 || answer.status == 304) {
    return answer;
  }
  answer.chunked = answer.field("transfer-encoding") == "chunked";
  if (answer.chunked) {
    if (!read_chunks(answer)) return std::nullopt;
  } else if (const std::string length = answer.field("content-length"); !length.empty()) {
    const auto body = bytes(std::stoul(length));
    if (!body) return std::nullopt;
    answer.body = *body;
  } else {
    while (more()) {
    }
    answer.body.swap(buffer_);
  }
  return answer;
}

bool H1Peer::closes() {
  until_ = Clock::now() + kPatience;
  while (more()) {
  }
  return buffer_.empty() && socket_.end() == WireSocket::End::kClosed;
}

bool H1Peer::stays_silent(std::chrono::milliseconds time) {
  until_ = Clock::now() + time;
  return buffer_.empty() && !more() && socket_.end() == WireSocket::End::kNone;
}

}  // namespace trunkline::e2e

#include "tests/e2e/h2_peer.hpp"

#include <algorithm>

namespace trunkline::e2e {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kUsualWindow = 65'535;  // RFC 9113 section 6.5.2

bool is_one_of(Codes codes, ErrorCode code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

testing::AssertionResult failed(const std::string& wanted, const H2Peer& peer) {
  return testing::AssertionFailure() << "wanted " << wanted << ", saw: " << peer.seen();
}

std::string names(Codes codes) {
  std::string text;
  for (const ErrorCode code : codes) {
    text += (text.empty() ? "" : " or ") + std::to_string(static_cast<std::uint32_t>(code));
  }
  return text;
}

}  // namespace

H2Peer::H2Peer(std::uint16_t port, support::Wire wire)
    : authority_("127.0.0.1:" + std::to_string(port)),
      scheme_(is_tls(wire) ? "https" : "http"),
      socket_(port, wire) {}

testing::AssertionResult H2Peer::handshake() {
  send(std::string(kPreface) + settings_frame({{Setting::kInitialWindowSize, kUsualWindow}}));
  bool theirs = false;
  bool ours = false;
  while (!theirs || !ours) {
    const auto frame = next();
    if (!frame) return failed("SETTINGS and their ACK", *this);
    if (frame->is_ack_of(FrameType::kSettings)) {
      ours = true;
    } else if (frame->is(FrameType::kSettings)) {
      theirs = true;
      send(settings_ack());
    }
  }
  return testing::AssertionSuccess();
}

std::uint32_t H2Peer::setting(Setting id, std::uint32_t otherwise) const {
  const auto found = settings_.find(static_cast<std::uint16_t>(id));
  return found == settings_.end() ? otherwise : found->second;
}

Fields H2Peer::fields(const std::string& method, const std::string& path) const {
  return {{":method", method}, {":scheme", scheme_}, {":path", path}, {":authority", authority_}};
}

Fields H2Peer::fields_with(const std::string& name, const std::string& value,
                           const std::string& method) const {
  Fields all = fields(method);
  all.emplace_back(name, value);
  return all;
}

void H2Peer::request(std::uint32_t stream, const Fields& fields, bool end) {
  send(headers_frame(stream, block(fields), end ? kEndStream | kEndHeaders : kEndHeaders));
}

int H2Peer::status(std::uint32_t stream) const {
  const std::string text = field(stream, ":status");
  return text.empty() ? 0 : std::stoi(text);
}

std::string H2Peer::field(std::uint32_t stream, const std::string& name) const {
  const auto found = fields_.find(stream);
  if (found == fields_.end()) return {};
  for (const auto& [each, value] : found->second) {
    if (each == name) return value;
  }
  return {};
}

void H2Peer::note_answer(const Frame& frame) {
  const bool data = frame.is(FrameType::kData);
  if (data) answers_[frame.stream].body += frame.payload;
  if ((data || frame.is(FrameType::kHeaders)) && frame.has(kEndStream)) {
    answers_[frame.stream].ended = true;
  }
  if (frame.is(FrameType::kRstStream)) answers_[frame.stream].reset = frame.error();
}

const H2Peer::Answer& H2Peer::whole_answer(std::uint32_t stream) {
  const Answer& answer = answers_[stream];
  while (!answer.ended && !answer.reset && next()) {
  }
  return answer;
}

void H2Peer::note(const Frame& frame) {
  constexpr std::size_t kEnough = 1000;
  if (seen_.size() < kEnough) {
    seen_ += describe(frame) + ", ";
  } else if (!seen_.ends_with("... ")) {
    seen_ += "... ";
  }
  // The gateway's heads fit into one frame, without padding.
  if (frame.is(FrameType::kHeaders)) fields_[frame.stream] = decoder_.decode(frame.payload);
  note_answer(frame);
  if (frame.is(FrameType::kWindowUpdate) && frame.stream == 0) {
    allowed_ += read_number(frame.payload);
  }
  if (!frame.is(FrameType::kSettings)) return;
  const std::string_view payload = frame.payload;
  for (std::size_t at = 0; at + 6 <= payload.size(); at += 6) {
    const auto id = static_cast<std::uint16_t>(read_number(payload.substr(at, 2)));
    settings_[id] = read_number(payload.substr(at + 2, 4));
  }
}

std::optional<Frame> H2Peer::next(std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  for (;;) {
    if (auto frame = reader_.next()) {
      note(*frame);
      return frame;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0 || socket_.end() != WireSocket::End::kNone) return std::nullopt;
    reader_.take(socket_.read(left));
  }
}

std::optional<Frame> H2Peer::next(FrameType type) {
  const auto until = Clock::now() + kPatience;
  while (Clock::now() < until) {
    auto frame = next();
    if (!frame || frame->is(type)) return frame;
  }
  return std::nullopt;
}

std::string H2Peer::seen() const {
  std::string text = seen_;
  if (reader_.partial()) text += "bytes that are no frame, ";
  switch (socket_.end()) {
    case WireSocket::End::kNone: return text + "and no end";
    case WireSocket::End::kClosed: return text + "and a close";
    case WireSocket::End::kReset: return text + "and a reset of the connection";
  }
  return text;
}

testing::AssertionResult closes(H2Peer& peer) {
  const auto until = Clock::now() + H2Peer::kPatience;
  while (Clock::now() < until && peer.next()) {
  }
  // What is no frame would be taken for one that was cut off.
  if (peer.end() != WireSocket::End::kClosed || peer.seen().find("no frame") != std::string::npos) {
    return failed("a close", peer);
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult ends_connection(H2Peer& peer, Codes codes) {
  const auto until = Clock::now() + H2Peer::kPatience;
  while (Clock::now() < until) {
    const auto frame = peer.next();
    if (!frame) break;
    if (frame->is(FrameType::kGoaway) && !is_one_of(codes, frame->error())) {
      return failed("GOAWAY(" + names(codes) + ")", peer);
    }
    if (frame->is(FrameType::kGoaway)) break;
  }
  if (const auto closed = closes(peer); !closed) {
    return failed("GOAWAY(" + names(codes) + ") and a close", peer);
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult ends_stream(H2Peer& peer, Codes codes) {
  const auto until = Clock::now() + H2Peer::kPatience;
  while (Clock::now() < until) {
    const auto frame = peer.next();
    if (!frame) break;
    const bool error = frame->is(FrameType::kGoaway) || frame->is(FrameType::kRstStream);
    if (error && is_one_of(codes, frame->error())) return testing::AssertionSuccess();
  }
  if (peer.end() == WireSocket::End::kClosed) return testing::AssertionSuccess();
  return failed("RST_STREAM(" + names(codes) + ")", peer);
}

testing::AssertionResult answers(H2Peer& peer, std::uint32_t stream) {
  const auto frame = peer.next(FrameType::kHeaders);
  if (!frame || frame->stream != stream) {
    return failed("HEADERS on " + std::to_string(stream), peer);
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult answers_all(H2Peer& peer, std::uint32_t stream) {
  const auto until = Clock::now() + H2Peer::kPatience;
  while (Clock::now() < until) {
    const auto frame = peer.next();
    if (!frame) break;
    const bool message = frame->is(FrameType::kData) || frame->is(FrameType::kHeaders);
    if (message && frame->stream == stream && frame->has(kEndStream)) {
      return testing::AssertionSuccess();
    }
  }
  return failed("a whole answer on " + std::to_string(stream), peer);
}

testing::AssertionResult acknowledges_ping(H2Peer& peer, std::string_view eight) {
  const auto frame = peer.next(FrameType::kPing);
  if (!frame || !frame->has(kAck) || frame->payload != eight) {
    return failed("the ACK of the PING", peer);
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult acknowledges_ping_or_closes(H2Peer& peer, std::string_view eight) {
  const auto frame = peer.next(FrameType::kPing);
  if (frame ? frame->has(kAck) && frame->payload == eight
            : peer.end() == WireSocket::End::kClosed) {
    return testing::AssertionSuccess();
  }
  return failed("the ACK of the PING, or a close", peer);
}

testing::AssertionResult sends_bytes(H2Peer& peer, std::size_t count) {
  const auto frame = peer.next(FrameType::kData);
  if (!frame || frame->payload.size() != count) {
    return failed("DATA of " + std::to_string(count) + " bytes", peer);
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult acknowledges_settings(H2Peer& peer) {
  const auto frame = peer.next(FrameType::kSettings);
  if (!frame || !frame->has(kAck)) return failed("the ACK of SETTINGS", peer);
  return testing::AssertionSuccess();
}

}  // namespace trunkline::e2e

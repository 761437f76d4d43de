#pragma once

// A client session and a server session that talk to each other in memory, and raw frames for what
// a well-behaved client would never send.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/h2/client_session.hpp"
#include "gateway/h2/server_session.hpp"

namespace trunkline::h2 {

inline const std::string kDate = "Thu, 01 Jan 1970 00:00:00 GMT";
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// One frame (RFC 9113 section 4.1).
inline std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                         std::string_view payload) {
  const auto byte = [](std::uint32_t value, int shift) {
    return static_cast<char>((value >> shift) & 0xff);
  };
  const auto size = static_cast<std::uint32_t>(payload.size());
  std::string bytes{
      byte(size, 16),           byte(size, 8),    byte(size, 0),    static_cast<char>(type),
      static_cast<char>(flags), byte(stream, 24), byte(stream, 16), byte(stream, 8),
      byte(stream, 0)};
  return bytes.append(payload);
}

inline constexpr std::uint8_t kData = 0, kHeaders = 1, kRstStream = 3, kSettings = 4, kPing = 6,
                              kGoaway = 7, kWindowUpdate = 8, kContinuation = 9;
inline constexpr std::uint8_t kEndStream = 1, kAck = 1, kEndHeaders = 4;

/// A literal field without indexing (RFC 7541 section 6.2.2), for short names and values.
inline std::string field(std::string_view name, std::string_view value) {
  std::string bytes(1, '\0');
  bytes.push_back(static_cast<char>(name.size()));
  bytes.append(name);
  bytes.push_back(static_cast<char>(value.size()));
  return bytes.append(value);
}

inline std::string get_fields(std::string_view path = "/") {
  return field(":method", "GET") + field(":scheme", "http") + field(":authority", "a.example") +
         field(":path", path);
}

/// What begins every connection of a client.
inline std::string hello() {
  return std::string(kPreface) + frame(kSettings, 0, 0, "");
}

struct SeenFrame {
  std::uint8_t type;
  std::uint8_t flags;
  std::uint32_t stream;
  std::string payload;

  std::uint32_t error_code() const {
    const std::string_view bytes = std::string_view(payload).substr(type == kGoaway ? 4 : 0, 4);
    std::uint32_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
};

inline std::vector<SeenFrame> frames(std::string_view bytes) {
  std::vector<SeenFrame> seen;
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  while (bytes.size() >= 9) {
    const std::size_t size = at(0) << 16 | at(1) << 8 | at(2);
    const std::uint32_t stream =
        static_cast<std::uint32_t>(at(5)) << 24 | at(6) << 16 | at(7) << 8 | at(8);
    seen.push_back({at(3), at(4), stream, std::string(bytes.substr(9, size))});
    bytes.remove_prefix(9 + size);
  }
  return seen;
}

template <class Session>
std::string gathered(Session& session) {
  std::string out;
  while (session.gather(out, out.size() + 65536)) {
  }
  return out;
}

/// Frames of one type that a session has to send.
inline std::vector<SeenFrame> of_type(const std::vector<SeenFrame>& all, std::uint8_t type) {
  std::vector<SeenFrame> some;
  for (const SeenFrame& one : all) {
    if (one.type == type) some.push_back(one);
  }
  return some;
}

/// Both ends of a connection; run() carries bytes until neither has anything more to say.
class Wire {
 public:
  explicit Wire(std::size_t piece = std::string::npos, const Limits& limits = {},
                const ClientLimits& client_limits = {})
      : client(client_limits), server(limits, "http", kDate, meters), piece_(piece) {}

  void run() {
    for (bool moved = true; moved;) {
      moved = move(client, server);
      moved |= move(server, client);
    }
  }

  observe::Meters meters;
  ClientSession client;
  ServerSession server;
  // DataEvents are copied, since their bytes die with the piece that was fed.
  std::vector<http::ServerEvent> server_events;
  std::vector<ClientEvent> client_events;

 private:
  void take_events(ClientSession& session) { take(session.events(), client_events); }
  void take_events(ServerSession& session) { take(session.events(), server_events); }

  template <class Events>
  void take(Events& from, Events& to) {
    for (auto& event : from) {
      if (auto* data = std::get_if<http::DataEvent>(&event)) {
        data->bytes = kept_.emplace_back(data->bytes);
      }
      to.push_back(std::move(event));
    }
    from.clear();
  }

  template <class From, class To>
  bool move(From& from, To& to) {
    const std::string bytes = gathered(from);
    take_events(from);
    for (std::size_t at = 0; at < bytes.size(); at += piece_) {
      const std::string part = bytes.substr(at, piece_);
      to.feed(part);
      take_events(to);
      if (piece_ >= bytes.size()) break;
    }
    return !bytes.empty();
  }

  std::size_t piece_;
  std::deque<std::string> kept_;
};

inline http::RequestHead get(std::string target) {
  return {"GET", "http", "a.example", std::move(target), {{"accept", "*/*"}}};
}

inline http::RequestHead post(std::string target) {
  return {"POST", "http", "a.example", std::move(target), {}};
}

/// All events of one kind, in order.
template <class Event, class Events>
std::vector<const Event*> all(const Events& events) {
  std::vector<const Event*> found;
  for (const auto& event : events) {
    if (const auto* one = std::get_if<Event>(&event)) found.push_back(one);
  }
  return found;
}

template <class Events>
std::string body(const Events& events, http::StreamId stream) {
  std::string joined;
  for (const auto* data : all<http::DataEvent>(events)) {
    if (data->stream == stream) joined.append(data->bytes);
  }
  return joined;
}

}  // namespace trunkline::h2

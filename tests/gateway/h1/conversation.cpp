#include "tests/gateway/h1/conversation.hpp"

#include <memory>
#include <utility>

namespace trunkline::h1 {

std::string text_of(const http::Headers& headers) {
  std::string text = "{";
  for (const auto field : headers) {
    if (text.size() > 1) text += ", ";
    text.append(field.name).append(": ").append(field.value);
  }
  return text + "}";
}

void Conversation::feed(std::string_view bytes) {
  const auto copy = std::make_unique<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.get());
  session.feed({copy.get(), bytes.size()});
  settle();
}

void Conversation::settle() {
  bool moved = true;
  while (moved) {
    auto events = std::exchange(session.events(), {});
    for (const auto& event : events) note(event);
    moved = session.gather(wire_, 4096) || !session.events().empty();
  }
}

std::string Conversation::wire() {
  return std::exchange(wire_, {});
}

void Conversation::note(const http::ServerEvent& event) {
  if (const auto* request = std::get_if<http::RequestEvent>(&event)) {
    const auto& head = request->head;
    log.push_back(std::to_string(request->stream) + " " + head.method + " " + head.scheme + " " +
                  head.authority + " " + head.target + " " + text_of(head.headers));
    if (request->end) answer(request->stream);
  } else if (const auto* data = std::get_if<http::DataEvent>(&event)) {
    note_data(*data);
  } else if (const auto* trailers = std::get_if<http::TrailersEvent>(&event)) {
    log.push_back(std::to_string(trailers->stream) + " trailers " + text_of(trailers->headers));
    answer(trailers->stream);
  } else if (const auto* sent = std::get_if<http::SentEvent>(&event)) {
    log.push_back(std::to_string(sent->stream) + " sent " + std::to_string(sent->bytes));
  } else {
    log.push_back(std::to_string(std::get<http::ResetEvent>(event).stream) + " reset");
  }
}

void Conversation::note_data(const http::DataEvent& event) {
  const std::string line = std::to_string(event.stream) + " data ";
  if (!event.bytes.empty()) {
    if (log.empty() || !log.back().starts_with(line)) log.push_back(line);
    log.back().append(event.bytes);
    session.consume(event.stream, event.bytes.size());
  }
  if (!event.end) return;
  log.push_back(std::to_string(event.stream) + " end");
  answer(event.stream);
}

void Conversation::answer(http::StreamId stream) {
  if (answers_) session.respond(stream, {}, http::SharedBody("ok"));
}

}  // namespace trunkline::h1

#include "gateway/exchange/stream/event_stream.hpp"

#include <utility>

namespace trunkline::exchange {

void EventStream::open(std::string& out) {
  if (std::exchange(open_, true)) return;
  out.append("retry: ").append(std::to_string(retry_.count())).append("\n\n");
}

void EventStream::begin_message(std::string& out) {
  open(out);
  out.append("id: ").append(std::to_string(++events_)).append("\ndata: ");
}

// JSON as we print it is one line.
void EventStream::end_message(std::string& out) {
  out.append("\n\n");
}

void EventStream::end(std::string& out) {
  open(out);
}

void EventStream::end_with_error(std::string_view error, std::string& out) {
  open(out);
  out.append("event: error\ndata: ").append(error).append("\n\n");
}

void EventStream::heartbeat(std::string& out) {
  out.append(": heartbeat\n\n");
}

}  // namespace trunkline::exchange

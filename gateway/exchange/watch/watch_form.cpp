#include "gateway/exchange/watch/watch_form.hpp"

#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/stream/event_stream.hpp"

namespace trunkline::exchange {

WatchForm watch_form(std::string_view content_type) {
  if (content_type == kEventStreamType) return WatchForm::kEvents;
  return content_type == kJsonType ? WatchForm::kArray : WatchForm::kLines;
}

WatchPiece watch_piece(WatchForm form, bool first) {
  switch (form) {
    case WatchForm::kArray: return first ? WatchPiece::kFirstElement : WatchPiece::kElement;
    case WatchForm::kLines: return WatchPiece::kLine;
    case WatchForm::kEvents: break;
  }
  return WatchPiece::kEvent;
}

std::string write_piece(WatchPiece piece, std::string_view version, std::string_view json) {
  std::string out;
  out.reserve(json.size() + version.size() + 16);
  switch (piece) {
    case WatchPiece::kFirstElement: return out.append("[").append(json);
    case WatchPiece::kElement: return out.append(",\n").append(json);
    case WatchPiece::kLine: return out.append(json).append("\n");
    case WatchPiece::kEvent: break;
  }
  return out.append("id: ").append(version).append("\ndata: ").append(json).append("\n\n");
}

std::string write_end(WatchForm form, bool first) {
  if (form != WatchForm::kArray) return {};
  return first ? "[]" : "]";
}

std::string write_error(WatchForm form, bool first, std::string_view error) {
  if (form == WatchForm::kEvents) {
    return std::string("event: error\ndata: ").append(error).append("\n\n");
  }
  std::string out = write_piece(watch_piece(form, first), {}, error);
  if (form == WatchForm::kArray) out.push_back(']');
  return out;
}

std::string write_retry(std::chrono::milliseconds retry) {
  return "retry: " + std::to_string(retry.count()) + "\n\n";
}

std::string write_heartbeat() {
  return ": heartbeat\n\n";
}

}  // namespace trunkline::exchange

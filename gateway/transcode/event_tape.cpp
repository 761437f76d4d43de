#include "gateway/transcode/event_tape.hpp"

namespace trunkline::transcode {
namespace {

/// A request is below 4 GiB, as gRPC's framing has it, and has no more events than bytes.
std::uint32_t offset(std::size_t value) noexcept {
  return static_cast<std::uint32_t>(value);
}

}  // namespace

void EventTape::put(Kind kind, std::string_view text, JsonScalar::Type type) {
  events_.push_back({kind, type, offset(texts_.size()), offset(text.size())});
  texts_ += text;
}

void EventTape::begin(bool object) {
  open_.push_back(events_.size());
  put(object ? Kind::kBeginObject : Kind::kBeginArray);
}

void EventTape::end() {
  events_[open_.back()].at = offset(events_.size());
  open_.pop_back();
  put(Kind::kEnd);
}

bool EventTape::play(JsonEvents& listener) {
  std::vector<bool> objects;
  for (playing_ = 0; playing_ < events_.size(); ++playing_) {
    const Event& event = events_[playing_];
    bool more = false;
    switch (event.kind) {
      case Kind::kScalar: more = listener.scalar({event.type, text(event)}); break;
      case Kind::kKey: more = listener.key(text(event)); break;
      case Kind::kBeginObject:
        objects.push_back(true);
        more = listener.begin_object();
        break;
      case Kind::kBeginArray:
        objects.push_back(false);
        more = listener.begin_array();
        break;
      case Kind::kEnd:
        more = objects.back() ? listener.end_object() : listener.end_array();
        objects.pop_back();
        break;
    }
    if (!more) return false;
  }
  return true;
}

std::optional<std::string_view> EventTape::ahead(std::string_view name) const {
  const std::size_t end = events_[playing_].at;
  for (std::size_t i = playing_ + 1; i < end; ++i) {
    const bool found = text(events_[i]) == name;  // members: a key, and its value behind it
    const Event& value = events_[++i];
    if (found && value.kind == Kind::kScalar && value.type == JsonScalar::Type::kString)
      return text(value);
    if (value.kind == Kind::kBeginObject || value.kind == Kind::kBeginArray) i = value.at;
  }
  return std::nullopt;
}

}  // namespace trunkline::transcode

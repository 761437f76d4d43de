#pragma once

// JSON events kept to be heard again. A google.protobuf.Any may tell its type behind the members
// that only the type explains: those are taped, and played when the type is known. A tape can
// look ahead, so that an Any within a taped Any is not taped again. Private to the room.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/transcode/json_events.hpp"

namespace trunkline::transcode {

class EventTape {
 public:
  void scalar(const JsonScalar& value) { put(Kind::kScalar, value.text, value.type); }
  void key(std::string_view name) { put(Kind::kKey, name); }
  void begin(bool object);
  void end();

  /// Whether all that was begun has ended.
  bool whole() const noexcept { return open_.empty() && !events_.empty(); }

  bool play(JsonEvents& listener);

  /// While playing, from begin_object(): the string that the member of this name holds.
  std::optional<std::string_view> ahead(std::string_view name) const;

 private:
  enum class Kind : std::uint8_t { kScalar, kKey, kBeginObject, kBeginArray, kEnd };
  struct Event {
    Kind kind;
    JsonScalar::Type type;  ///< of kScalar
    std::uint32_t at;       ///< in texts_; of a beginning: the index of its end
    std::uint32_t size;
  };
  static_assert(sizeof(Event) == 12);  // of which "[]," has two: a tape is eight times its text

  void put(Kind kind, std::string_view text = {}, JsonScalar::Type type = {});
  std::string_view text(const Event& event) const {
    return std::string_view(texts_).substr(event.at, event.size);
  }

  std::vector<Event> events_;
  std::string texts_;
  std::vector<std::size_t> open_;  ///< what has begun and not ended
  std::size_t playing_ = 0;
};

}  // namespace trunkline::transcode

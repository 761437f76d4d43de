#pragma once

// What a JSON text says, in its order. Who listens returns false to hear no more. Texts live until
// the call returns, and are UTF-8 without escapes. Private to the room.

#include <string_view>

namespace trunkline::transcode {

/// A value that holds no other.
struct JsonScalar {
  enum class Type : unsigned char { kNull, kFalse, kTrue, kNumber, kString };

  Type type;
  std::string_view text;  ///< a number as it was written; a string's content
};

class JsonEvents {
 public:
  virtual ~JsonEvents() = default;

  virtual bool scalar(const JsonScalar& value) = 0;
  virtual bool key(std::string_view name) = 0;
  virtual bool begin_object() = 0;
  virtual bool end_object() = 0;
  virtual bool begin_array() = 0;
  virtual bool end_array() = 0;
};

}  // namespace trunkline::transcode

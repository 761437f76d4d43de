#pragma once

// Turns a text into the bytes of a field's value, be it of a path variable, of a query parameter, a
// key of a map or a scalar in a body: a number's varint or fixed bytes, a string's or message's
// content without its length. Private to the room.

#include <string>
#include <string_view>

#include "gateway/transcode/input_table.hpp"

namespace trunkline::transcode {

/// Whether the field's value can be told in one piece of text: a scalar, or one of the well-known
/// messages that are (Timestamp, Duration, FieldMask, wrappers).
bool is_leaf(const InputField& field) noexcept;

/// Whether the content of a value is that of the field's default.
bool is_default(const InputField& field, std::string_view content) noexcept;

/// Appends to `wire`. Otherwise says false and puts a sentence without its subject into
/// `complaint`: `"abc" is not a number from -2147483648 to 2147483647`. `field` is a leaf.
bool encode_value(const InputField& field, std::string_view text, std::string& wire,
                  std::string& complaint);

/// The value in quotes for a message, with escapes, shortened to what fits on a line.
std::string quoted_value(std::string_view text);

/// The name of a field or parameter for a message: shortened; "" for the empty one.
std::string shown_name(std::string_view name);

}  // namespace trunkline::transcode

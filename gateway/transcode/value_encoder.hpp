#pragma once

// Turns the text of one path variable or query parameter into the bytes of a field's value: a
// number's varint or fixed bytes, a string's or message's content without its length. Private to
// the room.

#include <string>
#include <string_view>

#include "gateway/transcode/input_table.hpp"

namespace trunkline::transcode {

/// Whether the field's value can be told in one piece of text: a scalar, or one of the well-known
/// messages that are (Timestamp, Duration, FieldMask, wrappers).
bool is_leaf(const InputField& field) noexcept;

/// Appends to `wire`. Otherwise says false and puts a sentence without its subject into
/// `complaint`: `"abc" is not a number from -2147483648 to 2147483647`. `field` is a leaf.
bool encode_value(const InputField& field, std::string_view text, std::string& wire,
                  std::string& complaint);

/// The value in quotes for a message, shortened to what fits on a line.
std::string quoted_value(std::string_view text);

}  // namespace trunkline::transcode

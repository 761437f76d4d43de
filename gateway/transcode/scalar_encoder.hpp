#pragma once

// Turns a JSON value that holds no other into the bytes of a field's value, as encode_value() does
// with texts: what proto3's JSON mapping allows and no more, so that a number is no string and a
// string no bool. Private to the room.

#include <string>

#include "gateway/transcode/input_table.hpp"
#include "gateway/transcode/json_events.hpp"

namespace trunkline::transcode {

/// Whether null is a value of the field, where for all others it stands for their absence:
/// google.protobuf.Value and NullValue.
bool takes_null(const InputField& field) noexcept;

/// Appends the content of one value, without tag and length. Otherwise says false and puts a
/// sentence without its subject into `complaint`.
bool encode_scalar(const InputField& field, const JsonScalar& value, std::string& wire,
                   std::string& complaint);

/// "a string", "true or false", "an object": what one value of the field has to be.
std::string expected_form(const InputField& field);

/// As the client wrote it, shortened to what fits on a line.
std::string shown(const JsonScalar& value);

}  // namespace trunkline::transcode

#pragma once

// What callers may write into the columns of a login. Pure.

#include <optional>
#include <string>
#include <string_view>

namespace trunkline::agents {

/// What is wrong, to be said after the field's name; nothing if nothing is.
using FieldComplaint = std::optional<std::string>;

/// 1 to 80 of 0-9, A-Z, a-z and *#+_.-
FieldComplaint check_extension(std::string_view extension);
/// 1 to 79 of 0-9, A-Z, a-z and +_.-
FieldComplaint check_context(std::string_view context);
/// Valid UTF-8 already: at most 80 characters, none of them NUL.
FieldComplaint check_reason(std::string_view reason);

/// The device of an extension by its hint, as Asterisk names it: "hint:1001@default".
std::string hint(std::string_view extension, std::string_view context);

}  // namespace trunkline::agents

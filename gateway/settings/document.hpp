#pragma once

// Turns a configuration file's text into a JSON value, and says in sentences why it is not one:
// syntax errors by line and column, keys that are given twice by their path.

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "gateway/settings/keys.hpp"

namespace trunkline::settings {

/// The value, comments left out; nothing if the syntax is wrong. Other problems leave a value, so
/// that reading goes on and finds more.
std::optional<nlohmann::ordered_json> parse_document(std::string_view text, Problems& problems);

/// `value` as it would stand in a file, shortened to fit in a sentence.
std::string value_text(const nlohmann::ordered_json& value);

}  // namespace trunkline::settings

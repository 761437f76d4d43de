#pragma once

// JSON whose members stay in the order in which they were added: a document is read by people too.
// Private to the room.

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace trunkline::openapi {

using Json = nlohmann::ordered_json;

/// Adds a member whose name the object is known not to have: to look for it in the order of all
/// takes a time that is quadratic in their number.
inline void add_new(Json& object, const std::string& name, Json value) {
  object.get_ref<Json::object_t&>().emplace_back(name, std::move(value));
}

/// Comments may hold anything; a document that nobody can read helps nobody.
inline std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace trunkline::openapi

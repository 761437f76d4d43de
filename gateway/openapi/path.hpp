#pragma once

// A path of google.api.http as a path of OpenAPI, whose variables are single segments with names:
// "/v1/{name=agents/*}:login" is "/v1/agents/{agent}:login". Private to the room.

#include <string>
#include <string_view>
#include <vector>

namespace trunkline::openapi {

struct PathPart {
  std::string name;         ///< "agent"
  std::string field_path;   ///< "name"; empty for a wildcard that no field takes
  bool whole_field;         ///< all of the field, and not one segment of several
  bool rest;                ///< any number of segments
  std::string field_shape;  ///< how the field is made of its parts: "agents/{agent}"
};

struct Path {
  std::string text;   ///< "/v1/agents/{agent}:login"
  std::string shape;  ///< the same without the names: OpenAPI takes equal ones for one path
  std::vector<PathPart> parts;
};

/// `path_template` is one that the route table has taken.
Path openapi_path(std::string_view path_template);

/// Gives the path the names of another one of the same shape.
void rename_parts(Path& path, const Path& like);

}  // namespace trunkline::openapi

#pragma once

// A path template of google.api.http ("/v1/{name=agents/*}:login"), parsed once.
//
//   Template = "/" Segments [ Verb ] ;
//   Segments = Segment { "/" Segment } ;
//   Segment  = "*" | "**" | LITERAL | Variable ;
//   Variable = "{" FieldPath [ "=" Segments ] "}" ;
//   FieldPath = IDENT { "." IDENT } ;
//   Verb     = ":" LITERAL ;
//
// "**" may only be the last segment; variables do not nest. Beyond the grammar, "/" alone is a
// template without segments. A literal is compared percent-decoded.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"

namespace trunkline::route {

struct Segment {
  enum class Kind : std::uint8_t { kLiteral, kAny /* "*" */, kRest /* "**" */ };
  Kind kind;
  std::string literal;  ///< percent-decoded
};

/// A field that takes the segments [first, last) of the path.
struct Variable {
  std::string field_path;  ///< "name", "agent.name"
  std::uint16_t first;
  std::uint16_t last;
  bool multi_segment;  ///< percent-decoding keeps %2F (more than one segment may match)
};

struct Template {
  static constexpr std::size_t kMaxSegments = 64;

  std::string text;  ///< as it was written
  std::vector<Segment> segments;
  std::vector<Variable> variables;
  std::string verb;  ///< without the colon; empty without one

  /// An INVALID_ARGUMENT error says what is wrong and where.
  static grpc::Result<Template> parse(std::string_view text);
};

}  // namespace trunkline::route

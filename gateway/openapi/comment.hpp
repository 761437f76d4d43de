#pragma once

// The comments of .proto files, as the Markdown that OpenAPI takes. Private to the room.

#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>

namespace trunkline::openapi {

/// Without the space behind each "//", and without blank lines at the ends.
std::string without_margin(std::string_view raw);

/// The first sentence, on one line and without its full stop.
std::string first_sentence(std::string_view comment);

/// Above the declaration, or else behind it; empty without one.
template <class Descriptor>
std::string comment_of(const Descriptor& descriptor) {
  google::protobuf::SourceLocation place;
  if (!descriptor.GetSourceLocation(&place)) return {};
  return without_margin(place.leading_comments.empty() ? place.trailing_comments
                                                       : place.leading_comments);
}

}  // namespace trunkline::openapi

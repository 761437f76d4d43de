#pragma once

// The OpenAPI 3.1 document of what the gateway offers, out of the descriptors of the services with
// the comments of their .proto files. The same services give the same bytes.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gateway/transcode/schema.hpp"

namespace trunkline::openapi {

struct Info {
  std::string title = "Trunkline";
  std::string version;
  std::string description;  ///< Markdown; may be empty
};

/// A method as it is offered; all must outlive the call.
struct Offered {
  const transcode::FilePool* files;  ///< that describe it
  const transcode::Method* method;
  std::vector<const transcode::HttpBinding*> bindings;  ///< those whose paths lead to it
};

/// All methods of a backend with all their bindings.
std::vector<Offered> all_of(const transcode::Schema& schema);

/// How much a document may hold: a few bytes of bindings may ask for megabytes of it, and whoever
/// writes the descriptors is not always whom one trusts.
struct Limits {
  std::size_t operations = 5'000;
  std::size_t bytes = 8u << 20;  ///< of JSON; the last operation may go past them
};

struct Document {
  std::string json;
  std::size_t left_out = 0;  ///< operations and schemas that the limits had no room for
};

/// Where two backends have a message of one name and it is not the same, the second's is called
/// "name_2". What the limits leave out is counted in the description too.
Document document(std::span<const Offered> methods, const Info& info, const Limits& limits = {});

}  // namespace trunkline::openapi

#pragma once

// Descriptor sets of services that tests make up.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/transcode/schema.hpp"

namespace trunkline {

struct DescribedMethod {
  std::string name;
  std::string rule;  ///< of google.api.http, in text format: "get: '/a'"; none if empty
};

/// A serialized FileDescriptorSet with `package`.S and these methods, whose requests have a field
/// `id`.
std::string described(std::string_view package, const std::vector<DescribedMethod>& methods);

std::shared_ptr<const transcode::Schema> schema_of(const std::string& set);

}  // namespace trunkline

#include "backends/query/read_mask.hpp"

#include <google/protobuf/util/field_mask_util.h>

namespace trunkline::query {

namespace {

using google::protobuf::util::FieldMaskUtil;

constexpr std::size_t kSaidBack = 64;  // of a path that a caller made up

}  // namespace

std::optional<ReadMask::Complaint> ReadMask::read(std::string_view field,
                                                  const google::protobuf::FieldMask& mask,
                                                  const google::protobuf::Descriptor& of) {
  for (const auto& path : mask.paths()) {
    if (path == "*") {
      if (mask.paths_size() == 1) return std::nullopt;
      return Complaint{std::string(field), "must name * alone"};
    }
    if (!FieldMaskUtil::GetFieldDescriptors(&of, path, nullptr)) {
      return Complaint{std::string(field), "names \"" + path.substr(0, kSaidBack) + "\", which " +
                                               of.name() + " does not have"};
    }
  }
  FieldMaskUtil::ToCanonicalForm(mask, &mask_);
  return std::nullopt;
}

void ReadMask::apply(google::protobuf::Message& message) const {
  if (!all()) FieldMaskUtil::TrimMessage(mask_, &message);
}

std::string ReadMask::text() const {
  return FieldMaskUtil::ToString(mask_);
}

}  // namespace trunkline::query

#include "gateway/transcode/bound_values.hpp"

#include <algorithm>
#include <map>

#include "gateway/transcode/wire_writer.hpp"

namespace trunkline::transcode {
namespace {

bool in_field_order(const BoundValue& a, const BoundValue& b) {
  return std::lexicographical_compare(
      a.path.begin(), a.path.end(), b.path.begin(), b.path.end(),
      [](const InputField* x, const InputField* y) { return x->number < y->number; });
}

bool is_default(const InputField& field, std::string_view content) {
  if (wire_type(field.kind) == WireType::kBytes) return content.empty();
  return content.find_first_not_of('\0') == std::string_view::npos;
}

void write_value(const InputField& field, std::string_view content, std::string& wire) {
  write_tag(wire, field.number, wire_type(field.kind));
  if (wire_type(field.kind) == WireType::kBytes)
    write_bytes(wire, content);
  else
    wire += content;
}

grpc::Error all_of(std::vector<grpc::FieldViolation> violations) {
  grpc::Error error = grpc::invalid_field(violations[0].field, violations[0].description);
  if (violations.size() > 1)
    error.message += " (and " + std::to_string(violations.size() - 1) + " more)";
  error.violations = std::move(violations);
  return error;
}

}  // namespace

grpc::Result<void> BoundValues::write(std::string& message) {
  std::stable_sort(values_.begin(), values_.end(), in_field_order);
  write_level(0, values_.cbegin(), values_.cend(), message);
  if (!violations_.empty()) return all_of(std::move(violations_));
  return {};
}

/// The fields of one message: those values that share the first `depth` steps of their paths.
void BoundValues::write_level(std::size_t depth, Iterator first, Iterator last, std::string& wire) {
  std::map<int, const BoundValue*> oneofs;
  while (first != last) {
    const InputField& field = *first->path[depth];
    const auto next = std::find_if(
        first, last, [&](const BoundValue& value) { return value.path[depth] != &field; });
    if (field.oneof >= 0) {
      const auto [other, alone] = oneofs.try_emplace(field.oneof, &*first);
      if (!alone) refuse(first->name, "excludes " + other->second->name);
    }
    if (first->path.size() == depth + 1) {
      write_leaf(field, first, next, wire);
    } else {
      std::string inner;
      write_level(depth + 1, first, next, inner);
      write_value(field, inner, wire);
    }
    first = next;
  }
}

void BoundValues::write_leaf(const InputField& field, Iterator first, Iterator last,
                             std::string& wire) {
  if (!field.repeated) {
    if (!given_once(first, last)) return;
    if (field.presence || !is_default(field, first->content))
      write_value(field, first->content, wire);
  } else if (field.packed) {
    std::string all;
    for (auto value = first; value != last; ++value) all += value->content;
    write_tag(wire, field.number, WireType::kBytes);
    write_bytes(wire, all);
  } else {
    for (auto value = first; value != last; ++value) write_value(field, value->content, wire);
  }
}

bool BoundValues::given_once(Iterator first, Iterator last) {
  if (last - first == 1) return true;
  const bool from_path =
      std::any_of(first, last, [](const BoundValue& value) { return value.from_path; });
  const auto& query = first->from_path ? *(first + 1) : *first;
  refuse(query.name, from_path ? "is already given by the path" : "is given more than once");
  return false;
}

}  // namespace trunkline::transcode

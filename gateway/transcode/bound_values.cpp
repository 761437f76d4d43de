#include "gateway/transcode/bound_values.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "gateway/transcode/value_encoder.hpp"
#include "gateway/transcode/wire_writer.hpp"

namespace trunkline::transcode {
namespace {

bool in_field_order(const BoundValue& a, const BoundValue& b) {
  return std::lexicographical_compare(
      a.path.begin(), a.path.end(), b.path.begin(), b.path.end(),
      [](const InputField* x, const InputField* y) { return x->number < y->number; });
}

void write_value(const InputField& field, std::string_view content, std::string& wire) {
  write_tag(wire, field.number, wire_type(field.kind));
  if (wire_type(field.kind) == WireType::kBytes)
    write_bytes(wire, content);
  else
    wire += content;
}

void write_leaf(const InputField& field, BoundRange group, std::string& wire) {
  if (!field.repeated) {
    if (field.presence || !is_default(field, group.first->content))
      write_value(field, group.first->content, wire);
  } else if (field.packed) {
    std::string all;
    for (auto value = group.first; value != group.last; ++value) all += value->content;
    write_tag(wire, field.number, WireType::kBytes);
    write_bytes(wire, all);
  } else {
    for (auto value = group.first; value != group.last; ++value)
      write_value(field, value->content, wire);
  }
}

}  // namespace

BoundRange BoundRange::group() const {
  const InputField* const same = &field();
  return {first,
          std::find_if(first, last, [&](const BoundValue& v) { return v.path[depth] != same; }),
          depth};
}

BoundRange BoundRange::within(const InputField& inner) const {
  const auto leads = [&](const BoundValue& v) {
    return v.path[depth] == &inner && v.path.size() > depth + 1;
  };
  const auto* const begin = std::find_if(first, last, leads);
  return {begin, std::find_if_not(begin, last, leads), depth + 1};
}

void BoundValues::refuse(std::string_view name, std::string description) {
  if (refused_++ < kMaxViolations)
    violations_.push_back({shown_name(name), std::move(description)});
}

void BoundValues::sort() {
  std::stable_sort(values_.begin(), values_.end(), in_field_order);
}

bool BoundValues::gives(const InputField& field) const {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const BoundValue& value) { return value.path.front() == &field; });
}

void BoundValues::merge(BoundRange range, CanonicalWire& wire) {
  std::map<int, const BoundValue*> oneofs;
  while (!range.empty()) {
    const InputField& field = range.field();
    const BoundRange group = range.group();
    if (field.oneof >= 0) {
      const auto [other, alone] = oneofs.try_emplace(field.oneof, group.first);
      if (!alone)
        refuse(group.first->name, "excludes " + other->second->name);
      else if (const auto* rival = wire.rival(field))
        refuse(group.first->name, "excludes " + rival->field->name);
    }
    if (group.is_leaf()) {
      merge_leaf(group, wire);
    } else if (!wire.part(field)) {  // what the body has of a message is merged where that ends
      wire.add_field(field);
      wire.begin_message(field.tag);
      merge({group.first, group.last, group.depth + 1}, wire);
      wire.end_message();
    }
    range.first = group.last;
  }
}

void BoundValues::merge_leaf(BoundRange group, CanonicalWire& wire) {
  const InputField& field = group.field();
  if (!field.repeated && !given_once(group)) return;
  const auto* const given = wire.part(field);
  if (!given) {
    wire.add_field(field);
    write_leaf(field, group, wire.out());
    return;
  }
  std::string wanted;
  write_leaf(field, group, wanted);
  if (wire.bytes(*given) != wanted)
    refuse(group.first->name, "the body says otherwise than the path, which gives " +
                                  quoted_value(group.first->from_path));
}

bool BoundValues::given_once(BoundRange group) {
  if (group.last - group.first == 1) return true;
  const bool in_path =
      std::any_of(group.first, group.last, [](const BoundValue& value) { return value.in_path; });
  const auto& query = group.first->in_path ? *(group.first + 1) : *group.first;
  refuse(query.name, in_path ? "is already given by the path" : "is given more than once");
  return false;
}

grpc::Error BoundValues::error() {
  grpc::Error first = grpc::invalid_field(violations_[0].field, violations_[0].description);
  violations_.erase(violations_.begin());
  --refused_;
  return error_with(std::move(first));
}

grpc::Error BoundValues::error_with(grpc::Error first) {
  if (refused_ > 0) first.message += " (and " + std::to_string(refused_) + " more)";
  std::move(violations_.begin(), violations_.end(), std::back_inserter(first.violations));
  return first;
}

}  // namespace trunkline::transcode

#include "gateway/openapi/closure.hpp"

#include <algorithm>
#include <set>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

namespace trunkline::openapi {
namespace {

namespace pb = google::protobuf;

/// What a message itself says; what is within it is reached by its fields if at all.
std::string own_text(const pb::Descriptor& message) {
  pb::DescriptorProto proto;
  message.CopyTo(&proto);
  // Some descriptors have these names only where they are not what they would be anyway.
  for (int i = 0; i < message.field_count(); ++i)
    proto.mutable_field(i)->set_json_name(message.field(i)->json_name());
  proto.clear_nested_type();
  proto.clear_enum_type();
  proto.clear_extension();
  return message.full_name() + '\n' + pb::FileDescriptor::SyntaxName(message.file()->syntax()) +
         '\n' + proto.SerializeAsString();
}

}  // namespace

/// A message of which the fields up to `next` have been followed.
struct Closures::Visit {
  const pb::Descriptor* message;
  int next = 0;
};

// Messages that refer to each other in a ring are the same or not as a whole: rings are found by
// Tarjan's way, each after those that it refers to. Without recursion, since a chain of messages
// may be longer than a stack is deep.
int Closures::of(const pb::Descriptor& message) {
  if (const auto known = known_.find(&message); known != known_.end()) return known->second;
  struct Mark {
    std::size_t index;
    std::size_t lowest;
  };
  std::unordered_map<const pb::Descriptor*, Mark> marks;
  std::vector<const pb::Descriptor*> ungrouped;
  std::vector<Visit> path;
  const auto enter = [&](const pb::Descriptor* one) {
    const std::size_t index = marks.size();
    marks[one] = {index, index};
    ungrouped.push_back(one);
    path.push_back({one});
  };
  enter(&message);
  while (!path.empty()) {
    Visit& visit = path.back();
    const pb::Descriptor* here = visit.message;
    if (visit.next < here->field_count()) {
      const pb::Descriptor* there = here->field(visit.next++)->message_type();
      if (!there || known_.contains(there)) continue;
      if (const auto seen = marks.find(there); seen != marks.end())
        marks[here].lowest = std::min(marks[here].lowest, seen->second.index);
      else
        enter(there);
      continue;
    }
    const Mark mark = marks[here];
    path.pop_back();
    if (!path.empty()) {
      Mark& before = marks[path.back().message];
      before.lowest = std::min(before.lowest, mark.lowest);
    }
    if (mark.lowest != mark.index) continue;
    const auto first = std::find(ungrouped.rbegin(), ungrouped.rend(), here).base() - 1;
    close_group({first, ungrouped.end()});
    ungrouped.erase(first, ungrouped.end());
  }
  return known_.at(&message);
}

int Closures::of(const pb::EnumDescriptor& enumeration) {
  const auto [known, added] = known_.try_emplace(&enumeration);
  if (added) {
    pb::EnumDescriptorProto proto;
    enumeration.CopyTo(&proto);
    known->second = number_of(enumeration.full_name() + '\n' + proto.SerializeAsString());
  }
  return known->second;
}

void Closures::close_group(const std::vector<const pb::Descriptor*>& group) {
  std::vector<const pb::Descriptor*> sorted = group;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->full_name() < b->full_name(); });
  std::string text;
  std::set<int> beyond;
  for (const pb::Descriptor* one : sorted) {
    const std::string own = own_text(*one);
    text += std::to_string(own.size()) + '\n' + own;
    for (int i = 0; i < one->field_count(); ++i) {
      const auto& field = *one->field(i);
      if (field.enum_type()) beyond.insert(of(*field.enum_type()));
      // What is in the group is not known yet.
      if (const auto known = known_.find(field.message_type()); known != known_.end())
        beyond.insert(known->second);
    }
  }
  for (const int number : beyond) text += ' ' + std::to_string(number);
  const int number = number_of(text);
  for (const pb::Descriptor* one : group)
    known_[one] = number_of(std::to_string(number) + ' ' + one->full_name());
}

int Closures::number_of(const std::string& text) {
  return numbers_.try_emplace(text, static_cast<int>(numbers_.size())).first->second;
}

}  // namespace trunkline::openapi

// The parts of BodyReader for what begins and ends: messages, arrays and maps.

#include <algorithm>

#include "gateway/transcode/body_reader.hpp"
#include "gateway/transcode/scalar_encoder.hpp"
#include "gateway/transcode/value_encoder.hpp"

namespace trunkline::transcode {
namespace {

// google.protobuf.Value, Struct and ListValue, whose fields JSON does not name.
constexpr std::uint32_t kStructOfValue = 5;
constexpr std::uint32_t kListOfValue = 6;
constexpr std::uint32_t kFieldsOfStruct = 1;
constexpr std::uint32_t kValuesOfList = 1;

}  // namespace

bool BodyReader::open_object(const InputField& field) {
  const auto kind = field.kind == Kind::kMessage ? field.message->well_known : WellKnown::kWrapper;
  switch (kind) {
    case WellKnown::kNone: return open_message(field, false);
    case WellKnown::kAny: return open_any(field);
    case WellKnown::kStruct:
      if (!open_within(field, kFieldsOfStruct)) return false;
      open_map(*frames_.back().field);
      return true;
    case WellKnown::kValue:
      return open_within(field, kStructOfValue) && open_object(*frames_.back().field);
    default: return refuse("an object is not " + expected_form(field));
  }
}

bool BodyReader::open_array(const InputField& field) {
  const auto kind = field.kind == Kind::kMessage ? field.message->well_known : WellKnown::kNone;
  switch (kind) {
    case WellKnown::kListValue:
      if (!open_within(field, kValuesOfList)) return false;
      open_repeated(*frames_.back().field);
      return true;
    case WellKnown::kValue:
      return open_within(field, kListOfValue) && open_array(*frames_.back().field);
    default: return refuse("an array is not " + expected_form(field));
  }
}

bool BodyReader::open_message(const InputField& field, bool implicit) {
  if (wire_.depth() > kMaxMessageDepth) return refuse("is nested too deeply");
  const Frame& parent = frames_.back();
  const InputMessage& message = *field.message;
  Frame frame{.form = Form::kMessage,
              .implicit = implicit,
              .keep_empty = &field != &message.in_any,
              .message = &message};
  if (parent.form == Form::kMessage && !field.repeated) {
    if (!parent.bound.empty()) frame.bound = parent.bound.within(field);
    frame.masked = message.well_known == WellKnown::kNone &&
                   (parent.masked || (options_.derive_mask && frames_.size() == 1));
  }
  wire_.begin_message(field.tag);
  frames_.push_back(frame);
  return true;
}

/// A message that JSON writes as if it were the one field of it that has this number.
bool BodyReader::open_within(const InputField& field, std::uint32_t number) {
  if (!open_message(field, true)) return false;
  const auto& fields = field.message->fields;
  frames_.back().field = &*std::find_if(fields.begin(), fields.end(),
                                        [number](const auto& one) { return one.number == number; });
  wire_.begin_field(*frames_.back().field);
  return true;
}

void BodyReader::open_map(const InputField& field) {
  frames_.push_back({.form = Form::kMap,
                     .message = field.message,
                     .field = &field.message->fields.back(),
                     .tag = field.tag,
                     .index = wire_.begin_entries()});
}

void BodyReader::open_repeated(const InputField& field) {
  if (field.packed) wire_.begin_message(field.tag);
  frames_.push_back({.form = Form::kRepeated, .field = &field});
}

void BodyReader::close_message() {
  const Frame frame = frames_.back();
  if (!frame.bound.empty()) bound_.merge(frame.bound, wire_);
  wire_.end_message(frame.keep_empty);
  frames_.pop_back();
  if (frame.masked && !frame.named && frames_.back().masked) mark_mask();
}

bool BodyReader::close_map() {
  const Frame& top = frames_.back();
  const auto twice = wire_.end_entries(top.index, top.message->fields.front().kind);
  if (twice)
    return refuse("the key " + shown({JsonScalar::Type::kString, *twice}) + " is given twice");
  frames_.pop_back();
  return true;
}

bool BodyReader::free_of_rivals(const InputField& field) {
  const auto* const rival = wire_.rival(field);
  if (!rival) return true;
  std::string_view name = rival->field->name;
  for (const auto& entry : frames_.back().message->names.entries()) {
    if (rival->other_name && entry.value == rival->field) name = entry.name;  // the later of two
  }
  return refuse("excludes " + std::string(name) + ", which is given, too");
}

/// The field that takes the next value belongs to the mask.
void BodyReader::mark_mask() {
  if (mask_size_ > kMaxMaskSize) return;
  std::string marked;
  for (const Frame& frame : frames_) {
    if (!frame.masked) continue;
    if (!marked.empty()) marked += '.';
    marked += frame.field->name;
  }
  mask_size_ += marked.size();
  if (mask_size_ <= kMaxMaskSize) mask_.push_back(std::move(marked));
}

bool BodyReader::refuse(std::string_view description) {
  std::string field = path();
  const char* const subject = field.empty() ? "not right: " : "";
  return refuse_at(std::move(field), std::string(subject).append(description));
}

bool BodyReader::refuse_at(std::string field, std::string description) {
  violation_ = {std::move(field), std::move(description)};
  return false;
}

/// Of what is being read, as the client wrote it: `agents[3].labels["a"].name`.
std::string BodyReader::path() const {
  std::string path;
  std::size_t key = 0;
  for (const Frame& frame : frames_) {
    if (frame.form == Form::kRepeated) {
      path += '[' + std::to_string(frame.index) + ']';
    } else if (frame.form == Form::kMap && frame.key_size) {
      const auto text = std::string_view(keys_).substr(key, *frame.key_size);
      path.append("[").append(quoted_value(text)).append("]");
      key += *frame.key_size;
    } else if (!frame.implicit && frame.name) {
      if (!path.empty()) path += '.';
      path += shown_name(*frame.name);
    }
  }
  return path;
}

std::string BodyReader::path(std::string_view member) const {
  std::string path = this->path();
  if (!path.empty()) path += '.';
  return path += member;
}

}  // namespace trunkline::transcode

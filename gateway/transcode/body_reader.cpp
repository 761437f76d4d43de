#include "gateway/transcode/body_reader.hpp"

#include <algorithm>

#include "gateway/transcode/scalar_encoder.hpp"
#include "gateway/transcode/value_encoder.hpp"
#include "gateway/transcode/wire_writer.hpp"

namespace trunkline::transcode {

void BodyReader::nothing(const InputMessage& request) {
  wire_.begin_whole();
  frames_.push_back({.form = Form::kMessage, .message = &request, .bound = bound_.all()});
}

void BodyReader::whole(const InputMessage& request) {
  if (request.well_known == WellKnown::kNone) {
    nothing(request);
    awaits_object_ = true;
    return;
  }
  wire_.begin_whole();
  // Read as a field that holds it, whose tag and length are taken off at the end.
  content_ = &request.in_any;
  frames_.push_back({.form = Form::kMessage, .message = &request, .field = content_});
  wire_.begin_field(*content_);
}

void BodyReader::member(const InputMessage& request, const InputField& field) {
  wire_.begin_whole();
  frames_.push_back({.form = Form::kMessage,
                     .message = &request,
                     .field = &field,
                     .name = field.name,
                     .bound = bound_.all()});
  wire_.begin_field(field);
}

void BodyReader::finish(const InputField* mask) {
  if (content_) return wire_.end_content();
  const bool derives = mask && options_.derive_mask && !bound_.gives(*mask) &&
                       wire_.part(*frames_.front().field);  // which it is not as null
  if (derives && mask_size_ > kMaxMaskSize) {
    bound_.refuse(mask->name, "what the body names takes more than " +
                                  std::to_string(kMaxMaskSize) +
                                  " bytes to tell: give this parameter");
  } else if (derives) {
    std::sort(mask_.begin(), mask_.end());
    mask_.erase(std::unique(mask_.begin(), mask_.end()), mask_.end());
    wire_.add_field(*mask);
    wire_.begin_message(mask->tag);
    for (const std::string& one : mask_) {
      write_tag(wire_.out(), 1, WireType::kBytes);
      write_bytes(wire_.out(), one);
    }
    wire_.end_message();
  }
  bound_.merge(frames_.front().bound, wire_);
  wire_.end_whole();
}

bool BodyReader::key(std::string_view name) {
  if (recording_) {
    tape_.key(name);
    return true;
  }
  Frame& top = frames_.back();
  switch (top.form) {
    case Form::kMessage: return message_key(top, name);
    case Form::kMap: return map_key(top, name);
    case Form::kAny: return any_key(name);
    case Form::kAnyValue: return any_value_key(top, name);
    case Form::kSkipped:
    case Form::kRepeated: break;
  }
  return true;
}

bool BodyReader::message_key(Frame& frame, std::string_view name) {
  if (frame.any_content && name == "@type") return type_again(frame);
  frame.named = true;
  const auto* const found = frame.message->names.find(name);
  if (!found) {
    frame.field = nullptr;
    frame.name = name;
    return options_.ignore_unknown || refuse("is not a field of " + frame.message->full_name);
  }
  frame.field = found->value;
  frame.name = found->name;
  if (frame.field->kind == Kind::kGroup) return refuse("is a group, which JSON has no form for");
  const bool other_name = frame.field->oneof >= 0 && found->name != frame.field->name;
  if (!wire_.begin_field(*frame.field, other_name)) return refuse("is given twice");
  return true;
}

bool BodyReader::map_key(Frame& frame, std::string_view name) {
  const InputField& key = frame.message->fields.front();
  keys_ += name;
  frame.key_size = name.size();
  wire_.begin_message(frame.tag);
  if (key.kind == Kind::kString) {
    write_tag(wire_.out(), key.number, WireType::kBytes);
    write_bytes(wire_.out(), name);
    return true;
  }
  std::string complaint;
  if (key.kind != Kind::kBool && name.find_first_of(".eE") != std::string_view::npos)
    return refuse("the key " + quoted_value(name) + " is not a number");
  write_tag(wire_.out(), key.number, wire_type(key.kind));
  return encode_value(key, name, wire_.out(), complaint) || refuse("the key " + complaint);
}

bool BodyReader::scalar(const JsonScalar& value) {
  if (recording_) {
    tape_.scalar(value);
    return true;
  }
  if (awaits_object_) return refuse(shown(value) + " is not an object");
  Frame& top = frames_.back();
  if (top.form == Form::kAny) {
    if (value.type != JsonScalar::Type::kString)
      return refuse_at(path("@type"), shown(value) + " is not a string");
    const InputField& any = *top.field;
    frames_.pop_back();
    return open_typed(any, value.text, false);
  }
  if (skips(top)) return true;
  const InputField& field = *top.field;
  if (top.form == Form::kMessage) {
    if (top.masked) mark_mask();
    const bool absent = value.type == JsonScalar::Type::kNull && &field != content_ &&
                        (field.repeated || !takes_null(field));
    if (absent) {
      wire_.set_absent();
      return true;
    }
    if (field.repeated)
      return refuse(shown(value) + " is not " + (field.map ? "an object" : "an array"));
    if (!free_of_rivals(field)) return false;
  }
  const bool element = top.form == Form::kRepeated || top.form == Form::kMap;
  return put(field, value, field.packed && element, field.presence || element) && value_done();
}

/// One value, with its tag unless it lies within packed ones.
bool BodyReader::put(const InputField& field, const JsonScalar& value, bool packed,
                     bool keep_default) {
  std::string& wire = wire_.out();
  if (field.kind == Kind::kString && value.type == JsonScalar::Type::kString) {
    if (value.text.empty() && !keep_default) return true;
    write_varint(wire, field.tag);
    write_bytes(wire, value.text);
    return true;
  }
  std::string complaint;
  if (wire_type(field.kind) == WireType::kBytes) {
    if (wire_.depth() > kMaxMessageDepth) return refuse("is nested too deeply");
    wire_.begin_message(field.tag);
    if (!encode_scalar(field, value, wire, complaint)) return refuse(complaint);
    wire_.end_message(keep_default);
    return true;
  }
  const std::size_t before = wire.size();
  if (!packed) write_varint(wire, field.tag);
  const std::size_t content = wire.size();
  if (!encode_scalar(field, value, wire, complaint)) return refuse(complaint);
  if (!keep_default && is_default(field, std::string_view(wire).substr(content)))
    wire.resize(before);
  return true;
}

bool BodyReader::begin_object() {
  if (recording_) {
    tape_.begin(true);
    return true;
  }
  if (awaits_object_) {
    awaits_object_ = false;
    return true;
  }
  const Frame& top = frames_.back();
  if (top.form == Form::kAny) return refuse_at(path("@type"), "an object is not a string");
  if (skips(top)) {
    frames_.push_back({.form = Form::kSkipped});
    return true;
  }
  const InputField& field = *top.field;
  if (top.form == Form::kMessage) {
    const bool descends = field.kind == Kind::kMessage && !field.repeated &&
                          field.message->well_known == WellKnown::kNone;
    if (top.masked && !descends) mark_mask();
    if (field.map) {
      open_map(field);
      return true;
    }
    if (field.repeated) return refuse("an object is not an array");
    if (!free_of_rivals(field)) return false;
  }
  return open_object(field);
}

bool BodyReader::end_object() {
  if (recording_) {
    tape_.end();
    return !tape_.whole() || play_tape();
  }
  switch (frames_.back().form) {
    case Form::kMessage:
      if (frames_.size() == 1) return true;
      close_message();
      return value_done();
    case Form::kMap: return close_map() && value_done();
    case Form::kAny:
    case Form::kAnyValue: return end_any() && value_done();
    case Form::kSkipped:
    case Form::kRepeated: break;
  }
  frames_.pop_back();
  return true;
}

bool BodyReader::begin_array() {
  if (recording_) {
    tape_.begin(false);
    return true;
  }
  if (awaits_object_) return refuse("an array is not an object");
  const Frame& top = frames_.back();
  if (top.form == Form::kAny) return refuse_at(path("@type"), "an array is not a string");
  if (skips(top)) {
    frames_.push_back({.form = Form::kSkipped});
    return true;
  }
  const InputField& field = *top.field;
  if (top.form == Form::kMessage) {
    if (top.masked) mark_mask();
    if (field.map) return refuse("an array is not an object");
    if (field.repeated) {
      open_repeated(field);
      return true;
    }
    if (!free_of_rivals(field)) return false;
  }
  return open_array(field);
}

bool BodyReader::end_array() {
  if (recording_) {
    tape_.end();
    return true;
  }
  const Frame top = frames_.back();
  frames_.pop_back();
  if (top.form == Form::kSkipped) return true;
  if (top.field->packed) wire_.end_message(false);
  return value_done();
}

/// A value of what is now on top has come to its end.
bool BodyReader::value_done() {
  for (;;) {
    Frame& top = frames_.back();
    switch (top.form) {
      case Form::kRepeated: ++top.index; return true;
      case Form::kMap:
        wire_.end_message();
        keys_.resize(keys_.size() - *top.key_size);
        top.key_size.reset();
        return true;
      case Form::kMessage:
        if (!top.implicit) return true;
        close_message();
        break;
      default: return true;
    }
  }
}

}  // namespace trunkline::transcode

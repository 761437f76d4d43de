// The parts of BodyReader for google.protobuf.Any, whose members only its "@type" explains. If
// that comes first, as it mostly does, the rest is read as it comes; else it is taped until the
// object ends.

#include <utility>

#include "gateway/transcode/body_reader.hpp"
#include "gateway/transcode/value_encoder.hpp"

namespace trunkline::transcode {
namespace {

constexpr std::string_view kType = "@type";
constexpr std::uint32_t kUrlOfAny = 1;

/// A message whose JSON stands in the member "value". For Empty the mapping has that, too, and
/// protobuf's own code leaves it out; both are read.
bool has_value(const InputMessage& type) {
  return type.well_known != WellKnown::kNone || type.full_name == "google.protobuf.Empty";
}

}  // namespace

bool BodyReader::open_any(const InputField& field) {
  if (playing_) {
    if (const auto url = playing_->ahead(kType)) return open_typed(field, *url, true);
  }
  frames_.push_back({.form = Form::kAny, .field = &field});
  return true;
}

bool BodyReader::any_key(std::string_view name) {
  if (name == kType) return true;
  if (playing_) return refuse("needs an \"@type\"");
  recording_ = true;
  tape_.begin(true);
  tape_.key(name);
  return true;
}

/// `ahead`: the type was read before its turn, and will come again.
bool BodyReader::open_typed(const InputField& field, std::string_view url, bool ahead) {
  const std::size_t slash = url.rfind('/');
  const InputMessage* const type =
      slash == std::string_view::npos ? nullptr : tables_.find(url.substr(slash + 1));
  if (!type)
    return refuse_at(path("@type"), quoted_value(url) + " is not the type of a known message");
  if (!open_within(field, kUrlOfAny)) return false;
  Frame& any = frames_.back();
  if (!put(*any.field, {JsonScalar::Type::kString, url}, false, false)) return false;
  any.field = &type->in_any;
  wire_.begin_field(type->in_any);
  if (has_value(*type)) {
    frames_.push_back({.form = Form::kAnyValue, .typed = ahead, .message = type});
    return true;
  }
  if (!open_message(type->in_any, false)) return false;
  frames_.back().any_content = true;
  frames_.back().typed = ahead;
  return true;
}

bool BodyReader::any_value_key(Frame& frame, std::string_view name) {
  if (name == kType) return type_again(frame);
  frame.name = name;
  frame.field = nullptr;
  if (name != "value") {
    return options_.ignore_unknown ||
           refuse("is not a member of an Any of " + frame.message->full_name);
  }
  frame.name = "value";
  if (frame.named) return refuse("is given twice");
  frame.named = true;
  frame.field = &frame.message->in_any;
  return true;
}

/// "@type" behind other members.
bool BodyReader::type_again(Frame& frame) {
  frame.field = nullptr;
  frame.name = kType;
  if (!frame.typed) return refuse("is given twice");
  frame.typed = false;
  return true;
}

bool BodyReader::end_any() {
  const Frame top = frames_.back();
  frames_.pop_back();
  if (top.form == Form::kAnyValue)
    return top.named || top.message->well_known == WellKnown::kNone ||
           refuse("needs a \"value\", as " + top.message->full_name + " has it");
  wire_.begin_message(top.field->tag);
  wire_.end_message(top.field != &top.field->message->in_any);
  return true;
}

bool BodyReader::play_tape() {
  recording_ = false;
  frames_.pop_back();
  EventTape tape = std::exchange(tape_, {});
  playing_ = &tape;
  const bool played = tape.play(*this);
  playing_ = nullptr;
  return played;
}

}  // namespace trunkline::transcode

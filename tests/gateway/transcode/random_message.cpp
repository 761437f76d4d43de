#include "tests/gateway/transcode/random_message.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "torture.pb.h"
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "gateway/transcode/wire_reader.hpp"
#include "gateway/transcode/wire_writer.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;

}  // namespace

void RandomMessage::fill(pb::Message& message, int depth, int sparseness) {
  if (fill_well_known(message, depth)) return;
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const Field& field = *type.field(i);
    if (below(static_cast<std::size_t>(sparseness)) != 0) continue;
    // A Value always holds something: protobuf's printer leaves out what holds nothing.
    const bool value =
        field.message_type() && field.message_type()->full_name() == "google.protobuf.Value";
    if (depth <= 0 && field.cpp_type() == Field::CPPTYPE_MESSAGE && !value) continue;
    for (auto n = field.is_repeated() ? below(4) : 1; n > 0; --n)
      fill_field(message, field, depth, sparseness);
  }
}

bool RandomMessage::fill_well_known(pb::Message& message, int depth) {
  constexpr std::int64_t kYears = 315'576'000'000;
  if (auto* time = dynamic_cast<pb::Timestamp*>(&message)) {
    time->set_seconds(static_cast<std::int64_t>(below(315'537'897'600)) - 62'135'596'800);
    constexpr int kUnits[] = {0, 1, 1000, 1'000'000};
    time->set_nanos(static_cast<int>(below(1000)) * kUnits[below(4)]);
  } else if (auto* duration = dynamic_cast<pb::Duration*>(&message)) {
    const int sign = below(2) ? 1 : -1;
    duration->set_seconds(static_cast<std::int64_t>(below(kYears)) * sign);
    duration->set_nanos(static_cast<int>(below(1'000'000'000)) * sign);
  } else if (auto* mask = dynamic_cast<pb::FieldMask*>(&message)) {
    constexpr const char* kPaths[] = {"name", "login_time", "a.b_c.d", "state_interface"};
    for (auto n = below(4); n > 0; --n) mask->add_paths(kPaths[below(4)]);
  } else if (auto* any = dynamic_cast<pb::Any*>(&message)) {
    if (!any_) return true;
    torture::Child child;
    pb::Duration inner;
    pb::Message& packed = below(2) ? static_cast<pb::Message&>(child) : inner;
    fill(packed, depth - 1, 2);
    any->PackFrom(packed);
  } else if (auto* value = dynamic_cast<pb::Value*>(&message)) {
    switch (below(depth > 0 ? 6 : 4)) {
      case 0: value->set_null_value(pb::NULL_VALUE); break;
      case 1: value->set_number_value(static_cast<double>(below(1000)) / 8); break;
      case 2: value->set_string_value(text()); break;
      case 3: value->set_bool_value(below(2)); break;
      case 4: fill(*value->mutable_struct_value(), depth - 1, 1); break;
      case 5: fill(*value->mutable_list_value(), depth - 1, 1); break;
    }
  } else {
    return false;
  }
  return true;
}

void RandomMessage::fill_field(pb::Message& message, const Field& field, int depth,
                               int sparseness) {
  const auto& r = *message.GetReflection();
  const bool add = field.is_repeated();
  const auto bits = integer();
#define PUT(Type, value) \
  add ? r.Add##Type(&message, &field, value) : r.Set##Type(&message, &field, value)
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32: PUT(Int32, static_cast<std::int32_t>(bits)); break;
    case Field::CPPTYPE_INT64: PUT(Int64, static_cast<std::int64_t>(bits)); break;
    case Field::CPPTYPE_UINT32: PUT(UInt32, static_cast<std::uint32_t>(bits)); break;
    case Field::CPPTYPE_UINT64: PUT(UInt64, bits); break;
    case Field::CPPTYPE_DOUBLE: PUT(Double, number()); break;
    case Field::CPPTYPE_FLOAT: PUT(Float, static_cast<float>(number())); break;
    case Field::CPPTYPE_BOOL: PUT(Bool, bits & 1); break;
    case Field::CPPTYPE_ENUM: {
      constexpr int kNumbers[] = {0, 1, 5, -3, 77};
      const bool null = field.enum_type()->full_name() == "google.protobuf.NullValue";
      PUT(EnumValue, null ? 0 : kNumbers[below(5)]);
      break;
    }
    case Field::CPPTYPE_STRING: {
      const auto value = field.type() == Field::TYPE_STRING ? text() : bytes();
      PUT(String, value);
      break;
    }
    case Field::CPPTYPE_MESSAGE:
      fill(add ? *r.AddMessage(&message, &field) : *r.MutableMessage(&message, &field), depth - 1,
           field.is_map() ? 1 : sparseness + 4);
      break;
  }
#undef PUT
}

std::string RandomMessage::text() {
  constexpr std::string_view kPieces[] = {
      "agents/", "Charlotte", "\"",     "\\", "\n",  "\x01", "\x1f",
      "\x7f",    "é",         "€",      "😀",  "<b>", "/",    "0123456789abcdef",
      " ",       "\t",        "\u2028", "ÿ"};
  std::string text;
  for (auto n = below(6); n > 0; --n) text += kPieces[below(std::size(kPieces))];
  return text;
}

std::string RandomMessage::bytes() {
  std::string bytes;
  for (auto n = below(20); n > 0; --n) bytes += static_cast<char>(below(256));
  return bytes;
}

double RandomMessage::number() {
  switch (below(6)) {
    case 0: return static_cast<double>(below(10'000'000));
    case 1: return static_cast<double>(below(10'000)) / 100;
    case 2: return std::bit_cast<double>(random_());
    case 3: return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(random_())));
    case 4: return below(2) ? INFINITY : -INFINITY;
    default: return below(8) ? 1.0 / 3 : NAN;
  }
}

std::uint64_t RandomMessage::integer() {
  return random_() >> below(64) << below(8);
}

std::string RandomMessage::disordered(const pb::Message& message) {
  return shuffled(*message.GetDescriptor(), message.SerializeAsString(), 0);
}

std::string RandomMessage::shuffled(const pb::Descriptor& type, std::string_view wire, int depth) {
  WireReader reader(wire);
  std::vector<std::string> pieces;
  while (!reader.done()) {
    Tag tag{};
    const char* const begin = reader.position();
    reader.tag(tag);
    const char* const value = reader.position();
    reader.skip(tag);
    std::string piece(begin, reader.position());
    const auto* field = type.FindFieldByNumber(static_cast<int>(tag.number()));
    if (field && field->type() == Field::TYPE_MESSAGE) {
      WireReader inner(
          std::string_view(value, static_cast<std::size_t>(reader.position() - value)));
      std::string_view content;
      inner.bytes(content);
      piece.assign(begin, value);
      write_bytes(piece, shuffled(*field->message_type(), content, depth + 1));
    }
    if (below(8) == 0) pieces.push_back(piece);
    pieces.push_back(std::move(piece));
  }
  if (below(3) == 0) {
    torture::Stranger stranger;
    fill(stranger, 1, 2);
    pieces.push_back(stranger.SerializeAsString());
    pieces.push_back("\xa3\x7d\x08\x01\xa4\x7d");  // group 2004 with a field in it
  }
  if (depth == 0 || below(2)) std::shuffle(pieces.begin(), pieces.end(), random_);
  std::string all;
  for (const auto& piece : pieces) all += piece;
  return all;
}

}  // namespace trunkline::transcode

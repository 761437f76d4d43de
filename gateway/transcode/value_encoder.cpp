#include "gateway/transcode/value_encoder.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

#include "gateway/transcode/base64.hpp"
#include "gateway/transcode/field_mask_text.hpp"
#include "gateway/transcode/number_text.hpp"
#include "gateway/transcode/time_text.hpp"
#include "gateway/transcode/utf8.hpp"
#include "gateway/transcode/wire_writer.hpp"

namespace trunkline::transcode {
namespace {

bool refuse(std::string& complaint, std::string_view text, const std::string& why) {
  complaint = quoted_value(text) + " " + why;
  return false;
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  if (text.size() <= kLongest) return std::string(text);
  std::size_t cut = kLongest;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return std::string(text.substr(0, cut)) + "…";
}

template <class Integer>
std::optional<Integer> integer(std::string_view text, std::string& complaint) {
  const auto number = json_integer<Integer>(text);
  if (!number) {
    using Limits = std::numeric_limits<Integer>;
    refuse(complaint, text,
           "is not a number from " + std::to_string(Limits::min()) + " to " +
               std::to_string(Limits::max()));
  }
  return number;
}

template <class Float>
std::optional<Float> floating(std::optional<Float> number, std::string_view text,
                              std::string& complaint) {
  if (!number) refuse(complaint, text, "is not a number within range, NaN, Infinity or -Infinity");
  return number;
}

template <class Integer>
bool varint(std::string& wire, std::optional<Integer> number) {
  if (!number) return false;
  write_varint(wire, static_cast<std::uint64_t>(*number));  // a negative int32 takes ten bytes
  return true;
}

template <class Integer>
bool zigzag(std::string& wire, std::optional<Integer> number) {
  if (!number) return false;
  using Unsigned = std::make_unsigned_t<Integer>;
  const auto n = static_cast<Unsigned>(*number);
  const Unsigned sign = *number < 0 ? ~Unsigned{0} : Unsigned{0};
  write_varint(wire, static_cast<Unsigned>(n << 1) ^ sign);
  return true;
}

template <class Unsigned, class Number>
bool fixed(std::string& wire, std::optional<Number> number) {
  if (!number) return false;
  write_fixed(wire, std::bit_cast<Unsigned>(*number));
  return true;
}

bool boolean(std::string_view text, std::string& wire, std::string& complaint) {
  if (text != "true" && text != "false") return refuse(complaint, text, "is not true or false");
  write_varint(wire, text == "true");
  return true;
}

bool string(std::string_view text, std::string& wire, std::string& complaint) {
  if (!valid_utf8(text)) {
    complaint = "the value is not valid UTF-8";
    return false;
  }
  wire += text;
  return true;
}

bool bytes(std::string_view text, std::string& wire, std::string& complaint) {
  const auto decoded = base64_decoded(text);
  if (!decoded) return refuse(complaint, text, "is not base64");
  wire += *decoded;
  return true;
}

bool enumeration(const InputEnum& table, std::string_view text, std::string& wire,
                 std::string& complaint) {
  const auto* named = table.numbers.find(text);
  const auto number = named ? named->value : json_integer<std::int32_t>(text);
  if (!number || ((table.closed || table.null) && !table.holds(*number)))
    return refuse(complaint, text, "is not one of " + table.allowed);
  return varint(wire, number);
}

bool time(WellKnown kind, std::string_view text, std::string& wire, std::string& complaint) {
  const bool stamp = kind == WellKnown::kTimestamp;
  const auto parsed = stamp ? parse_timestamp(text) : parse_duration(text);
  if (!parsed) {
    return refuse(complaint, text,
                  stamp ? "is not an RFC 3339 time, such as \"2015-04-01T12:00:00Z\""
                        : "is not a duration in seconds, such as \"1.5s\"");
  }
  const auto put = [&](std::uint32_t number, std::int64_t value) {
    if (value == 0) return;
    write_tag(wire, number, WireType::kVarint);
    write_varint(wire, static_cast<std::uint64_t>(value));
  };
  put(1, parsed->seconds);
  put(2, parsed->nanos);
  return true;
}

bool field_mask(std::string_view text, std::string& wire, std::string& complaint) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto path = snake_path(text.substr(begin, end - begin));
    if (!path || end + 1 == text.size())
      return refuse(complaint, text, "is not a list of field paths, such as \"name,loginTime\"");
    write_tag(wire, 1, WireType::kBytes);
    write_bytes(wire, *path);
    begin = end + 1;
  }
  return true;
}

bool wrapper(const InputField& inner, std::string_view text, std::string& wire,
             std::string& complaint) {
  std::string value;
  if (!encode_value(inner, text, value, complaint)) return false;
  if (is_default(inner, value)) return true;  // a wrapper of the default is there, and empty
  write_tag(wire, inner.number, wire_type(inner.kind));
  if (wire_type(inner.kind) == WireType::kBytes) write_varint(wire, value.size());
  wire += value;
  return true;
}

bool message(const InputMessage& table, std::string_view text, std::string& wire,
             std::string& complaint) {
  switch (table.well_known) {
    case WellKnown::kTimestamp:
    case WellKnown::kDuration: return time(table.well_known, text, wire, complaint);
    case WellKnown::kFieldMask: return field_mask(text, wire, complaint);
    case WellKnown::kWrapper: return wrapper(table.fields.front(), text, wire, complaint);
    default: return refuse(complaint, text, "cannot stand for a message");
  }
}

}  // namespace

bool is_leaf(const InputField& field) noexcept {
  if (field.map || field.kind == Kind::kGroup) return false;
  if (field.kind != Kind::kMessage) return true;
  const WellKnown kind = field.message->well_known;
  return kind == WellKnown::kTimestamp || kind == WellKnown::kDuration ||
         kind == WellKnown::kFieldMask || kind == WellKnown::kWrapper;
}

bool is_default(const InputField& field, std::string_view content) noexcept {
  if (wire_type(field.kind) == WireType::kBytes) return content.empty();
  return content.find_first_not_of('\0') == std::string_view::npos;
}

bool encode_value(const InputField& field, std::string_view text, std::string& wire,
                  std::string& complaint) {
  using std::int32_t, std::int64_t, std::uint32_t, std::uint64_t;
  if (field.kind != Kind::kString && !valid_utf8(text)) {
    complaint = "the value is not valid UTF-8";
    return false;
  }
  switch (field.kind) {
    case Kind::kInt32: return varint(wire, integer<int32_t>(text, complaint));
    case Kind::kInt64: return varint(wire, integer<int64_t>(text, complaint));
    case Kind::kUint32: return varint(wire, integer<uint32_t>(text, complaint));
    case Kind::kUint64: return varint(wire, integer<uint64_t>(text, complaint));
    case Kind::kSint32: return zigzag(wire, integer<int32_t>(text, complaint));
    case Kind::kSint64: return zigzag(wire, integer<int64_t>(text, complaint));
    case Kind::kFixed32: return fixed<uint32_t>(wire, integer<uint32_t>(text, complaint));
    case Kind::kFixed64: return fixed<uint64_t>(wire, integer<uint64_t>(text, complaint));
    case Kind::kSfixed32: return fixed<uint32_t>(wire, integer<int32_t>(text, complaint));
    case Kind::kSfixed64: return fixed<uint64_t>(wire, integer<int64_t>(text, complaint));
    case Kind::kFloat: return fixed<uint32_t>(wire, floating(json_float(text), text, complaint));
    case Kind::kDouble: return fixed<uint64_t>(wire, floating(json_double(text), text, complaint));
    case Kind::kBool: return boolean(text, wire, complaint);
    case Kind::kString: return string(text, wire, complaint);
    case Kind::kBytes: return bytes(text, wire, complaint);
    case Kind::kEnum: return enumeration(*field.enumeration, text, wire, complaint);
    case Kind::kMessage: return message(*field.message, text, wire, complaint);
    case Kind::kGroup: break;
  }
  return refuse(complaint, text, "cannot stand for a group");
}

std::string quoted_value(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : shortened(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted += '"';
}

std::string shown_name(std::string_view name) {
  return name.empty() ? "\"\"" : shortened(name);
}

}  // namespace trunkline::transcode

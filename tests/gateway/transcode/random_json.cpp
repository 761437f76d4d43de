#include "tests/gateway/transcode/random_json.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

const pb::FieldDescriptor* named(const pb::Descriptor& type, const std::string& name) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == name || type.field(i)->name() == name) return type.field(i);
  }
  return nullptr;
}

bool is_plain(const pb::Descriptor& type) {
  return type.file()->package() != "google.protobuf" || type.name() == "Empty";
}

bool is_wrapper(const pb::Descriptor& type) {
  return type.file()->name() == "google/protobuf/wrappers.proto";
}

}  // namespace

std::string RandomJson::spelled(const Json& value, const pb::Descriptor& type) {
  out_.clear();
  blank();
  message(value, type);
  blank();
  return std::move(out_);
}

std::string RandomJson::spoiled(Json value, const pb::Descriptor& type) {
  if (random_.below(8) == 0)
    spoils_ = 1;
  else
    spoil(value);
  std::string text = spelled(value, type);
  spoils_ = 0;
  return text;
}

std::string RandomJson::broken(std::string text) {
  constexpr std::string_view kBytes = "{}[]\",:\\ 0-1.eE+ntf/u'\n\x01\x80\xc3";
  for (auto n = 1 + random_.below(3); n > 0 && !text.empty(); --n) {
    const auto at = random_.below(text.size());
    const char byte = kBytes[random_.below(kBytes.size())];
    switch (random_.below(4)) {
      case 0: text[at] = byte; break;
      case 1: text.insert(at, 1, byte); break;
      case 2: text.erase(at, 1 + random_.below(4)); break;
      case 3: text.resize(at); break;
    }
  }
  return text;
}

void RandomJson::message(const Json& value, const pb::Descriptor& type) {
  if (!value.is_object() && !is_wrapper(type)) return plain(value);
  if (is_plain(type)) return members(value, &type, nullptr);
  if (type.name() == "Any") return any(value);
  if (is_wrapper(type)) return single(value, *type.field(0));
  plain(value);
}

void RandomJson::members(const Json& value, const pb::Descriptor* type, const Field* map) {
  std::vector<std::function<void()>> all;
  for (const auto& item : value.items()) {
    const Field* const found = type ? named(*type, item.key()) : nullptr;
    const auto write = [this, &value, key = item.key(), found, map] {
      text(found ? (random_.below(2) ? found->name() : found->json_name()) : key);
      blank();
      out_ += ':';
      blank();
      if (found)
        field(value.at(key), *found);
      else if (map)
        single(value.at(key), *map);
      else
        plain(value.at(key));
    };
    all.push_back(write);
    if (spoils_ > 0 && random_.below(4) == 0) {
      --spoils_;
      all.push_back(write);
    }
  }
  if (type && type->field_count() > 0 && random_.below(4) == 0) {
    const Field& absent = *type->field(
        static_cast<int>(random_.below(static_cast<std::size_t>(type->field_count()))));
    const bool null = absent.message_type()
                          ? absent.message_type()->name() == "Value"
                          : absent.enum_type() && absent.enum_type()->name() == "NullValue";
    if (!null && !value.contains(absent.json_name()) && !value.contains(absent.name())) {
      all.push_back([this, &absent] {
        text(absent.json_name());
        out_ += ":null";
      });
    }
  }
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random_.below(i)]);
  out_ += '{';
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) out_ += ',';
    blank();
    all[i]();
    blank();
  }
  out_ += '}';
}

void RandomJson::any(const Json& value) {
  const Json url = value.value("@type", Json());
  const auto name = url.is_string() ? url.get<std::string>() : "";
  const auto* const type =
      pb::DescriptorPool::generated_pool()->FindMessageTypeByName(name.substr(name.rfind('/') + 1));
  if (!type || !is_plain(*type)) return members(value, nullptr, nullptr);
  members(value, type, nullptr);
}

void RandomJson::field(const Json& value, const Field& field) {
  if (field.is_map() && value.is_object())
    return members(value, nullptr, field.message_type()->field(1));
  if (!field.is_repeated() || !value.is_array()) return single(value, field);
  out_ += '[';
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out_ += ',';
    blank();
    single(value[i], field);
    blank();
  }
  out_ += ']';
}

void RandomJson::single(const Json& value, const Field& field) {
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
    case Field::CPPTYPE_INT64:
    case Field::CPPTYPE_UINT32:
    case Field::CPPTYPE_UINT64:
      if (value.is_number_integer()) return number(value.dump(), true);
      if (value.is_string() && value.get<std::string>().size() > 0 && random_.below(2) &&
          value.get<std::string>().find_first_not_of("-0123456789") == std::string::npos)
        return number(value.get<std::string>(), true);
      break;
    case Field::CPPTYPE_DOUBLE:
    case Field::CPPTYPE_FLOAT:
      if (value.is_number()) return number(value.dump(), false);
      break;
    case Field::CPPTYPE_ENUM:
      if (value.is_string() && random_.below(2)) {
        const auto* const known = field.enum_type()->FindValueByName(value.get<std::string>());
        if (known) return number(std::to_string(known->number()), true);
      }
      break;
    case Field::CPPTYPE_MESSAGE: return message(value, *field.message_type());
    case Field::CPPTYPE_STRING:
      if (field.type() == Field::TYPE_BYTES && value.is_string())
        return bytes(value.get<std::string>());
      break;
    default: break;
  }
  plain(value);
}

void RandomJson::plain(const Json& value) {
  if (value.is_object()) return members(value, nullptr, nullptr);
  if (value.is_string()) return text(value.get<std::string>());
  if (!value.is_array()) {
    out_ += value.dump();
    return;
  }
  out_ += '[';
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out_ += ',';
    blank();
    plain(value[i]);
  }
  out_ += ']';
}

void RandomJson::number(std::string digits, bool whole) {
  // Protobuf takes 1.0 for a double; and 000 would be no JSON.
  const bool small = digits.size() < 16 && digits.back() != '0';
  switch (random_.below(6)) {
    case 0: out_ += '"' + digits + '"'; return;
    case 1:
      if (whole && small) digits += ".0";
      break;
    case 2:
      if (whole && small) digits += random_.below(2) ? "e0" : "00E-2";
      break;
    default: break;
  }
  out_ += digits;
}

void RandomJson::text(std::string_view text) {
  const std::string quoted = Json(std::string(text)).dump(-1, ' ', random_.below(3) == 0);
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    const char c = quoted[i];
    if (c == '\\') {
      const std::size_t length = quoted[i + 1] == 'u' ? 6 : 2;
      out_.append(quoted, i, length);
      i += length - 1;
    } else if (i > 0 && i + 1 < quoted.size() && c > 0 && random_.below(40) == 0) {
      char escaped[7];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out_ += escaped;
    } else {
      out_ += c;
    }
  }
}

void RandomJson::bytes(std::string base64) {
  if (random_.below(2)) {
    std::replace(base64.begin(), base64.end(), '+', '-');
    std::replace(base64.begin(), base64.end(), '/', '_');
    if (random_.below(2)) base64.erase(std::min(base64.find('='), base64.size()));
  }
  text(base64);
}

void RandomJson::blank() {
  constexpr const char* kBlanks[] = {" ", "\n", "\t", "\r\n", "  "};
  if (random_.below(6) == 0) out_ += kBlanks[random_.below(std::size(kBlanks))];
}

/// Walks down at random and puts something else there.
void RandomJson::spoil(Json& value) {
  if (value.is_structured() && !value.empty() && random_.below(6) != 0) {
    auto at = value.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random_.below(value.size())));
    return spoil(*at);
  }
  if (value.is_object() && random_.below(2)) {
    value[random_.below(2) ? "stranger" : "stringField"] = stranger();
    return;
  }
  if (value.is_array() && random_.below(2)) {
    value.push_back(stranger());
    return;
  }
  value = stranger();
}

nlohmann::json RandomJson::stranger() {
  static const std::vector<Json> kAll = {
      nullptr,
      true,
      false,
      0,
      1,
      -1,
      1.5,
      1e300,
      -1e300,
      2147483647,
      2147483648u,
      -2147483648LL,
      -2147483649LL,
      4294967295u,
      4294967296u,
      18446744073709551615u,
      9223372036854775807LL,
      "",
      "1",
      "-1",
      "1.5",
      "abc",
      "true",
      "NaN",
      "Infinity",
      "-Infinity",
      "inf",
      "nan",
      "1e3",
      "0x10",
      "RED",
      "red",
      "BLUE",
      "GREEN",
      "NULL_VALUE",
      "2015-04-01T12:00:00Z",
      "2015-04-01T12:00:00",
      "2015-02-29T12:00:00Z",
      "1.5s",
      "1.5",
      "-315576000001s",
      "a,b",
      "aB.c",
      "a_b",
      "YWJj",
      "YWJ",
      "Y",
      "-_-_",
      "+/==",
      "é",
      "18446744073709551616",
      "9223372036854775808",
      Json::array(),
      Json::object(),
      Json::array({1}),
      Json::array({nullptr}),
      Json::array({Json::array()}),
      Json::object({{"a", 1}}),
      Json::object({{"name", "x"}}),
      Json::object({{"@type", "type.googleapis.com/trunkline.torture.Child"}, {"name", "x"}}),
      Json::object({{"@type", "type.googleapis.com/google.protobuf.Duration"}, {"value", "1s"}}),
      Json::object({{"@type", "type.googleapis.com/no.such.Type"}}),
      Json::object({{"1", "x"}, {"true", true}})};
  return kAll[random_.below(kAll.size())];
}

}  // namespace trunkline::transcode

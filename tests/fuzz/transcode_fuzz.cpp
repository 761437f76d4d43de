// Transcoding. Backwards: a backend's bytes as JSON, which must be what protobuf's own code makes
// of them. Forwards: path values, query and body as a message, which protobuf must be able to
// read, and which must be the same however the parameters are ordered.

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <vector>

#include "torture.pb.h"
#include <google/protobuf/any.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::fuzz {
namespace {

namespace pb = google::protobuf;
using nlohmann::json;
using torture::Everything;
using transcode::PathValue;
using transcode::Transcoder;

const Transcoder& transcoder(std::size_t binding) {
  static const transcode::Schema schema =
      transcode::Schema::build(transcode::descriptor_set_of(*Everything::descriptor()->file()))
          .value();
  return *transcode::transcoder_of(schema, "trunkline.torture.TortureService.Echo", binding);
}

bool same_number(double a, double b) {
  return a == b || static_cast<float>(a) == static_cast<float>(b);
}

/// Texts may differ where JSON allows it: escapes, digits of floats.
bool same(const json& a, const json& b) {
  if (a.is_number() && b.is_number()) return same_number(a.get<double>(), b.get<double>());
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_array()) return std::equal(a.begin(), a.end(), b.begin(), same);
  if (!a.is_object()) return a == b;
  return std::all_of(a.items().begin(), a.items().end(), [&](const auto& item) {
    return b.contains(item.key()) && same(item.value(), b.at(item.key()));
  });
}

bool settle(pb::Message& message);

/// Leaves the content of an Any in the form in which protobuf writes it.
bool settle_any(pb::Any& any) {
  const std::string& url = any.type_url();
  const auto* type =
      pb::DescriptorPool::generated_pool()->FindMessageTypeByName(url.substr(url.rfind('/') + 1));
  if (type == nullptr) return true;  // and neither prints it
  const std::unique_ptr<pb::Message> content(
      pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!content->ParseFromString(any.value()) || !settle(*content)) return false;
  content->DiscardUnknownFields();
  any.set_value(content->SerializeAsString());
  return true;
}

/// Whether its paths are names as a .proto has them. Of others protobuf keeps less than we do.
bool has_plain_paths(const pb::FieldMask& mask) {
  return std::all_of(mask.paths().begin(), mask.paths().end(), [](std::string_view path) {
    for (std::size_t i = 0; i < path.size(); ++i) {
      const bool inner = i > 0 && path[i - 1] != '.' && i + 1 < path.size();
      if (path[i] == '_' && !(inner && std::islower(static_cast<unsigned char>(path[i + 1])))) {
        return false;
      }
      if (std::isupper(static_cast<unsigned char>(path[i]))) return false;
    }
    return true;
  });
}

/// Makes a message one that protobuf prints well. It prints what is in an Any as it finds it, a
/// field that comes twice as two members; and of a Value that has no kind, which we print as null,
/// it prints nothing. False when an Any holds what protobuf can't read, or a mask odd paths.
bool settle(pb::Message& message) {
  if (auto* any = pb::DynamicCastToGenerated<pb::Any>(&message)) return settle_any(*any);
  if (const auto* mask = pb::DynamicCastToGenerated<pb::FieldMask>(&message)) {
    return has_plain_paths(*mask);
  }
  auto* value = pb::DynamicCastToGenerated<pb::Value>(&message);
  if (value != nullptr && value->kind_case() == pb::Value::KIND_NOT_SET) {
    value->set_null_value(pb::NULL_VALUE);
  }
  const pb::Reflection& reflection = *message.GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (!settle(*reflection.MutableMessage(&message, field))) return false;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (!settle(*reflection.MutableRepeatedMessage(&message, field, i))) return false;
    }
  }
  return true;
}

void answer(std::string_view wire) {
  const Exact copy(wire);
  std::string text = "kept";
  const auto done = transcoder(0).answer(copy.view(), text);
  if (!done) {
    must(text == "kept", "a refused answer leaves nothing behind");
    must(done.error().code == grpc::Code::kInternal, "and is the upstream's fault");
    return;
  }
  const json ours = json::parse(std::string_view(text).substr(4), nullptr, false);
  must(!ours.is_discarded(), "an answer is JSON");
  const int size = static_cast<int>(wire.size());
  must(pb::Empty().ParseFromArray(wire.data(), size), "what we print is wire format");
  Everything message;
  // Of a string that comes twice protobuf minds the first, too, which nobody sees.
  if (!message.ParseFromArray(wire.data(), size)) return;
  message.DiscardUnknownFields();  // protobuf's printer stumbles over groups
  if (!settle(message)) return;
  std::string theirs;
  if (!pb::util::MessageToJsonString(message, &theirs).ok()) return;
  const json wanted = json::parse(theirs, nullptr, false);
  if (wanted.is_discarded()) return;
  if (!same(ours, wanted)) must_equal(text.substr(4), theirs, "protobuf prints the same");
}

/// The same parameters, the later fields first; those of one name keep their order.
std::string reordered(std::string_view query) {
  std::vector<std::string_view> parts;
  while (!query.empty()) {
    parts.push_back(query.substr(0, query.find('&')));
    query.remove_prefix(std::min(parts.back().size() + 1, query.size()));
  }
  const auto name = [](std::string_view part) { return part.substr(0, part.find('=')); };
  std::stable_sort(parts.begin(), parts.end(), [&](auto a, auto b) { return name(a) > name(b); });
  std::string text;
  for (const auto part : parts) text.append(text.empty() ? "" : "&").append(part);
  return text;
}

/// A field may be named in two ways; only a query that names each in one can be sorted.
bool sortable(std::string_view query) {
  return query.find('_') == std::string_view::npos && query.find('%') == std::string_view::npos;
}

void request(std::string_view path_value, std::string_view query, std::string_view body) {
  for (std::size_t binding = 0; binding < 5; ++binding) {
    std::vector<PathValue> path;
    if (binding == 1) path.push_back({"string_field", path_value});
    if (binding == 2) path.push_back({"child.name", path_value});
    const bool has_body = binding >= 3;
    const Exact query_copy(query);
    const Exact body_copy(has_body ? body : std::string_view());
    std::string wire;
    const auto done = transcoder(binding).request(path, query_copy.view(), body_copy.view(), wire);
    if (!done) {
      must(!done.error().message.empty(), "a refusal is a sentence");
      must(done.error().code != grpc::Code::kInvalidArgument ||
               done.error().source == grpc::Source::kClient,
           "and what is invalid is the client's fault");
      continue;
    }
    Everything message;
    must(message.ParseFromString(wire), "what we bind protobuf can read");
    must(message.GetReflection()->GetUnknownFields(message).empty(), "and knows");
    if (binding == 0 && sortable(query)) {
      std::string other;
      must(transcoder(0).request({}, reordered(query), {}, other).has_value(),
           "the order of parameters decides nothing");
      must_equal(wire, other, "equal requests have equal bytes");
    }
  }
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline::fuzz;
  static const auto* const quiet =
      new google::protobuf::LogSilencer();  // it would tell of every bad input
  static_cast<void>(quiet);
  const Input input(data, size);
  if (input.option(0)) {
    answer(input.bytes);
  } else {
    const auto first = input.bytes.find('\n');
    const auto second = input.bytes.find('\n', first + 1);
    const bool three = first != std::string_view::npos && second != std::string_view::npos;
    if (three) {
      request(input.bytes.substr(0, first), input.bytes.substr(first + 1, second - first - 1),
              input.bytes.substr(second + 1));
    } else {
      request({}, input.bytes, {});
    }
  }
  return 0;
}

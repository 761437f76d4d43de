#include "gateway/transcode/binding_transcoder.hpp"

#include "gateway/grpc/details.hpp"
#include "gateway/transcode/error_details.hpp"

namespace trunkline::transcode {
namespace {

std::string sentence(Fault fault) {
  switch (fault) {
    case Fault::kBadUtf8: return "has a string that is not UTF-8";
    case Fault::kTooDeep: return "is nested too deeply";
    case Fault::kOutOfRange: return "has a value that JSON has no text for";
    case Fault::kUnknownType: return "holds a message of an unknown type";
    case Fault::kMalformed:
    case Fault::kDisordered:
    case Fault::kNone: break;
  }
  return "is malformed";
}

/// {"@type":"…","value":"base64"}
bool plain_detail(std::string_view any, std::string_view value, std::string& json) {
  std::string_view url;
  WireReader reader(any);
  for (Tag tag; !reader.done() && reader.tag(tag);) {
    const bool ours = tag.number() == 1 && tag.type() == WireType::kBytes;
    if (!(ours ? reader.bytes(url) : reader.skip(tag))) return false;
  }
  const std::size_t before = json.size();
  JsonWriter writer(json, 64 + url.size() + 2 * value.size());
  writer.raw("{\"@type\":");
  if (!writer.string(url)) {
    json.resize(before);
    return false;
  }
  writer.raw(",\"value\":");
  writer.base64(value);
  writer.put('}');
  writer.finish();
  return true;
}

}  // namespace

grpc::Result<void> BindingTranscoder::request(std::span<const PathValue> path_values,
                                              std::string_view query, std::string_view body,
                                              std::string& message) const {
  return binder_.bind(path_values, query, body, message);
}

grpc::Result<void> BindingTranscoder::answer(std::string_view message, std::string& json) const {
  const std::size_t before = json.size();
  JsonWriter writer(json, 256 + message.size() / 2 * 5);
  Fault fault = print(message, writer, AnswerPrinter::Mode::kQuick);
  if (fault == Fault::kDisordered) {
    writer.rewind(before);
    fault = print(message, writer, AnswerPrinter::Mode::kCareful);
  }
  if (fault == Fault::kNone) {
    writer.finish();
    return {};
  }
  json.resize(before);
  return grpc::Error{grpc::Code::kInternal, "The upstream's answer " + sentence(fault) + ".",
                     grpc::Source::kUpstream};
}

bool BindingTranscoder::detail(std::string_view any, std::string& json) const {
  // By its name wherever it lies: also in an Any within the detail.
  if (any.find("google.rpc.DebugInfo") != std::string_view::npos) return false;
  const grpc::Detail detail = grpc::parse_detail(any);
  if (detail.type.empty()) return false;
  const std::size_t before = json.size();
  // What the upstream has of google.rpc may be newer than what is built in.
  for (const MessageTables* tables : {tables_.output.get(), &error_details()}) {
    if (!tables->find(detail.type)) continue;
    JsonWriter writer(json, 256 + 2 * any.size());
    for (const auto mode : {AnswerPrinter::Mode::kQuick, AnswerPrinter::Mode::kCareful}) {
      writer.rewind(before);
      if (AnswerPrinter(*tables, writer, mode).print_any(any) != Fault::kNone) continue;
      writer.finish();
      return true;
    }
    break;
  }
  json.resize(before);
  return plain_detail(any, detail.value, json);
}

Fault BindingTranscoder::print(std::string_view message, JsonWriter& json,
                               AnswerPrinter::Mode mode) const {
  AnswerPrinter printer(*tables_.output, json, mode);
  return response_body_ ? printer.print_field(response_, *response_body_, message)
                        : printer.print(response_, message);
}

}  // namespace trunkline::transcode

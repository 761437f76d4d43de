#include "gateway/transcode/binding_transcoder.hpp"

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

}  // namespace

grpc::Result<void> BindingTranscoder::request(std::span<const PathValue> path_values,
                                              std::string_view query, std::string_view body,
                                              std::string& message) const {
  if (!body.empty()) {
    if (body_.empty())
      return grpc::Error{grpc::Code::kInvalidArgument, "This method takes no request body.",
                         grpc::Source::kClient};
    return grpc::Error{grpc::Code::kUnimplemented, "Request bodies are not supported yet.",
                       grpc::Source::kInternal};
  }
  return binder_.bind(path_values, query, message);
}

grpc::Result<void> BindingTranscoder::answer(std::string_view message, std::string& json) const {
  const std::size_t before = json.size();
  JsonWriter writer(json, 256 + 2 * message.size());
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

Fault BindingTranscoder::print(std::string_view message, JsonWriter& json,
                               AnswerPrinter::Mode mode) const {
  AnswerPrinter printer(*tables_.output, json, mode);
  return response_body_ ? printer.print_field(response_, *response_body_, message)
                        : printer.print(response_, message);
}

}  // namespace trunkline::transcode

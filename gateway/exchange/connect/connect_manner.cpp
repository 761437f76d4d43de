#include "gateway/exchange/connect/connect_manner.hpp"

#include <utility>

#include "gateway/exchange/browser_fields.hpp"
#include "gateway/exchange/connect/connect_error.hpp"
#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/log_note.hpp"
#include "gateway/exchange/metadata.hpp"

namespace trunkline::exchange {
namespace {

using Fields = http::Headers;

// What belongs to the one call or the other, and is said anew.
bool is_of_the_call(std::string_view name) {
  return name.starts_with("grpc-") || name.starts_with("connect-") || name == "content-type" ||
         name == "content-encoding" || name == "content-length" || name == "date";
}

// What we say ourselves (Retry-After) is not said twice.
Fields with_metadata(const Fields& own, const AnswerMetadata& metadata) {
  Fields fields = own;
  for (const auto [name, value] : metadata.leading) {
    if (!is_of_the_call(name) && !own.contains(name)) fields.add(name, value);
  }
  for (const auto [name, value] : metadata.trailing) {
    if (!is_of_the_call(name)) fields.add(std::string("trailer-").append(name), value);
  }
  return fields;
}

// Connect's word for what HTTP says; a client goes by the code.
grpc::Code code_of(int status) {
  switch (status) {
    case 408: return grpc::Code::kDeadlineExceeded;
    case 413: return grpc::Code::kResourceExhausted;
    case 415: return grpc::Code::kUnimplemented;
    default: return grpc::Code::kInvalidArgument;
  }
}

class ConnectManner final : public UnaryManner {
 public:
  grpc::Result<Fields> metadata(const Desk& desk, Answerer& answerer, http::StreamId stream,
                                const http::RequestHead& head) const override {
    const auto all = grpc_metadata(desk, answerer, stream, head);
    if (!all) return all;
    Fields metadata;
    for (const auto [name, value] : *all) {
      if (!is_of_the_call(name) && !is_of_the_browser(name)) metadata.add(name, value);
    }
    return metadata;
  }

  void answer(Answerer& answerer, http::StreamId stream, std::string json,
              const AnswerMetadata& metadata, const RequestMaker&) const override {
    answerer.respond(stream, {200, with_metadata({{"content-type", kJsonType}}, metadata)},
                     http::SharedBody(std::move(json)));
  }

  void fail(Answerer& answerer, http::StreamId stream, const grpc::Error& error,
            const transcode::Transcoder& transcoder,
            const AnswerMetadata& metadata) const override {
    http::ResponseHead head = error_head(error);
    head.headers = with_metadata(head.headers, metadata);
    note_reason(answerer, stream, error.message);
    answerer.respond(stream, head, http::SharedBody(connect_error(error, transcoder)));
  }

  void refuse(Answerer& answerer, http::StreamId stream, HttpRefusal refusal) const override {
    http::ResponseHead head{refusal.status, std::move(refusal.fields)};
    head.headers.add("content-type", kJsonType);
    note_reason(answerer, stream, refusal.message);
    answerer.respond(
        stream, head,
        http::SharedBody(connect_error({code_of(refusal.status), std::move(refusal.message)})));
  }
};

}  // namespace

const UnaryManner& connect_manner() {
  static constexpr ConnectManner manner;
  return manner;
}

}  // namespace trunkline::exchange

#include "gateway/exchange/rest_manner.hpp"

#include <utility>

#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/metadata.hpp"

namespace trunkline::exchange {
namespace {

class RestManner final : public UnaryManner {
 public:
  grpc::Result<http::Headers> metadata(const Desk& desk, Answerer& answerer, http::StreamId stream,
                                       const http::RequestHead& head) const override {
    return rest_metadata(desk, answerer, stream, head);
  }

  void answer(Answerer& answerer, http::StreamId stream, std::string json, const AnswerMetadata&,
              const RequestMaker&) const override {
    answerer.respond(stream, {200, {{"content-type", kJsonType}}},
                     http::SharedBody(std::move(json)));
  }

  void fail(Answerer& answerer, http::StreamId stream, const grpc::Error& error,
            const transcode::Transcoder& transcoder, const AnswerMetadata&) const override {
    answer_error(answerer, stream, error, transcoder);
  }

  void refuse(Answerer& answerer, http::StreamId stream, HttpRefusal refusal) const override {
    answer_refusal(answerer, stream, std::move(refusal));
  }
};

}  // namespace

const UnaryManner& rest_manner() {
  static constexpr RestManner manner;
  return manner;
}

}  // namespace trunkline::exchange

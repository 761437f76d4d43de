#include "gateway/exchange/pass_through.hpp"

#include <algorithm>
#include <utility>

#include "gateway/exchange/log_note.hpp"
#include "gateway/exchange/metadata.hpp"
#include "gateway/grpc/content_type.hpp"
#include "gateway/grpc/status.hpp"
#include "gateway/grpc/timeout.hpp"

namespace trunkline::exchange {
namespace {

using grpc::Dialect;

constexpr std::string_view kNativeType = "application/grpc";
// What the codec says itself, or what would not be true of the answer we pass on.
void leave_out_framing(http::Headers& headers) {
  headers.remove("date");
  headers.remove("content-length");
}

// A far deadline is no deadline: the clock would overflow.
constexpr std::chrono::hours kFar{24 * 365};

// Whichever is shorter of what the client and we allow.
Clock::time_point deadline_of(const http::RequestHead& head, const Settings& settings) {
  std::chrono::nanoseconds allowed = kFar;
  if (settings.call_timeout.count() > 0) allowed = settings.call_timeout;
  if (const auto asked = grpc::parse_timeout(head.headers.find("grpc-timeout").value_or(""))) {
    allowed = std::min(allowed, *asked);
  }
  return allowed < kFar ? Clock::now() + allowed : Clock::time_point::max();
}

// A backend that answers, but not in gRPC (grpc/doc/PROTOCOL-HTTP2.md, "Responses").
grpc::Error not_grpc(const http::Headers& headers) {
  const std::string_view type = headers.find("content-type").value_or("");
  return {grpc::Code::kUnknown,
          type.empty() ? "The backend's answer has no content type."
                       : "The backend's answer is not gRPC but " + std::string(type) + ".",
          grpc::Source::kUpstream};
}

bool is_grpc(const http::Headers& headers) {
  const auto type = grpc::parse_content_type(headers.find("content-type").value_or(""));
  return type && type->dialect == Dialect::kNative;
}

http::Headers trailers_of(const grpc::Error& error) {
  return {{"grpc-status", grpc::format_code(error.code)},
          {"grpc-message", grpc::encode_message(error.message)}};
}

}  // namespace

bool PassThrough::wants(const http::RequestHead& head) {
  return head.method == "POST" &&
         grpc::parse_content_type(head.headers.find("content-type").value_or("")).has_value();
}

void PassThrough::refuse(Answerer& answerer, const http::RequestEvent& request,
                         const grpc::Error& error) {
  http::ResponseHead head{200, trailers_of(error)};
  head.headers.add("content-type", kNativeType);
  const auto type =
      grpc::parse_content_type(request.head.headers.find("content-type").value_or(""));
  if (type && type->dialect != Dialect::kNative) {
    WebCall(*type, request.head).translate_answer(head.headers);
  }
  note_status(answerer, request.stream, error.code);
  answerer.respond(request.stream, head, {});
}

PassThrough::PassThrough(const Desk& desk, Upstream& upstream, Answerer& answerer,
                         http::StreamId stream)
    : desk_(desk), upstream_(upstream), answerer_(answerer), stream_(stream) {}

PassThrough::~PassThrough() {
  if (call_) upstream_.cancel(*call_);
}

bool PassThrough::begin(const http::RequestHead& head, bool end) {
  const auto type = grpc::parse_content_type(head.headers.find("content-type").value_or(""));
  if (type && type->dialect != Dialect::kNative) web_.emplace(*type, head);
  auto metadata = grpc_metadata(desk_, answerer_, stream_, head);
  if (!metadata) {
    end_with(trailers_of(metadata.error()));
    return false;
  }
  if (web_) *metadata = web_->native_fields(*metadata);
  Call call;
  call.path = head.path();
  call.metadata = std::move(*metadata);
  call.ended = end;
  call.deadline = deadline_of(head, desk_.settings);
  call.permit = answerer_.permit();
  const auto begun = upstream_.begin(std::move(call), *this);
  if (!begun) {
    end_with(trailers_of(begun.error()));
    return false;
  }
  call_ = *begun;
  note_endpoint(desk_, upstream_, answerer_, stream_, *call_);
  return true;
}

void PassThrough::on_body(std::string_view bytes, bool end) {
  if (!call_) return answerer_.consume(stream_, bytes.size());
  if (!web_) return upstream_.send(*call_, http::SharedBody(std::string(bytes)), end);
  auto native = web_->to_backend(bytes, end);
  if (!native) return give_up(native.error());
  if (!native->empty() || end) {
    upstream_.send(*call_, http::SharedBody(std::move(*native)), end);
  }
}

void PassThrough::on_backend_took(std::size_t bytes) {
  answerer_.consume(stream_, web_ ? web_->client_credit(bytes) : bytes);
}

void PassThrough::on_head(http::ResponseHead&& head) {
  note_endpoint(desk_, upstream_, answerer_, stream_, *call_);
  if (!is_grpc(head.headers)) return give_up(not_grpc(head.headers));
  started_ = true;
  leave_out_framing(head.headers);
  if (web_) web_->translate_answer(head.headers);
  answerer_.start(stream_, head);
}

void PassThrough::on_data(std::string_view bytes) {
  answerer_.send(stream_, http::SharedBody(web_ ? web_->to_client(bytes) : std::string(bytes)));
}

void PassThrough::on_client_took(std::size_t bytes) {
  if (call_) upstream_.consume(*call_, web_ ? web_->backend_credit(bytes) : bytes);
}

void PassThrough::on_done(const http::Headers& trailers) {
  call_.reset();
  if (trailers.contains("grpc-status")) return end_with(trailers);
  if (!started_ && !is_grpc(trailers)) return end_with(trailers_of(not_grpc(trailers)));
  end_with(trailers_of({grpc::Code::kUnknown, "The backend ended the call without a status.",
                        grpc::Source::kUpstream}));
}

void PassThrough::on_failed(const grpc::Error& error) {
  call_.reset();
  end_with(trailers_of(error));
}

void PassThrough::give_up(const grpc::Error& error) {
  upstream_.cancel(*call_);
  call_.reset();
  end_with(trailers_of(error));
}

void PassThrough::end_with(http::Headers trailers) {
  const auto code = grpc::parse_code(trailers.find("grpc-status").value_or(""));
  note_status(answerer_, stream_, code.value_or(grpc::Code::kUnknown));
  if (!started_) return end_at_once(std::move(trailers));
  if (!web_) return answerer_.finish(stream_, std::move(trailers));
  answerer_.send(stream_, http::SharedBody(web_->ending(trailers)));
  answerer_.finish(stream_, {});
}

// Trailers only: the status stands in the one head there is, in gRPC-Web as well.
void PassThrough::end_at_once(http::Headers trailers) {
  http::ResponseHead head{200, std::move(trailers)};
  leave_out_framing(head.headers);
  if (!head.headers.contains("content-type")) head.headers.add("content-type", kNativeType);
  if (web_) web_->translate_answer(head.headers);
  answerer_.respond(stream_, head, {});
}

}  // namespace trunkline::exchange

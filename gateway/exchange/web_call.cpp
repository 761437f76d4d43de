#include "gateway/exchange/web_call.hpp"

#include <utility>

#include "gateway/exchange/browser_fields.hpp"
#include "gateway/grpc/web_trailers.hpp"

namespace trunkline::exchange {
namespace {

using grpc::Dialect;

constexpr std::string_view kDefaultFormat = "+proto";

// What the client says that it accepts, or else what it speaks itself.
Dialect dialect_of_answer(const grpc::ContentType& asked, const http::Headers& fields) {
  const auto accepted = grpc::parse_accept(fields.find("accept").value_or(""));
  return accepted && *accepted != Dialect::kNative ? *accepted : asked.dialect;
}

}  // namespace

WebCall::WebCall(const grpc::ContentType& asked, const http::RequestHead& head)
    : format_(asked.format),
      text_body_(asked.dialect == Dialect::kWebText),
      answer_(dialect_of_answer(asked, head.headers)) {}

http::Headers WebCall::native_fields(const http::Headers& fields) const {
  http::Headers native;
  for (const auto [name, value] : fields) {
    if (!is_of_the_browser(name)) native.add(name, value);
  }
  native.set("content-type", grpc::format_content_type(Dialect::kNative, format_));
  // No script can be expected to unpack messages; what the whole body is packed with is HTTP's.
  if (!native.contains("grpc-accept-encoding")) native.add("grpc-accept-encoding", "identity");
  return native;
}

grpc::Result<std::string> WebCall::to_backend(std::string_view body, bool end) {
  if (!text_body_) return std::string(body);
  auto bytes = decoder_.decode(body);
  if (!bytes) return bytes;
  if (end && decoder_.partial()) {
    return grpc::Error{grpc::Code::kInvalidArgument,
                       "The body ends within a group of four base64 characters.",
                       grpc::Source::kClient};
  }
  kept_ += body.size();
  if (!bytes->empty()) from_client_.note(std::exchange(kept_, 0), bytes->size());
  return bytes;
}

std::size_t WebCall::client_credit(std::size_t taken) {
  return text_body_ ? from_client_.settle(taken) : taken;
}

void WebCall::translate_answer(http::Headers& fields) const {
  fields.set("content-type",
             grpc::format_content_type(answer_, format_.empty() ? kDefaultFormat : format_));
}

std::string WebCall::to_client(std::string_view body) {
  if (answer_ != Dialect::kWebText) return std::string(body);
  std::string text = grpc::encode_web_text(body);
  from_backend_.note(body.size(), text.size());
  return text;
}

std::size_t WebCall::backend_credit(std::size_t taken) {
  return answer_ == Dialect::kWebText ? from_backend_.settle(taken) : taken;
}

std::string WebCall::ending(const http::Headers& trailers) const {
  grpc::WebTrailers frame;
  for (const auto [name, value] : trailers) frame.add(name, value);
  return answer_ == Dialect::kWebText ? grpc::encode_web_text(frame.take()) : frame.take();
}

}  // namespace trunkline::exchange

#pragma once

// Private to exchange: what is different about a gRPC-Web call (grpc/doc/PROTOCOL-WEB.md). Its
// backend sees a native one: the body is taken out of base64 if it is text, and the answer put in;
// the trailers become the last piece of the body. Text is longer than the bytes it stands for, so
// the credit for one is told from the credit for the other.

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/exchange/ledger.hpp"
#include "gateway/grpc/content_type.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/grpc/web_text.hpp"
#include "gateway/http/headers.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::exchange {

class WebCall {
 public:
  /// `asked`: the content type of `head`, a dialect of the web.
  WebCall(const grpc::ContentType& asked, const http::RequestHead& head);

  /// The request's fields as those of a native call.
  http::Headers native_fields(const http::Headers& fields) const;

  /// Bytes for the backend; an error if the client's text is broken.
  grpc::Result<std::string> to_backend(std::string_view body, bool end);
  /// The backend took so many: what the client gets credit for.
  std::size_t client_credit(std::size_t taken);

  void translate_answer(http::Headers& fields) const;
  /// Bytes for the client.
  std::string to_client(std::string_view body);
  /// The client took so many: what the backend gets credit for.
  std::size_t backend_credit(std::size_t taken);

  /// The last piece of the answer's body.
  std::string ending(const http::Headers& trailers) const;

 private:
  const std::string format_;
  const bool text_body_;
  const grpc::Dialect answer_;
  grpc::WebTextDecoder decoder_;
  std::size_t kept_ = 0;  // characters that gave no bytes yet
  Ledger from_client_;
  Ledger from_backend_;
};

}  // namespace trunkline::exchange

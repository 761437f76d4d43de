#include "gateway/exchange/connect/connect.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "gateway/exchange/connect/connect_error.hpp"
#include "gateway/exchange/connect/connect_manner.hpp"
#include "gateway/exchange/connect/connect_query.hpp"
#include "gateway/exchange/content/body_type.hpp"
#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/unary_call.hpp"

namespace trunkline::exchange {
namespace {

constexpr std::string_view kVersion = "1";

// At most ten digits.
grpc::Result<std::chrono::milliseconds> timeout_of(const http::RequestHead& head,
                                                   std::chrono::milliseconds most) {
  const auto text = head.headers.find("connect-timeout-ms");
  if (!text) return most;
  std::uint64_t count = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, count);
  if (error != std::errc{} || stop != end || text->size() > 10) {
    return malformed("Connect-Timeout-Ms is \"" + std::string(*text) +
                     "\"; allowed are one to ten digits.");
  }
  return std::min(most, std::chrono::milliseconds(count));
}

grpc::Result<void> check_version(const http::RequestHead& head) {
  const std::string_view version = head.headers.find("connect-protocol-version").value_or(kVersion);
  if (version == kVersion) return {};
  return malformed("Connect-Protocol-Version is \"" + std::string(version) + "\"; allowed is 1.");
}

/// Whether the message is in a form that can't be read.
std::optional<HttpRefusal> refuse(const http::RequestHead& head) {
  return head.method == "GET" ? refuse_query(head.query())
                              : refuse_body(head.headers, {&kJsonType, 1});
}

/// The message of a GET; nothing yet for a POST.
grpc::Result<std::string> message_of(const http::RequestHead& head) {
  return head.method == "GET" ? connect_message(head.query()) : std::string();
}

}  // namespace

bool may_be_got(const BackendMethod& method) {
  return method.no_side_effects && !method.client_streaming && !method.server_streaming;
}

bool is_connect(const http::RequestHead& head, const BackendMethod& method) {
  if (method.client_streaming || method.server_streaming) return false;
  if (head.method == "GET") return may_be_got(method) && is_connect_query(head.query());
  const auto type = parse_media_type(head.headers.find("content-type").value_or(""));
  return head.method == "POST" && type && type->name == kJsonType;
}

std::unique_ptr<Exchange> begin_connect(const Desk& desk, Answerer& answerer,
                                        http::RequestEvent&& request, const NamedMethod& named) {
  const http::StreamId stream = request.stream;
  const UnaryManner& manner = connect_manner();
  const auto fail = [&](const grpc::Error& error) -> std::unique_ptr<Exchange> {
    manner.fail(answerer, stream, error, *named.method.transcoder, {{}, {}});
    return nullptr;
  };
  if (named.meters != nullptr) answerer.record(stream)->set_route(*named.meters);
  // The message of a GET is whole, whatever body there is: it means nothing (RFC 9110, 9.3.1).
  const bool whole = request.end || request.head.method == "GET";
  if (auto refusal = refuse(request.head)) {
    manner.refuse(answerer, stream, std::move(*refusal));
    return nullptr;
  }
  if (const auto version = check_version(request.head); !version) return fail(version.error());
  const auto timeout = timeout_of(request.head, desk.settings.timeout);
  if (!timeout) return fail(timeout.error());
  const auto message = message_of(request.head);
  if (!message) return fail(message.error());

  const auto now = Clock::now();
  auto call = std::make_unique<UnaryCall>(
      desk, answerer, stream,
      RequestMaker::of_body_alone(desk.catalog, named.method, std::move(request.head)), manner, now,
      now + *timeout);
  if (whole && !call->begin(*message)) return nullptr;
  return call;
}

}  // namespace trunkline::exchange

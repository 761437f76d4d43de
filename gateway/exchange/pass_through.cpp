#include "gateway/exchange/pass_through.hpp"

#include <algorithm>
#include <utility>

#include "gateway/grpc/status.hpp"
#include "gateway/grpc/timeout.hpp"

namespace trunkline::exchange {
namespace {

constexpr std::string_view kContentType = "application/grpc";
constexpr std::size_t kMetadataBytes = 8 * 1024;

// What belongs to one hop, or is said anew on the next (RFC 9110 section 7.6.1).
bool is_for_one_hop(std::string_view name) {
  return name == "te" || name == "host" || name == "connection" || name == "keep-alive" ||
         name == "upgrade" || name == "transfer-encoding" || name == "content-length" ||
         name == "grpc-timeout" || name.starts_with("proxy-");
}

// grpc/doc/PROTOCOL-HTTP2.md, "Custom-Metadata"; a backend need not check it again.
bool is_metadata(std::string_view name, std::string_view value) {
  const auto in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  };
  const auto in_value = [](char c) { return c >= 0x20 && c <= 0x7e; };
  return !name.empty() && std::all_of(name.begin(), name.end(), in_name) &&
         std::all_of(value.begin(), value.end(), in_value);
}

grpc::Result<http::Headers> metadata_of(const http::RequestHead& head) {
  http::Headers metadata;
  std::size_t bytes = 0;
  for (const auto [name, value] : head.headers) {
    if (is_for_one_hop(name)) continue;
    if (!is_metadata(name, value)) {
      return grpc::Error{grpc::Code::kInvalidArgument,
                         "The metadata " + std::string(name) + " has characters not allowed.",
                         grpc::Source::kClient};
    }
    bytes += name.size() + value.size();
    metadata.add(name, value);
  }
  if (bytes > kMetadataBytes) {
    return grpc::Error{grpc::Code::kResourceExhausted,
                       "The metadata is over " + std::to_string(kMetadataBytes) + " bytes.",
                       grpc::Source::kClient};
  }
  return metadata;
}

// What the codec says itself, or what would not be true of the answer we pass on.
void leave_out_framing(http::Headers& headers) {
  headers.remove("date");
  headers.remove("content-length");
}

http::Headers trailers_of(const grpc::Error& error) {
  return {{"grpc-status", grpc::format_code(error.code)},
          {"grpc-message", grpc::encode_message(error.message)}};
}

}  // namespace

bool PassThrough::wants(const http::RequestHead& head) {
  if (head.method != "POST") return false;
  const auto type = head.headers.find("content-type");
  if (!type || !type->starts_with(kContentType)) return false;
  // "application/grpc", "application/grpc+proto", "application/grpc;…", but not grpc-web.
  const std::string_view rest = type->substr(kContentType.size());
  return rest.empty() || rest.front() == '+' || rest.front() == ';';
}

PassThrough::PassThrough(const Desk& desk, Answerer& answerer, http::StreamId stream)
    : desk_(desk), answerer_(answerer), stream_(stream) {}

PassThrough::~PassThrough() {
  if (call_) desk_.upstream.cancel(*call_);
}

bool PassThrough::begin(const http::RequestHead& head, bool end) {
  auto metadata = metadata_of(head);
  if (!metadata) {
    end_with(trailers_of(metadata.error()));
    return false;
  }
  Call call;
  call.path = head.path();
  call.metadata = std::move(*metadata);
  call.ended = end;
  if (const auto timeout = grpc::parse_timeout(head.headers.find("grpc-timeout").value_or(""))) {
    // A far deadline is no deadline: the clock would overflow.
    constexpr std::chrono::hours kFar{24 * 365};
    if (*timeout < kFar) call.deadline = Clock::now() + *timeout;
  }
  const auto begun = desk_.upstream.begin(std::move(call), *this);
  if (!begun) {
    end_with(trailers_of(begun.error()));
    return false;
  }
  call_ = *begun;
  return true;
}

void PassThrough::on_body(std::string_view bytes, bool end) {
  if (!call_) return answerer_.consume(stream_, bytes.size());
  desk_.upstream.send(*call_, http::SharedBody(std::string(bytes)), end);
}

void PassThrough::on_backend_took(std::size_t bytes) {
  answerer_.consume(stream_, bytes);
}

void PassThrough::on_head(http::ResponseHead&& head) {
  started_ = true;
  leave_out_framing(head.headers);
  answerer_.start(stream_, head);
}

void PassThrough::on_data(std::string_view bytes) {
  answerer_.send(stream_, http::SharedBody(std::string(bytes)));
}

void PassThrough::on_client_took(std::size_t bytes) {
  if (call_) desk_.upstream.consume(*call_, bytes);
}

void PassThrough::on_done(const http::Headers& trailers) {
  call_.reset();
  end_with(trailers);
}

void PassThrough::on_failed(const grpc::Error& error) {
  call_.reset();
  end_with(trailers_of(error));
}

void PassThrough::end_with(http::Headers trailers) {
  if (started_) return answerer_.finish(stream_, std::move(trailers));
  // Trailers only: the status stands in the one head there is.
  http::ResponseHead head{200, std::move(trailers)};
  leave_out_framing(head.headers);
  if (!head.headers.contains("content-type")) head.headers.add("content-type", kContentType);
  answerer_.respond(stream_, head, {});
}

}  // namespace trunkline::exchange

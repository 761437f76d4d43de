#include "gateway/config/config.hpp"

#include "gateway/net/address.hpp"

namespace trunkline::config {
namespace {

const settings::Text kAddress{"an address and a port, like \"127.0.0.1:8080\" or \"[::1]:8080\"",
                              is_address};
const settings::Text kPath{"a path that starts with \"/\"",
                           [](std::string_view text) { return text.starts_with('/'); }};

constexpr settings::Range kTimeout{1, 3'600'000};
constexpr settings::Range kWindow{65'535, 0x7fffffff};

void declare_listening(settings::Keys& keys, Config& config) {
  keys.string("listen.http", config.listen.http, kAddress,
              "Where cleartext is served: HTTP/1.1, and HTTP/2 by prior knowledge.");
  keys.string("listen.https", config.listen.https, kAddress,
              "Where TLS is served, HTTP/2 and HTTP/1.1 by ALPN; needs tls.certificate.");
  keys.string("tls.certificate", config.tls.certificate,
              "The certificate chain, a PEM file. Empty: TLS is not served.");
  keys.string("tls.key", config.tls.key, "The certificate's private key, a PEM file.");
  keys.integer("workers", config.workers, {0, 256},
               "Threads that serve, each with its own connections; 0 takes one per core.");
}

void declare_upstream(settings::Keys& keys, Config& config) {
  upstream::Settings& up = config.upstream;
  keys.strings("upstream.endpoints", config.endpoints, kAddress, "The backends, all alike.");
  keys.string("upstream.descriptors", config.descriptors,
              "A file with a serialized FileDescriptorSet. Empty: the backend is asked by gRPC "
              "reflection.");
  keys.integer("upstream.lines", up.lines, {1, 64},
               "Connections kept open to each endpoint, per worker.");
  keys.integer("upstream.most_lines", up.most_lines, {1, 64},
               "Connections opened when all streams of those are in use.");
  keys.integer("upstream.queue", up.queue, {0, 1'000'000},
               "Calls that may wait for a stream, per worker; more are answered with 503.");
  keys.milliseconds("upstream.connect_timeout_ms", up.connect_timeout, kTimeout,
                    "For a connection to be made and the backend to speak.");
  keys.milliseconds("upstream.least_backoff_ms", up.least_backoff, kTimeout,
                    "The pause before the first new attempt to connect; doubled each time.");
  keys.milliseconds("upstream.most_backoff_ms", up.most_backoff, kTimeout,
                    "The longest pause between attempts to connect.");
  keys.milliseconds("upstream.silence_ms", up.silence, kTimeout,
                    "A line with calls on it that is silent for so long is pinged, and closed "
                    "when it stays silent.");
  keys.bytes("upstream.stream_window", up.h2.stream_window, kWindow,
             "Of answers in flight on one stream.");
  keys.bytes("upstream.connection_window", up.h2.connection_window, kWindow,
             "Of answers in flight on one line.");
  keys.bytes("upstream.header_bytes", up.h2.header_bytes, {1024, 1 << 20},
             "Of an answer's head or trailers; above, the call fails.");
}

void declare_requests(settings::Keys& keys, Config& config) {
  keys.milliseconds("requests.timeout_ms", config.requests.timeout, kTimeout,
                    "For a backend to answer; above, the client gets 504.");
  keys.milliseconds("requests.probe_timeout_ms", config.requests.probe_timeout, kTimeout,
                    "For the health check behind /readyz.");
  keys.bytes("requests.body_bytes", config.requests.body_bytes, {0, 1 << 30},
             "Of a request body that is transcoded; above, the client gets 413.");
  keys.bytes("requests.message_bytes", config.requests.message_bytes, {1024, 1 << 30},
             "Of a backend's message that is transcoded; above, the client gets 429.");
}

void declare_limits(settings::Keys& keys, Config& config) {
  keys.milliseconds("timeouts.handshake_ms", config.timeouts.handshake, kTimeout,
                    "For the TLS handshake, and for the first bytes of a connection.");
  keys.milliseconds("timeouts.idle_ms", config.timeouts.idle, kTimeout,
                    "Without a request; then the connection is closed.");
  keys.milliseconds("timeouts.stalled_ms", config.timeouts.stalled, kTimeout,
                    "Without the client taking a byte of an answer; then the connection is "
                    "closed.");
  keys.bytes("h1.request_line_bytes", config.h1.request_line_bytes, {256, 1 << 20},
             "Of method, target and version; above, the client gets 414.");
  keys.bytes("h1.header_bytes", config.h1.header_bytes, {1024, 1 << 20},
             "Sum of name + value + 32 over the fields; above, the client gets 431.");
  keys.integer("h1.header_fields", config.h1.header_fields, {1, 10'000},
               "Fields of a head; above, the client gets 431.");
  keys.bytes("h1.pipeline_bytes", config.h1.pipeline_bytes, {1024, 1 << 24},
             "Of further requests that are kept while one is answered.");
  keys.integer("h2.max_concurrent_streams", config.h2.max_concurrent_streams, {1, 100'000},
               "Requests at a time on one connection.");
  keys.bytes("h2.stream_window", config.h2.stream_window, kWindow,
             "Of a request body in flight on one stream.");
  keys.bytes("h2.connection_window", config.h2.connection_window, kWindow,
             "Of request bodies in flight on one connection.");
  keys.bytes("h2.header_bytes", config.h2.header_bytes, {1024, 1 << 20},
             "Sum of name + value + 32 over the fields; above, the client gets 431.");
  keys.integer("h2.header_fields", config.h2.header_fields, {1, 10'000},
               "Fields of a head; above, the client gets 431.");
  keys.bytes("h2.decoded_header_bytes", config.h2.decoded_header_bytes, {4096, 1 << 24},
             "The same sum; above, the connection is closed.");
  keys.bytes("h2.path_bytes", config.h2.path_bytes, {256, 1 << 20},
             "Of a path with its query; above, the client gets 414.");
  keys.integer("h2.queued_frames", config.h2.queued_frames, {16, 1'000'000},
               "Frames that wait for a client that does not read; above, the connection is "
               "closed.");
}

}  // namespace

void declare(settings::Keys& keys, Config& config) {
  declare_listening(keys, config);
  declare_upstream(keys, config);
  declare_requests(keys, config);
  declare_limits(keys, config);
  keys.objects("pages", config.pages, "Answers that are always the same.",
               [](settings::Keys& each, Page& page) {
                 each.string("path", page.path, kPath, "The path, without a query.").required();
                 each.string("content_type", page.content_type, "What the body is.");
                 each.string("body", page.body, "The body.");
               });
  keys.seconds("drain_seconds", config.drain, {0, 3600},
               "After SIGTERM, for the requests under way; then connections are closed.");
  keys.choice("log.level", config.log_level,
              {{"debug", "debug"}, {"info", "info"}, {"warn", "warn"}, {"error", "error"}},
              "How much is logged, to standard error.");
}

bool is_address(std::string_view text) {
  return net::Address::parse(text).has_value();
}

}  // namespace trunkline::config

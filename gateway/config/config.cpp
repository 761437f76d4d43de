#include "gateway/config/config.hpp"

#include <algorithm>

#include "gateway/net/address.hpp"
#include "gateway/policy/address_block.hpp"
#include "gateway/policy/forwarding.hpp"
#include "gateway/route/template.hpp"

namespace trunkline::config {
namespace {

const settings::Text kAddress{"an address and a port, like \"127.0.0.1:8080\" or \"[::1]:8080\"",
                              is_address};
bool is_literal_path(std::string_view text) {
  const auto path = route::Template::parse(text);
  return path && path->variables.empty() &&
         std::all_of(path->segments.begin(), path->segments.end(), [](const auto& segment) {
           return segment.kind == route::Segment::Kind::kLiteral;
         });
}

const settings::Text kPath{"a path that starts with \"/\" and has no query, no \"*\" and no \"{\"",
                           is_literal_path};

const settings::Text kFieldValue{
    "ASCII characters without control characters", [](std::string_view text) {
      return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    }};

const settings::Text kBlock{
    "an IP address or a block of them, like \"10.0.0.0/8\"",
    [](std::string_view text) { return policy::AddressBlock::parse(text).has_value(); }};

bool is_name(std::string_view text) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !text.empty() && text.size() <= 64 && text.find_first_not_of(kLetters) == text.npos;
}

const settings::Text kName{"up to 64 letters, digits, \"-\" and \"_\"", is_name};

const settings::Text kWay{
    "a method's path, like \"/package.Service/Method\", or a route's template, like "
    "\"/v1/{name=agents/*}\"",
    [](std::string_view text) { return text.starts_with('/'); }};

const settings::Text kLeftOut{
    "the name of a header field, but not x-forwarded-proto, x-forwarded-host or "
    "x-trunkline-identity",
    policy::may_be_unshared};

constexpr settings::Range kTimeout{1, 3'600'000};
constexpr settings::Range kWindow{65'535, 0x7fffffff};

void declare_listening(settings::Keys& keys, Config& config) {
  keys.string("listen.http", config.listen.http, kAddress,
              "Where cleartext is served: HTTP/1.1, and HTTP/2 by prior knowledge.");
  keys.string("listen.https", config.listen.https, kAddress,
              "Where TLS is served, HTTP/2 and HTTP/1.1 by ALPN; needs tls.certificate.");
  keys.string("listen.admin", config.listen.admin, kAddress,
              "Where operators read metrics and state: /metrics, /upstreams, /config, /version, "
              "/healthz, /readyz.");
  keys.string("tls.certificate", config.tls.certificate,
              "The certificate chain, a PEM file. Empty: TLS is not served.");
  keys.string("tls.key", config.tls.key, "The certificate's private key, a PEM file.");
  using net::ClientCertificates;
  keys.choice("tls.client_certificates", config.tls.client_certificates,
              {{"none", ClientCertificates::kNone},
               {"optional", ClientCertificates::kOptional},
               {"required", ClientCertificates::kRequired}},
              "Whether clients are asked who they are; a certificate that is shown must be good in "
              "any case.");
  keys.string("tls.client_ca", config.tls.client_ca,
              "Who vouches for clients: certificates, a PEM file.");
  keys.integer("workers", config.workers, {0, 256},
               "Threads that serve, each with its own connections; 0 takes one per core.");
}

/// Keys of one upstream; `named`: one of several.
void declare_upstream(settings::Keys& keys, Upstream& upstream, bool named) {
  upstream::Settings& lines = upstream.lines;
  auto& endpoints =
      keys.strings("endpoints", upstream.endpoints, kAddress, "The backends, all alike.").filled();
  if (named) endpoints.required();
  keys.string("descriptors", upstream.descriptors,
              "A file with a serialized FileDescriptorSet, read again on SIGHUP. Empty: the "
              "backends are asked by gRPC reflection, and again whenever one of them comes back.");
  keys.boolean("ignore_unknown", upstream.ignore_unknown,
               "Whether parameters and JSON fields of REST requests that the method does not have "
               "are skipped; else they are refused by name.");
  keys.boolean("required", upstream.required,
               "Whether /readyz says no while it is away or its descriptors are not known.");
  using upstream::Mode;
  keys.choice("mode", lines.mode,
              {{"streams", Mode::kStreams},
               {"exclusive", Mode::kExclusive},
               {"per_request", Mode::kPerRequest},
               {"tunnel", Mode::kTunnel}},
              "How unary calls of REST and Connect travel: many at a time on each of few "
              "connections, a stream each; one at a time on each of a pool of connections; each "
              "on a connection of its own; or many at a time as frames in one stream of each of "
              "few connections, which the backend must offer. All other calls travel in the first "
              "way, and those of a tunnel as long as there is none.");
  keys.integer("lines", lines.lines, {1, 64},
               "Connections kept open to each endpoint, per worker.");
  keys.integer("most_lines", lines.most_lines, {1, 64},
               "Connections opened when all streams of those are in use.");
  keys.integer("pool", lines.pool, {1, 4096},
               "Connections that carry one call at a time, to each endpoint, per worker: in the "
               "modes exclusive and per_request.");
  keys.integer("queue", lines.queue, {0, 1'000'000},
               "Calls that may wait for a place, per worker; more are answered with 503.");
  keys.milliseconds("connect_timeout_ms", lines.connect_timeout, kTimeout,
                    "For a connection to be made and the backend to speak.");
  keys.milliseconds("least_backoff_ms", lines.least_backoff, kTimeout,
                    "The pause before the first new attempt to connect; doubled each time.");
  keys.milliseconds("most_backoff_ms", lines.most_backoff, kTimeout,
                    "The longest pause between attempts to connect.");
  keys.milliseconds("silence_ms", lines.silence, kTimeout,
                    "A line with calls on it that is silent for so long is pinged, and closed "
                    "when it stays silent.");
  keys.boolean("tls.enabled", lines.tls.enabled,
               "Speaks TLS to the backends, whose certificates must be good.");
  keys.string("tls.ca", lines.tls.ca,
              "Who vouches for backends: certificates, a PEM file. Empty: whom the system trusts.");
  keys.string("tls.certificate", lines.tls.certificate,
              "Who we are, for backends that ask: a certificate chain, a PEM file.");
  keys.string("tls.key", lines.tls.key, "That certificate's private key, a PEM file.");
  keys.string("tls.server_name", lines.tls.server_name,
              "The host name or IP address that the backends' certificates must have. Empty: the "
              "one in their address.");
  keys.bytes("stream_window", lines.h2.stream_window, kWindow,
             "Of answers in flight on one stream.");
  keys.bytes("connection_window", lines.h2.connection_window, kWindow,
             "Of answers in flight on one line.");
  keys.bytes("header_bytes", lines.h2.header_bytes, {1024, 1 << 20},
             "Of an answer's head or trailers; above, the call fails.");
}

void declare_upstreams(settings::Keys& keys, Config& config) {
  keys.named("upstreams", config.upstreams, kName,
             "Who answers. What the methods of each are called comes from their descriptors; "
             "calls of gRPC's own services (health, reflection) go to the first.",
             [](settings::Keys& each, Upstream& one) { declare_upstream(each, one, true); });
  keys.only("upstream", config.upstreams, "upstreams",
            "Short for {\"upstreams\": {\"default\": …}}, with endpoints [\"127.0.0.1:50051\"] "
            "unless told.",
            [](settings::Keys& each, Upstream& one) { declare_upstream(each, one, false); });
}

void declare_requests(settings::Keys& keys, Config& config) {
  keys.milliseconds(
      "requests.timeout_ms", config.requests.timeout, kTimeout,
      "For a backend to answer, or to begin a streamed answer; above, the client gets "
      "504.");
  keys.milliseconds("requests.probe_timeout_ms", config.requests.probe_timeout, kTimeout,
                    "For the health check behind /readyz.");
  keys.bytes("requests.body_bytes", config.requests.body_bytes, {0, 1 << 30},
             "Of a request body that is transcoded, or of one of its lines; above, the client gets "
             "413.");
  keys.milliseconds("requests.call_timeout_ms", config.requests.call_timeout, {0, 86'400'000},
                    "For gRPC calls, which bring a timeout of their own; the shorter holds. 0: "
                    "theirs alone.");
  keys.integer("requests.body_bytes_per_second", config.requests.body_pace.bytes_per_second,
               {0, 1 << 30},
               "How fast a request body has to come at least; slower, the client gets 408.");
  keys.milliseconds("requests.body_grace_ms", config.requests.body_pace.grace, kTimeout,
                    "Which a body may wait before that counts.");
  keys.milliseconds("requests.heartbeat_ms", config.requests.heartbeat, kTimeout,
                    "An event stream in which nothing was said for so long says that it is there.");
  keys.milliseconds("requests.stream_retry_ms", config.requests.stream_retry, kTimeout,
                    "After which a client is to ask again for an event stream that broke.");
  keys.bytes("requests.message_bytes", config.requests.message_bytes, {1024, 1 << 30},
             "Of a backend's message that is transcoded; above, the client gets 500.");
}

void declare_watches(settings::Keys& keys, Config& config) {
  exchange::WatchSettings& watch = config.watch;
  keys.milliseconds("watch.patience_ms", watch.patience, {0, 3'600'000},
                    "For which those who watch a collection keep their streams while its backend "
                    "is away; then they end with UNAVAILABLE.");
  keys.milliseconds("watch.linger_ms", watch.linger, {0, 3'600'000},
                    "For which a watch goes on that nobody watches any more.");
  keys.milliseconds(
      "watch.least_backoff_ms", watch.least_backoff, kTimeout,
      "The pause before a watch that was lost is asked for again; doubled each time.");
  keys.milliseconds("watch.most_backoff_ms", watch.most_backoff, kTimeout,
                    "The longest such pause.");
  keys.integer("watch.most_watchers", watch.most_watchers, {0, 10'000'000},
               "Clients that watch, per worker; more are answered with 503.");
  keys.integer("watch.most_watches", watch.most_watches, {0, 1'000'000},
               "Different watches at a time, per worker; more are answered with 503.");
  keys.bytes("watch.state_bytes", watch.state_bytes, {1024, 1 << 30},
             "Of a collection that is watched; above, its watch fails.");
}

void declare_reads(settings::Keys& keys, Config& config) {
  keys.boolean("collapse.enabled", config.collapse.enabled,
               "Whether REST requests for methods without side effects that ask the same share a "
               "call. They join only one that has not been sent, so that no answer is older than "
               "its question.");
  keys.integer("collapse.in_air", config.collapse.in_air, {1, 1000},
               "Calls of one question at a time, per worker; who asks meanwhile waits for the next "
               "one.");
  keys.milliseconds("collapse.patience_ms", config.collapse.patience, kTimeout,
                    "For which the next one waits for those; then it is made although, so that one "
                    "that hangs holds up nobody who asks later.");
  keys.milliseconds("collapse.gather_ms", config.collapse.gather, {0, 1'000},
                    "For which a call waits for more to join. 0: for none but those that have come "
                    "together.");
  keys.strings("collapse.except", config.read_apart, kWay,
               "Methods or routes whose requests have a call each.");
  keys.strings("collapse.leave_out", config.forwarding.unshared, kLeftOut,
               "Metadata that a shared call does not carry. All other that would go upstream keeps "
               "apart those who differ in it, credentials above all.");
  keys.boolean("compression.enabled", config.compression.enabled,
               "Whether answers of methods without side effects are compressed for clients that "
               "take zstd, br or gzip.");
  keys.bytes("compression.least_bytes", config.compression.least_bytes, {0, 1 << 30},
             "Smaller ones are sent as they are.");
  keys.bytes("compression.most_bytes", config.compression.most_bytes, {0, 1 << 30},
             "Larger ones as well: others wait while it is made.");
}

void declare_rate(settings::Keys& keys, const std::string& name, h2::Rate& rate,
                  const std::string& what) {
  constexpr settings::Range kRate{0, 1'000'000};
  keys.integer(name + "_burst", rate.burst, kRate, what + " at once; above, it is closed.");
  keys.integer(name + "_per_second", rate.per_second, kRate, "And so many more each second.");
}

void declare_rates(settings::Keys& keys, h2::Limits& h2) {
  keys.integer("h2.continuations", h2.continuations, {0, 1000},
               "CONTINUATION frames of one head; above, the connection is closed.");
  keys.integer("h2.empty_data", h2.empty_data, {0, 1000},
               "DATA frames without a byte in a row; above, the connection is closed.");
  declare_rate(keys, "h2.control_frames", h2.control_frames,
               "PING, SETTINGS, PRIORITY, unknown frames, and WINDOW_UPDATE beyond what our DATA "
               "is worth, on one connection,");
  declare_rate(keys, "h2.resets", h2.resets, "Streams that a client resets on one connection,");
  declare_rate(keys, "h2.own_resets", h2.own_resets,
               "Streams that we have to reset on one connection,");
}

void declare_limits(settings::Keys& keys, Config& config) {
  policy::Patience& patience = config.patience;
  keys.milliseconds("timeouts.handshake_ms", patience.handshake, kTimeout, "For TLS to agree.");
  keys.milliseconds("timeouts.preface_ms", patience.preface, kTimeout,
                    "For the first bytes of a connection.");
  keys.milliseconds("timeouts.settings_ack_ms", patience.settings_ack, kTimeout,
                    "For an HTTP/2 client to acknowledge our settings.");
  keys.milliseconds("timeouts.head_ms", patience.head, kTimeout,
                    "From a head's first byte to its last; above, the client gets 408.");
  keys.milliseconds("timeouts.idle_ms", patience.idle, kTimeout,
                    "Without a byte, for a stream as for a connection; then it is closed.");
  keys.milliseconds("timeouts.stalled_ms", patience.stalled, kTimeout,
                    "In which a client has to take some of an answer that waits for it; else the "
                    "stream is reset.");
  keys.bytes("timeouts.stalled_bytes_per_second", patience.bytes_per_second, {0, 1 << 30},
             "How much of it.");
  policy::ConnectionSettings& connections = config.connections;
  keys.integer("connections.per_address", connections.per_address, {0, 1'000'000},
               "Clients' connections from one address; 0 is no limit.");
  keys.boolean("connections.loopback_too", connections.loopback_too,
               "Whether that holds for this machine's own clients.");
  keys.integer("connections.in_all", connections.in_all, {0, 10'000'000},
               "Clients' connections; 0 goes by the limit of file descriptors.");
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
  declare_rates(keys, config.h2);
}

void declare_forwarding(settings::Keys& keys, Config& config) {
  policy::ForwardingSettings& forwarding = config.forwarding;
  keys.strings("forwarding.rest_headers", forwarding.rest_headers,
               "Header fields of REST requests that backends get as metadata.");
  keys.strings("forwarding.claims", forwarding.claims,
               "Names of fields that say who a client is; a client's own are never passed on.");
  keys.strings("forwarding.trusted_proxies", forwarding.trusted_proxies, kBlock,
               "Whose X-Forwarded-For is believed.");
  keys.bytes("forwarding.metadata_bytes", forwarding.metadata_bytes, {256, 1 << 20},
             "Sum of name + value + 32 over a call's metadata; above, it is refused.");
  policy::CorsSettings& cors = config.cors;
  keys.strings("cors.origins", cors.origins,
               "Web pages of other origins that may use the gateway, as \"https://app.example\"; "
               "\"*\" is all. Empty: none.");
  keys.strings("cors.methods", cors.methods, "What they may do.");
  keys.strings("cors.request_headers", cors.request_headers,
               "What they may send; \"*\" is everything.");
  keys.strings("cors.exposed_headers", cors.exposed_headers, "What they may read.");
  keys.boolean("cors.credentials", cors.credentials,
               "Whether they may send cookies and certificates; only those named in origins.");
  keys.seconds("cors.max_age_seconds", cors.max_age, {0, 86'400},
               "How long a browser need not ask again.");
}

}  // namespace

void declare(settings::Keys& keys, Config& config) {
  declare_listening(keys, config);
  declare_upstreams(keys, config);
  declare_requests(keys, config);
  declare_reads(keys, config);
  declare_watches(keys, config);
  declare_forwarding(keys, config);
  declare_limits(keys, config);
  keys.objects("pages", config.pages, "Answers that are always the same.",
               [](settings::Keys& each, Page& page) {
                 each.string("path", page.path, kPath, "The path, without a query.").required();
                 each.string("content_type", page.content_type, kFieldValue, "What the body is.");
                 each.string("body", page.body, "The body.");
               });
  keys.boolean("wallboard", config.wallboard,
               "Whether there is a wallboard at / and a page for websites at /public. A page of "
               "the configuration at the same path goes before.");
  keys.boolean("docs", config.docs,
               "Whether what is offered is described in OpenAPI at /openapi.json, with a page at "
               "/docs that shows it and lets one try it.");
  keys.seconds("drain_seconds", config.drain, {0, 3600},
               "After SIGTERM, for the requests under way; then connections are closed.");
  keys.string("access_log", config.access_log,
              "A file for one JSON line a request; \"-\" is standard output. Empty: none.");
  keys.choice("log.level", config.log_level,
              {{"debug", "debug"}, {"info", "info"}, {"warn", "warn"}, {"error", "error"}},
              "How much is logged, to standard error.");
}

bool is_address(std::string_view text) {
  return net::Address::parse(text).has_value();
}

}  // namespace trunkline::config

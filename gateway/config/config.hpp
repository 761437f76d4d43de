#pragma once

// Everything that can be set, as plain values: one struct for each room, filled from one JSON
// file. The initial values are the defaults. Only compose and main see this.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/collapse/settings.hpp"
#include "gateway/exchange/content/compression.hpp"
#include "gateway/exchange/desk.hpp"
#include "gateway/exchange/watch/watch_settings.hpp"
#include "gateway/h1/limits.hpp"
#include "gateway/h2/limits.hpp"
#include "gateway/http/headers.hpp"
#include "gateway/net/tls_settings.hpp"
#include "gateway/policy/connection_caps.hpp"
#include "gateway/policy/cors.hpp"
#include "gateway/policy/forwarding.hpp"
#include "gateway/policy/patience.hpp"
#include "gateway/settings/keys.hpp"
#include "gateway/upstream/settings.hpp"

namespace trunkline::config {

struct Listen {
  std::string http = "127.0.0.1:8080";
  std::string https = "127.0.0.1:8443";
  std::string admin = "127.0.0.1:9901";
};

struct Page {
  std::string path;
  std::string content_type = "application/json";
  std::string body;
  http::Headers headers{};  ///< besides the content type; of our own pages alone
};

/// Backends that serve the same.
struct Upstream {
  std::string name = "default";
  std::vector<std::string> endpoints{"127.0.0.1:50051"};
  std::string descriptors;      ///< a file; empty: by reflection
  bool ignore_unknown = false;  ///< in REST requests
  bool required = true;         ///< for the gateway to be ready
  upstream::Settings lines;     ///< its name and endpoints are those above
};

struct Config {
  Listen listen;
  net::TlsServerSettings tls;
  std::size_t workers = 0;  ///< 0: one per core
  std::vector<Upstream> upstreams{{}};
  exchange::Settings requests;
  exchange::WatchSettings watch;
  collapse::Settings collapse;
  std::vector<std::string> read_apart;  ///< ways in whose reads share no call
  exchange::Compression compression;
  policy::ForwardingSettings forwarding;
  policy::CorsSettings cors;
  policy::ConnectionSettings connections;
  policy::Patience patience;
  h1::Limits h1;
  h2::Limits h2;
  std::vector<Page> pages{{"/index", "application/json", R"({"hello":"world"})"}};
  bool wallboard = true;  ///< / and /public
  bool docs = true;       ///< /openapi.json and /docs
  std::chrono::seconds drain{30};
  std::string access_log;  ///< a file's path, "-" for standard output, empty for none
  std::string log_level = "info";
};

/// Binds every key to its place in `config`, which outlives `keys` and does not move.
void declare(settings::Keys& keys, Config& config);

/// Whether the text is "host:port".
bool is_address(std::string_view text);

}  // namespace trunkline::config

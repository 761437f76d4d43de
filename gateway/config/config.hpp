#pragma once

// Everything that can be set, as plain values: one struct for each room, filled from one JSON
// file. The initial values are the defaults. Only compose and main see this.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange/desk.hpp"
#include "gateway/h1/server_session.hpp"
#include "gateway/h2/limits.hpp"
#include "gateway/net/connection.hpp"
#include "gateway/settings/keys.hpp"
#include "gateway/upstream/settings.hpp"

namespace trunkline::config {

struct Listen {
  std::string http = "127.0.0.1:8080";
  std::string https = "127.0.0.1:8443";
};

struct Tls {
  std::string certificate;
  std::string key;
};

struct Page {
  std::string path;
  std::string content_type = "application/json";
  std::string body;
};

struct Config {
  Listen listen;
  Tls tls;
  std::size_t workers = 0;  ///< 0: one per core
  std::vector<std::string> endpoints{"127.0.0.1:50051"};
  upstream::Settings upstream;  ///< its endpoints are those above
  std::string descriptors;
  exchange::Settings requests;
  net::Timeouts timeouts;
  h1::Limits h1;
  h2::Limits h2;
  std::vector<Page> pages{{"/index", "application/json", R"({"hello":"world"})"}};
  std::chrono::seconds drain{30};
  std::string log_level = "info";
};

/// Binds every key to its place in `config`, which outlives `keys` and does not move.
void declare(settings::Keys& keys, Config& config);

/// Whether the text is "host:port".
bool is_address(std::string_view text);

}  // namespace trunkline::config

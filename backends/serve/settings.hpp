#pragma once

#include <chrono>
#include <string>

#include "backends/serve/tunnel_settings.hpp"

namespace trunkline::serve {

/// PEM files.
struct Tls {
  std::string certificate;  ///< with its chain; empty: cleartext
  std::string key;
  std::string client_ca;  ///< who vouches for callers; empty: callers are not asked
};

struct Settings {
  /// host:port (port 0: any free one), or unix:/path.
  std::string listen = "127.0.0.1:50051";
  /// Streams that one connection may have open at a time.
  int max_concurrent_streams = 1024;
  /// How long a stopping server waits for the calls it accepted.
  std::chrono::seconds drain{30};
  Tls tls = {};
  TunnelSettings tunnel = {};
};

}  // namespace trunkline::serve

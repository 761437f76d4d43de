#pragma once

// http://127.0.0.1:8080/agents?x={random:1-50}: a URL whose path may be a pattern.

#include <string>
#include <string_view>

#include "gateway/grpc/error.hpp"

namespace trunkline::load {

struct Url {
  bool tls = false;
  std::string host;  ///< of an IPv6 address without its brackets
  std::string port;
  std::string authority;  ///< host and port as the URL has them
  std::string path;       ///< with the query; "/" if there is none

  /// The error is a sentence.
  static grpc::Result<Url> parse(std::string_view text);
};

/// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(std::string_view host);

}  // namespace trunkline::load

#include "tests/layering/plan.hpp"

namespace trunkline::layering {
namespace {

Tree gateway() {
  return {
      "gateway",
      {
          {"gateway/http", "gateway/grpc", "gateway/observe", "gateway/settings", "gateway/web"},
          {"gateway/policy", "gateway/coding"},
          {"gateway/h2", "gateway/h1", "gateway/route", "gateway/transcode", "gateway/collapse"},
          {"gateway/exchange", "gateway/openapi"},
          {"gateway/net"},
          {"gateway/upstream"},
          {"gateway/config"},
          {"gateway"},
      }};
}

Tree backends() {
  return {"backends",
          {
              {"backends/pg", "backends/serve"},
              {"backends/query", "backends/schema"},
              {"backends/watch"},
              {"backends/agents", "backends/queues", "backends/calls"},
              {"backends/config"},
              {"backends"},
          }};
}

std::vector<Reserved> reserved() {
  const std::vector<std::string> net{"gateway/net"};
  const std::vector<std::string> loops{"gateway/net", "gateway/upstream", "gateway"};
  const std::vector<std::string> grpc{"backends/serve",  "backends/query", "backends/agents",
                                      "backends/queues", "backends/calls", "backends/watch",
                                      "backends"};
  return {
      {"nghttp2/", {"gateway/h2"}},
      {"openssl/", net},
      // Sockets are net's; loops, timers and coroutines also of those that live on them.
      {"boost/asio", net},
      {"boost/asio/", loops},
      {"boost/asio/basic_", net},
      {"boost/asio/connect", net},
      {"boost/asio/generic/", net},
      {"boost/asio/ip/", net},
      {"boost/asio/local/", net},
      {"boost/asio/posix/", net},
      {"boost/asio/ssl", net},
      // The phrases of status codes are the one thing that http takes from Beast.
      {"boost/beast", {"gateway/h1", "gateway/http/status.cpp"}},
      {"prometheus/", {"gateway/observe"}},
      {"brotli/", {"gateway/coding"}},
      {"zlib", {"gateway/coding"}},
      {"zstd", {"gateway/coding"}},
      {"pqxx", {"backends/pg"}},
      {"libpq", {"backends/pg"}},
      {"grpc/", grpc},
      {"grpc++/", grpc},
      {"grpcpp/", grpc},
      // Generated from proto/trunkline: a service is known to its own room alone.
      {"trunkline/", {}},
      {"trunkline/api/", {"gateway/transcode"}},
      {"trunkline/agents/", {"backends/agents"}},
      {"trunkline/queues/", {"backends/queues"}},
      {"trunkline/calls/", {"backends/calls"}},
      {"trunkline/tunnel/", {"backends/serve"}},
  };
}

}  // namespace

Plan house_plan() {
  return {{gateway(), backends()}, {{"backends/config", "gateway/settings"}}, reserved()};
}

}  // namespace trunkline::layering

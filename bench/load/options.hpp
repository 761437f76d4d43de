#pragma once

// What the command line says, checked.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/request.hpp"
#include "gateway/grpc/error.hpp"

namespace trunkline::load {

enum class Protocol : std::uint8_t { kH1, kH2 };

/// What an answer must be to be the right one, beside its status.
struct Expectation {
  std::optional<std::uint64_t> bytes;
  std::optional<std::string> body;
  bool grpc = false;
};

struct Options {
  Protocol protocol = Protocol::kH1;
  bool tls = false;
  bool insecure = false;  ///< the certificate need not be good
  std::string ca;         ///< who vouches for it; empty: whom the system trusts
  std::string host;
  std::string port;

  Request request;
  std::vector<PathPattern> paths;
  Expectation expect;

  std::size_t connections = 1;
  std::size_t streams = 1;  ///< requests at a time on each
  std::size_t threads = 1;
  bool close = false;          ///< a connection for each request
  std::optional<double> rate;  ///< requests a second; nothing: as fast as possible
  std::optional<std::uint64_t> requests;
  std::chrono::nanoseconds duration{};
  std::chrono::nanoseconds warm_up{};
  std::chrono::nanoseconds timeout{};
  std::string json;  ///< a file, or - for standard output; empty: none
};

/// Nothing when there is only help to show, which is done by then. The error is a sentence that
/// names flag, value and what is allowed.
grpc::Result<std::optional<Options>> read_options(int argc, char** argv);

}  // namespace trunkline::load

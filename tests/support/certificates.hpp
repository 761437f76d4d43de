#pragma once

// The development certificates. Made when they are missing.

#include <string>

namespace trunkline::support {

struct Certificates {
  std::string authority;
  std::string server;
  std::string server_key;
};

const Certificates& certificates();

}  // namespace trunkline::support

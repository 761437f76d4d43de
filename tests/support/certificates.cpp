#include "tests/support/certificates.hpp"

#include <filesystem>
#include <stdexcept>

#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"

namespace trunkline::support {
namespace {

Certificates find() {
  const Certificates found{source("certs/ca.crt"), source("certs/server.crt"),
                           source("certs/server.key")};
  if (!std::filesystem::exists(found.server_key)) {
    if (const Outcome made = run({source("certs/generate")}); made.exit_code != 0) {
      throw std::runtime_error("certs/generate failed: " + made.err);
    }
  }
  return found;
}

}  // namespace

const Certificates& certificates() {
  static const Certificates found = find();
  return found;
}

}  // namespace trunkline::support

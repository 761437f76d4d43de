#include "tests/support/environment.hpp"

#include <cstdlib>
#include <stdexcept>

#include <unistd.h>

namespace trunkline::support {
namespace {

std::string program(const std::string& path) {
  const std::string file = environment("TRUNKLINE_BUILD") + "/" + path;
  if (::access(file.c_str(), X_OK) != 0) {
    throw std::runtime_error("There is no program " + file + ": run ./dev test, which builds it.");
  }
  return file;
}

}  // namespace

std::string gateway_program() {
  // Another build of it, with a sanitizer.
  if (const char* other = std::getenv("TRUNKLINE_GATEWAY"); other != nullptr) return other;
  return program("gateway/trunkline-gateway");
}
std::string backend_program() {
  return program("backends/trunkline-backend");
}
std::string source(const std::string& path) {
  return environment("TRUNKLINE_SOURCE") + "/" + path;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    throw std::runtime_error(std::string(name) +
                             " is not set: run this test by ./dev test, which sets it.");
  }
  return value;
}

}  // namespace trunkline::support

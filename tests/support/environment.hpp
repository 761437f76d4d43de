#pragma once

// Where `./dev test` says that the programs, the checkout and PostgreSQL are. Each throws
// std::runtime_error with a sentence when it was not said.

#include <string>

namespace trunkline::support {

std::string gateway_program();
std::string backend_program();

/// A path within the checkout.
std::string source(const std::string& path);

std::string environment(const char* name);

}  // namespace trunkline::support

#pragma once

// Which program this is, as its admin page tells it.

#include <string>

namespace trunkline::observe {

struct Version {
  std::string name;     ///< "trunkline-gateway"
  std::string version;  ///< "0.1.0"
  std::string build;    ///< "release"
};

/// {"name":…,"version":…,"build":…}
std::string version_json(const Version& version);

}  // namespace trunkline::observe

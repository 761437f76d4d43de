#include "gateway/observe/version.hpp"

#include <nlohmann/json.hpp>

namespace trunkline::observe {

std::string version_json(const Version& version) {
  const nlohmann::ordered_json page{
      {"name", version.name}, {"version", version.version}, {"build", version.build}};
  return page.dump();
}

}  // namespace trunkline::observe

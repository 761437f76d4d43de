#include "gateway/observe/version.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace trunkline::observe {
namespace {

TEST(Version, IsAnObjectOfItsThreeNames) {
  EXPECT_EQ(version_json({"trunkline-gateway", "0.1.0", "release"}),
            R"({"name":"trunkline-gateway","version":"0.1.0","build":"release"})");
}

TEST(Version, IsValidWhateverABuildIsCalled) {
  const auto page = nlohmann::json::parse(version_json({"a", "0.1.0-\"x\"", "b\n"}));
  EXPECT_EQ(page["version"], "0.1.0-\"x\"");
  EXPECT_EQ(page["build"], "b\n");
}

}  // namespace
}  // namespace trunkline::observe

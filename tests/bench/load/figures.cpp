#include "tests/bench/load/figures.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"

namespace trunkline::load {

std::vector<std::string> program(const std::vector<std::string>& options) {
  std::vector<std::string> arguments{support::environment("TRUNKLINE_BUILD") +
                                     "/bench/load/trunkline-load"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return arguments;
}

nlohmann::json measure(const std::vector<std::string>& options) {
  auto arguments = program(options);
  arguments.insert(arguments.begin() + 1, {"--json", "-"});
  const auto outcome = support::run(arguments, std::chrono::seconds(60));
  EXPECT_GE(outcome.exit_code, 0) << "It did not end.";
  EXPECT_LE(outcome.exit_code, 1) << outcome.err;
  auto figures = nlohmann::json::parse(outcome.out, nullptr, false);
  EXPECT_TRUE(figures.is_object()) << outcome.out << outcome.err;
  return figures;
}

std::uint64_t errors_but(const nlohmann::json& figures, const std::string& kind) {
  std::uint64_t all = 0;
  for (const auto& [name, number] : figures["errors"].items()) {
    if (name != kind) all += number.get<std::uint64_t>();
  }
  return all;
}

}  // namespace trunkline::load

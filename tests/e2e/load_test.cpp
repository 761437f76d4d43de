// h2load, many streams, one stream and HTTP/1.1: nothing is lost.

#include "tests/support/load.hpp"

#include <gtest/gtest.h>

#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using support::LoadReport;

constexpr long kRequests = 20'000;

void expect_nothing_lost(std::vector<std::string> options) {
  auto& stack = support::shared_stack("2015");
  options.insert(options.begin(), {"-n", std::to_string(kRequests), "-c", "16"});
  const LoadReport report = support::load(options);
  EXPECT_EQ(report.exit_code, 0);
  EXPECT_EQ(report.succeeded, kRequests) << report.text;
  EXPECT_EQ(report.ok, kRequests) << report.text;
  EXPECT_EQ(report.failed, 0) << report.text;
  EXPECT_EQ(report.errored, 0) << report.text;
  EXPECT_EQ(report.timed_out, 0) << report.text;
  EXPECT_EQ(stack.get("/agents").status, 200);
}

std::string agents() {
  return support::shared_stack("2015").url("/agents");
}

TEST(Load, LosesNothingOverManyStreams) {
  expect_nothing_lost({"-m", "32", agents()});
}
TEST(Load, LosesNothingOverOneStreamAConnection) {
  expect_nothing_lost({"-m", "1", agents()});
}
TEST(Load, LosesNothingOverHttp1) {
  expect_nothing_lost({"--h1", agents()});
}

TEST(Load, LosesNothingOverTls) {
  auto& stack = support::shared_stack("2015");
  expect_nothing_lost(
      {"-m", "32",
       "https://127.0.0.1:" + std::to_string(stack.port(support::Wire::kTlsH2)) + "/agents"});
}

}  // namespace
}  // namespace trunkline::e2e

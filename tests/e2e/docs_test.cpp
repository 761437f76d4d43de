// The reference of what is offered: its document by an OpenAPI validator, its page in Chromium.
// What they find is told by node/docs.mjs.

#include <gtest/gtest.h>

#include "tests/e2e/echo_stack.hpp"
#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

void expect_success(std::uint16_t port, const std::string& behind) {
  const support::Outcome outcome =
      support::run({"node", support::source("tests/e2e/node/docs.mjs"),
                    "http://127.0.0.1:" + std::to_string(port), behind},
                   std::chrono::seconds(170));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err;
}

TEST(Docs, ShowTheAgentsAndLetThemBeTried) {
  expect_success(support::shared_stack("demo").port(support::Wire::kH1), "agents");
}

TEST(Docs, ShowAForeignServiceAndItsStreams) {
  const EchoStack stack;
  expect_success(stack.http_port(), "echo");
}

}  // namespace
}  // namespace trunkline::e2e

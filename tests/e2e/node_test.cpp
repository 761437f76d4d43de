// gRPC by JavaScript's own clients: @grpc/grpc-js and Connect in Node, and grpc-web in Chromium, on
// pages of another origin. What they find is told by node/*.mjs.

#include <gtest/gtest.h>

#include "tests/e2e/echo_stack.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"

namespace trunkline::e2e {
namespace {

/// Runs one of node's test files and says what it said, unless all was well.
void expect_success(const std::string& file, const std::vector<std::string>& arguments,
                    const EchoStack& stack) {
  std::vector<std::string> command{"node", support::source("tests/e2e/node/" + file)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const support::Outcome outcome = support::run(command, std::chrono::seconds(120));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err << stack.logs();
}

TEST(GrpcJs, WorksInCleartext) {
  const EchoStack stack;
  expect_success("native.mjs", {"localhost:" + std::to_string(stack.http_port())}, stack);
}

TEST(GrpcJs, WorksOverTls) {
  const EchoStack stack;
  expect_success(
      "native.mjs",
      {"localhost:" + std::to_string(stack.https_port()), support::certificates().authority},
      stack);
}

// Bytes as a client would see them that has no gRPC: compressed messages, and HTTP's own fields.
TEST(Http2Js, SeesGrpcAsTheBackendWroteIt) {
  const EchoStack stack;
  expect_success("frames.mjs",
                 {"http://localhost:" + std::to_string(stack.http_port()),
                  "http://localhost:" + std::to_string(stack.backend_port())},
                 stack);
}

TEST(ConnectJs, WorksOnEveryWayIn) {
  const EchoStack stack;
  const std::string descriptors =
      support::environment("TRUNKLINE_BUILD") + "/tests/e2e/echo/echo.descriptors.pb";
  const std::string http = "http://localhost:" + std::to_string(stack.http_port());
  const std::string https = "https://localhost:" + std::to_string(stack.https_port());
  for (const char* version : {"1.1", "2"}) {
    expect_success("connect.mjs", {descriptors, http, version}, stack);
    expect_success("connect.mjs", {descriptors, https, version, support::certificates().authority},
                   stack);
  }
}

TEST(GrpcWeb, WorksInChromiumInCleartext) {
  const std::uint16_t pages = support::free_port();
  const EchoStack stack({.origin = "http://127.0.0.1:" + std::to_string(pages)});
  expect_success("chromium.mjs",
                 {std::to_string(pages), "http://127.0.0.1:" + std::to_string(stack.http_port())},
                 stack);
}

TEST(GrpcWeb, WorksInChromiumOverTls) {
  const std::uint16_t pages = support::free_port();
  const EchoStack stack({.origin = "http://127.0.0.1:" + std::to_string(pages)});
  expect_success("chromium.mjs",
                 {std::to_string(pages), "https://127.0.0.1:" + std::to_string(stack.https_port())},
                 stack);
}

}  // namespace
}  // namespace trunkline::e2e

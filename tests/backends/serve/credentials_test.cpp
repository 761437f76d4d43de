// Who is let in is shown by tests/e2e/tls_upstream_test.cpp; here is what else can go wrong.

#include "backends/serve/credentials.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace trunkline::serve {
namespace {

std::string complaint(const Tls& tls) {
  try {
    credentials(tls);
    return "none";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(Credentials, NeedNoFileForCleartext) {
  EXPECT_EQ(complaint({}), "none");
}

TEST(Credentials, NameTheFileThatCannotBeRead) {
  EXPECT_EQ(complaint({.certificate = "/nowhere.crt", .key = "/nowhere.key", .client_ca = ""}),
            "cannot serve TLS: the file \"/nowhere.key\" cannot be read");
  EXPECT_EQ(complaint({.certificate = "/nowhere.crt", .key = "/", .client_ca = ""}),
            "cannot serve TLS: the file \"/\" cannot be read");
}

}  // namespace
}  // namespace trunkline::serve

#pragma once

// What all conformance cases of HTTP/2 begin with: a connection to one of the two ports whose first
// SETTINGS are exchanged. The requests ask for "/index", a page of the gateway's own that is short.

#include <string>

#include <gtest/gtest.h>

#include "tests/e2e/h2_peer.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {

inline constexpr support::Wire kH2Wires[] = {support::Wire::kH2, support::Wire::kTlsH2};

inline std::string over(const testing::TestParamInfo<support::Wire>& wire) {
  return is_tls(wire.param) ? "Tls" : "Cleartext";
}

class H2Case : public testing::TestWithParam<support::Wire> {
 protected:
  void SetUp() override { ASSERT_TRUE(peer_.handshake()); }

  static std::uint16_t port() { return support::shared_stack("demo").port(GetParam()); }

  H2Peer peer_{port(), GetParam()};
};

}  // namespace trunkline::e2e

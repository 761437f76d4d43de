#pragma once

// Who is at the other end of a client's connection, as far as the connection itself proves it. Made
// once a connection, by Forwarding::caller().

#include <string>

namespace trunkline::policy {

struct Caller {
  std::string address;         ///< of the socket, without a port: "192.0.2.7", "2001:db8::7"
  std::string identity;        ///< of a verified certificate; empty without one
  bool trusted_proxy = false;  ///< what it says of its own clients is believed
};

}  // namespace trunkline::policy

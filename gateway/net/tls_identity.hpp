#pragma once

// Private to net: who a verified peer is, as one string.
//
//   a URI of the subject's alternative names, as SPIFFE has it   spiffe://example.org/caller
//   else a DNS name of theirs                                    caller.example.org
//   else the subject's common name                               CN=Caller
//
// The three cannot be mistaken for each other: only a URI has a scheme, only a common name has
// "CN=" before it. What could not travel in a header (anything but visible ASCII, and in a common
// name spaces) is no identity.

#include <string>

#include <openssl/ssl.h>

namespace trunkline::net {

/// Empty if the peer showed no certificate, or one without a name that we take.
std::string identity_of(const SSL& ssl);

}  // namespace trunkline::net

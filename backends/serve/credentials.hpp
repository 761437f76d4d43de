#pragma once

// Cleartext or TLS, as the settings have it: TLS 1.2 at least, with a certificate demanded of every
// caller if there are authorities to check it with.

#include <memory>

#include "backends/serve/settings.hpp"

namespace grpc {
class ServerCredentials;
}  // namespace grpc

namespace trunkline::serve {

/// Throws std::runtime_error with a sentence that names the file that can't be read.
std::shared_ptr<::grpc::ServerCredentials> credentials(const Tls& tls);

}  // namespace trunkline::serve

#include "gateway/certificates.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

grpc::Result<Certificates> Certificates::read(const config::Config& config) {
  if (!config.tls.client_ca.empty() &&
      config.tls.client_certificates == net::ClientCertificates::kNone) {
    return grpc::Error{
        grpc::Code::kInvalidArgument,
        "tls.client_ca is set, but tls.client_certificates is \"none\": nobody would "
        "be asked; \"optional\" or \"required\" is wanted."};
  }
  Certificates certificates(config);
  if (auto read = certificates.renew(); !read) return read.error();
  return certificates;
}

grpc::Result<void> Certificates::renew() {
  // All or none: half of a renewal would be hard to understand.
  std::optional<net::TlsContext> served;
  std::vector<std::optional<net::TlsContext>> upstreams(upstream_settings_.size());
  if (!served_settings_.certificate.empty()) {
    auto made = net::TlsContext::server(served_settings_, served_ ? &*served_ : nullptr);
    if (!made) return made.error();
    served = std::move(*made);
  }
  for (std::size_t i = 0; i < upstreams.size(); ++i) {
    const config::Upstream& upstream = upstream_settings_[i];
    if (!upstream.lines.tls.enabled) continue;
    auto made = net::TlsContext::client(upstream.lines.tls);
    if (!made) {
      grpc::Error error = made.error();
      error.message = "Upstream " + upstream.name + ". " + error.message;
      return error;
    }
    upstreams[i] = std::move(*made);
  }
  served_ = std::move(served);
  upstreams_ = std::move(upstreams);
  return {};
}

bool Certificates::none() const noexcept {
  return !served_ && std::none_of(upstreams_.begin(), upstreams_.end(),
                                  [](const auto& context) { return context.has_value(); });
}

}  // namespace trunkline

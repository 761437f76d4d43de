#pragma once

// Which of a client's header fields go upstream as metadata, and what the gateway says itself:
//
//   x-forwarded-for      the client's address; behind a trusted proxy, what it said and its own
//   x-forwarded-proto    "http" or "https"
//   x-forwarded-host     the authority that was asked for
//   x-trunkline-identity who the client's certificate proves it to be, if it has one
//
// A client's fields of these names, and all that claim to know who a client is, never pass.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/headers.hpp"
#include "gateway/http/request_head.hpp"
#include "gateway/policy/address_block.hpp"
#include "gateway/policy/caller.hpp"
#include "gateway/policy/field_roles.hpp"
#include "gateway/policy/refused.hpp"

namespace trunkline::policy {

struct ForwardingSettings {
  /// What goes upstream from REST clients. A name of another role (hop by hop, a claim, "grpc-…",
  /// "…-bin", content-type) has no effect.
  std::vector<std::string> rest_headers{"accept-language", "authorization", "idempotency-key",
                                        "if-match",        "if-none-match", "user-agent"};
  /// What a read does not carry that several clients share, and is not told apart by: it says who
  /// asks, but not what. All else that would go upstream keeps apart those who differ in it.
  std::vector<std::string> unshared{"idempotency-key", "if-match", "if-none-match", "user-agent",
                                    "x-forwarded-for"};
  /// Names that are claims in this installation: never passed on.
  std::vector<std::string> claims;
  /// Addresses and blocks, "10.0.0.0/8"; what is neither has no effect.
  std::vector<std::string> trusted_proxies;
  /// Sum of name + value + 32, as PROTOCOL-HTTP2 counts.
  std::size_t metadata_bytes = 8 * 1024;
};

/// Whether a name may be one of ForwardingSettings::unshared: that of a field, and none that the
/// gateway says of a client, but for its address.
bool may_be_unshared(std::string_view name);

class Forwarding {
 public:
  explicit Forwarding(const ForwardingSettings& settings);

  /// `address` as text; `identity` may be empty.
  Caller caller(std::string_view address, std::string_view identity) const;

  /// Of the fields of a REST request those that are allowed. A name with '_' is refused: it would
  /// be another name to a backend that takes it for '-'.
  Result<http::Headers> for_rest(const http::RequestHead& head, const Caller& caller) const;

  /// The same of a read that several clients may share, those for whom this is equal; into
  /// `metadata`, in the place of what is there.
  Result<void> for_shared_read(const http::RequestHead& head, const Caller& caller,
                               http::Headers& metadata) const;

  /// The names of the fields that a shared read carries, with commas between, but for
  /// "authorization", which keeps an answer private by itself (RFC 9111 section 3.5).
  const std::string& shared_fields() const noexcept { return shared_fields_; }

  /// Of a gRPC call (gRPC-Web as well) all metadata that is the client's to send, and its
  /// content-type. Illegal metadata is refused; several binary values in one field are parted.
  Result<http::Headers> for_grpc(const http::RequestHead& head, const Caller& caller) const;

 private:
  FieldRoles roles_;
  FieldRoles shared_roles_;
  std::string shared_fields_;
  bool shares_address_;  // whether a shared read is told apart by its client's address
  std::vector<AddressBlock> trusted_;
  std::size_t metadata_bytes_;
};

}  // namespace trunkline::policy

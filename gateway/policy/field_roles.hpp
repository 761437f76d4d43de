#pragma once

// Private to policy: what a request's field is to the next hop, told by its name. Of two roles the
// one that keeps a field back wins, so that no configuration lets one through that must not pass.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/http/headers.hpp"

namespace trunkline::policy {

enum class FieldRole : std::uint8_t {
  kHop,       ///< ends at this hop (RFC 9110 section 7.6.1), or is said anew on the next
  kClaim,     ///< says who the client is or what it asked for: ours to say, not a client's
  kReserved,  ///< "grpc-…" that PROTOCOL-HTTP2 does not let a client send
  kCall,      ///< of a gRPC call itself; means something else in a REST request, or nothing
  kAllowed,   ///< goes upstream from REST clients too
  kOther,
};

class FieldRoles {
 public:
  /// `allowed`: what REST clients may send upstream. `claims`: claims beside those known here.
  FieldRoles(const std::vector<std::string>& allowed, const std::vector<std::string>& claims);

  /// Of a name in lower case.
  FieldRole of(std::string_view name) const noexcept;

  /// Whether it has a '_', and a backend that takes '_' for '-' would read it as a claim:
  /// "x_forwarded_for".
  bool reads_as_claim(std::string_view name) const;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  boost::unordered_flat_map<std::string, FieldRole, Hash, std::equal_to<>> roles_;
};

/// Of ASCII: names of fields.
std::string lower_case(std::string_view text);

/// The names that Connection nominates (RFC 9110 section 7.6.1), in lower case.
std::vector<std::string> nominated_in(const http::Headers& headers);

}  // namespace trunkline::policy

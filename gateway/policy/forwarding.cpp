#include "gateway/policy/forwarding.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/policy/metadata_rules.hpp"

namespace trunkline::policy {
namespace {

using observe::Refusal;

constexpr std::size_t kFieldOverhead = 32;

Refused bad_value(std::string_view name, std::string_view allowed) {
  return malformed(Refusal::kMetadata, "The header " + std::string(name) + " has a value that is " +
                                           "not allowed; allowed is " + std::string(allowed) + ".");
}

/// The metadata of one call as it grows; the first fault ends it.
class Metadata {
 public:
  Metadata(const http::RequestHead& head, std::size_t limit, http::Headers& headers)
      : nominated_(nominated_in(head.headers)), headers_(headers), room_(limit) {
    headers_.clear();
    // With what is said beside the client's fields.
    headers_.reserve(head.headers.size() + 8, 768);
  }

  bool nominated(std::string_view name) const {
    return !nominated_.empty() &&
           std::find(nominated_.begin(), nominated_.end(), name) != nominated_.end();
  }

  void add_text(std::string_view name, std::string_view value) {
    if (!is_metadata_text(value)) return fail(bad_value(name, "printable ASCII"));
    add(name, value);
  }

  void add_bytes(std::string_view name, std::string_view value) {
    if (!is_metadata_bytes(value)) return fail(bad_value(name, "base64 as RFC 4648 has it"));
    // grpc++ 1.51 reads one value a field only, and drops the connection over a comma.
    for (;;) {
      const auto comma = value.find(',');
      add(name, value.substr(0, comma));
      if (comma == std::string_view::npos) return;
      value.remove_prefix(comma + 1);
    }
  }

  void fail(Refused refused) {
    if (!refused_) refused_ = std::move(refused);
  }
  bool failed() const noexcept { return refused_.has_value(); }
  bool overflowed() const noexcept { return overflowed_; }

  Result<void> done() && {
    if (refused_) return *std::move(refused_);
    return {};
  }

 private:
  void add(std::string_view name, std::string_view value) {
    const std::size_t weight = name.size() + value.size() + kFieldOverhead;
    overflowed_ = overflowed_ || weight > room_;
    if (overflowed_) return;
    room_ -= weight;
    headers_.add(name, value);
  }

  std::vector<std::string> nominated_;
  http::Headers& headers_;
  std::size_t room_;
  bool overflowed_ = false;
  std::optional<Refused> refused_;
};

/// All values of a list-valued field, in order; empty without one.
std::string list_of(const http::Headers& headers, std::string_view wanted) {
  std::string list;
  for (const auto [name, value] : headers) {
    if (name != wanted || value.empty()) continue;
    if (!list.empty()) list += ", ";
    list += value;
  }
  return list;
}

/// The one value of a field that a trusted proxy wrote; nothing if it wrote none or several.
std::optional<std::string_view> only(const http::Headers& headers, std::string_view name) {
  if (headers.count(name) != 1) return std::nullopt;
  const std::string_view value = *headers.find(name);
  if (value.empty() || value.find(',') != std::string_view::npos) return std::nullopt;
  return value;
}

enum class Address : bool { kLeftOut, kTold };

void add_our_own(Metadata& metadata, const http::RequestHead& head, const Caller& caller,
                 Address address = Address::kTold) {
  std::string_view scheme = head.scheme;
  std::string_view host = head.authority;
  std::string chain;
  std::string_view addresses = caller.address;
  if (caller.trusted_proxy) {
    const auto said = only(head.headers, "x-forwarded-proto");
    if (said == "http" || said == "https") scheme = *said;
    host = only(head.headers, "x-forwarded-host").value_or(host);
    chain = list_of(head.headers, "x-forwarded-for");
    if (!chain.empty()) {
      chain.append(", ").append(caller.address);
      addresses = chain;
    }
  }
  const bool told = address == Address::kTold && !addresses.empty();
  if (told) metadata.add_text("x-forwarded-for", addresses);
  if (!scheme.empty()) metadata.add_text("x-forwarded-proto", scheme);
  if (!host.empty()) metadata.add_text("x-forwarded-host", host);
  if (!caller.identity.empty()) metadata.add_text("x-trunkline-identity", caller.identity);
}

Refused too_large(std::size_t limit, grpc::Code code) {
  return {
      Refusal::kMetadata,
      {code, "The metadata is over " + std::to_string(limit) + " bytes.", grpc::Source::kClient}};
}

/// Names in any case.
bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [lowered = lower_case(name)](const auto& each) {
    return lower_case(each) == lowered;
  });
}

std::vector<std::string> without(std::vector<std::string> names,
                                 const std::vector<std::string>& unwanted) {
  std::erase_if(names, [&](const std::string& name) { return contains(unwanted, name); });
  return names;
}

Result<void> rest_metadata(const http::RequestHead& head, const Caller& caller,
                           const FieldRoles& roles, Address address, std::size_t limit,
                           http::Headers& headers) {
  Metadata metadata(head, limit, headers);
  for (const auto [name, value] : head.headers) {
    if (name.find('_') != std::string_view::npos) {
      return malformed(Refusal::kFieldName,
                       "A header's name has an underscore (_), which is not "
                       "allowed: some take it for a hyphen.");
    }
    if (roles.of(name) != FieldRole::kAllowed || metadata.nominated(name)) continue;
    metadata.add_text(name, value);
  }
  add_our_own(metadata, head, caller, address);
  // RESOURCE_EXHAUSTED would be 429, which asks a client to try again.
  if (metadata.overflowed()) return too_large(limit, grpc::Code::kInvalidArgument);
  return std::move(metadata).done();
}

}  // namespace

bool may_be_unshared(std::string_view name) {
  const std::string field = lower_case(name);
  return is_metadata_key(field) && field != "x-forwarded-proto" && field != "x-forwarded-host" &&
         field != "x-trunkline-identity";
}

Forwarding::Forwarding(const ForwardingSettings& settings)
    : roles_(settings.rest_headers, settings.claims),
      shared_roles_(without(settings.rest_headers, settings.unshared), settings.claims),
      shares_address_(!contains(settings.unshared, "x-forwarded-for")),
      metadata_bytes_(settings.metadata_bytes) {
  for (const std::string& name : settings.rest_headers) {
    const std::string field = lower_case(name);
    if (field == "authorization" || shared_roles_.of(field) != FieldRole::kAllowed) continue;
    if (!shared_fields_.empty()) shared_fields_ += ", ";
    shared_fields_ += field;
  }
  for (const std::string& text : settings.trusted_proxies) {
    if (const auto block = AddressBlock::parse(text)) trusted_.push_back(*block);
  }
}

Caller Forwarding::caller(std::string_view address, std::string_view identity) const {
  Caller caller;
  caller.address = address;
  // What can't travel is no identity; half of one would be worse than none.
  if (is_metadata_text(identity)) caller.identity = identity;
  if (const auto bytes = parse_address(address)) {
    caller.trusted_proxy = std::any_of(trusted_.begin(), trusted_.end(),
                                       [&](const auto& block) { return block.contains(*bytes); });
  }
  return caller;
}

Result<http::Headers> Forwarding::for_rest(const http::RequestHead& head,
                                           const Caller& caller) const {
  http::Headers headers;
  const auto made = rest_metadata(head, caller, roles_, Address::kTold, metadata_bytes_, headers);
  if (!made) return made.error();
  return headers;
}

Result<void> Forwarding::for_shared_read(const http::RequestHead& head, const Caller& caller,
                                         http::Headers& metadata) const {
  return rest_metadata(head, caller, shared_roles_,
                       shares_address_ ? Address::kTold : Address::kLeftOut, metadata_bytes_,
                       metadata);
}

Result<http::Headers> Forwarding::for_grpc(const http::RequestHead& head,
                                           const Caller& caller) const {
  http::Headers headers;
  Metadata metadata(head, metadata_bytes_, headers);
  for (const auto [name, value] : head.headers) {
    const FieldRole role = roles_.of(name);
    if (role == FieldRole::kHop || role == FieldRole::kReserved || role == FieldRole::kClaim ||
        roles_.reads_as_claim(name) || metadata.nominated(name)) {
      continue;
    }
    if (!is_metadata_key(name)) {
      return malformed(Refusal::kMetadata,
                       "A metadata key has a character that is not allowed; allowed are a to z, 0 "
                       "to 9, _, - and dot.");
    }
    if (is_binary_key(name)) {
      metadata.add_bytes(name, value);
    } else {
      metadata.add_text(name, value);
    }
    if (metadata.failed()) break;
  }
  add_our_own(metadata, head, caller);
  if (metadata.overflowed()) return too_large(metadata_bytes_, grpc::Code::kResourceExhausted);
  const auto made = std::move(metadata).done();
  if (!made) return made.error();
  return headers;
}

}  // namespace trunkline::policy

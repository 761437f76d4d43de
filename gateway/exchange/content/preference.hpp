#pragma once

// Private to exchange: which form of an answer a client wants, and whether any: what its head says
// about that (RFC 9110 sections 12.5.3 and 13.1). Little, so that many can wait for one answer.

#include <memory>
#include <string>

#include "gateway/coding/coding.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::exchange {

struct Preference {
  coding::Coding coding = coding::Coding::kIdentity;
  /// By GET or HEAD. Otherwise the answer is of what was sent, and not of what is at the path.
  bool gets = false;
  /// Entity tags with commas between, or nothing.
  struct Conditions {
    std::string if_match;
    std::string if_none_match;
  };
  /// Most have none. Nor have any but those who get: of others the conditions are other ones.
  std::unique_ptr<const Conditions> conditions;
};

Preference preference_of(const http::RequestHead& head);

}  // namespace trunkline::exchange

#include "gateway/h1/field_section.hpp"

#include <algorithm>

#include "gateway/h1/head_rules.hpp"

namespace trunkline::h1 {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kFieldOverhead = 32;  // a field's weight beside its bytes, as HPACK has it

/// Fields that end at the next hop whether Connection nominates them or not
/// (RFC 9110 section 7.6.1).
bool is_hop_by_hop(std::string_view name) noexcept {
  return name == "te"sv || name == "upgrade"sv || name == "keep-alive"sv ||
         name.starts_with("proxy-"sv) || name == "trailer"sv;
}

}  // namespace

std::optional<Refusal> FieldSection::take(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    return Refusal{400, "A field must not be folded over lines."};
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return Refusal{400, "A field has no colon."};
  // Also "Host :": space before the colon is not of a token.
  if (!is_token(line.substr(0, colon))) return Refusal{400, "A field's name is not a token."};
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) {
    return Refusal{400, "A field's value holds a control character."};
  }
  bytes_ += colon + value.size() + kFieldOverhead;
  if (++fields_ > limits_.header_fields || bytes_ > limits_.header_bytes) {
    return Refusal{431, "The header fields are too many or too large."};
  }

  name_.resize(colon);
  std::transform(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), name_.begin(),
                 lower);
  if (Single* const only = single(name_)) {
    if (only->count++ == 0) only->value.assign(value);
  }
  if (name_ == "connection"sv) {
    connection_.append(value).push_back(',');
  } else if (name_ != "host"sv && name_ != "transfer-encoding"sv && name_ != "expect"sv &&
             !is_hop_by_hop(name_)) {
    headers_.add(name_, value);
  }
  return std::nullopt;
}

void FieldSection::clear() noexcept {
  headers_.clear();
  connection_.clear();
  for (Single* const each : {&host_, &content_length_, &transfer_encoding_, &expect_}) {
    each->value.clear();
    each->count = 0;
  }
  bytes_ = 0;
  fields_ = 0;
}

void FieldSection::strip_nominated() {
  std::string_view list = connection_;
  while (!list.empty() && !headers_.empty()) {
    const std::string_view option = next_element(list);
    // Content-Length describes what the owner gets, whatever a client says of it.
    if (option.empty() || same_word(option, "content-length"sv)) continue;
    name_.assign(option);
    std::transform(name_.begin(), name_.end(), name_.begin(), lower);
    headers_.remove(name_);
  }
}

bool FieldSection::connection_has(std::string_view option) const noexcept {
  std::string_view list = connection_;
  while (!list.empty()) {
    if (same_word(next_element(list), option)) return true;
  }
  return false;
}

FieldSection::Single* FieldSection::single(std::string_view name) noexcept {
  if (name == "host"sv) return &host_;
  if (name == "content-length"sv) return &content_length_;
  if (name == "transfer-encoding"sv) return &transfer_encoding_;
  if (name == "expect"sv) return &expect_;
  return nullptr;
}

}  // namespace trunkline::h1

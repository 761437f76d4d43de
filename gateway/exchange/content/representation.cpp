#include "gateway/exchange/content/representation.hpp"

#include <utility>

#include <xxhash.h>

#include "gateway/exchange/content/media_type.hpp"

namespace trunkline::exchange {
namespace {

using coding::Coding;

// 128 bits: that two states meet is not to be expected. Who makes up both states can have them
// meet, and gains nothing but to see his own change later.
std::string tag_of(std::string_view json) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(json.data(), json.size()));
  constexpr char kDigits[] = "0123456789abcdef";
  std::string tag;
  tag.reserve(2 * sizeof(canonical.digest));
  for (const unsigned char byte : canonical.digest) {
    tag.push_back(kDigits[byte >> 4]);
    tag.push_back(kDigits[byte & 15]);
  }
  return tag;
}

}  // namespace

Representation::Representation(std::string json, const Compression& compression,
                               std::string_view vary)
    : compression_(compression), vary_(vary), json_(std::move(json)), tag_(tag_of(json_.view())) {}

bool Representation::worth_coding() const noexcept {
  return compression_.enabled && json_.size() >= compression_.least_bytes &&
         json_.size() <= compression_.most_bytes;
}

Coding Representation::coding(Coding wanted) const noexcept {
  return worth_coding() ? wanted : Coding::kIdentity;
}

std::string Representation::etag(Coding coding) const {
  std::string etag;
  etag.reserve(tag_.size() + 16);
  etag.append(1, '"').append(tag_);
  if (coding != Coding::kIdentity) etag.append(1, '-').append(coding::name_of(coding));
  return etag.append(1, '"');
}

const Representation::Form& Representation::form(Coding coding) {
  std::optional<Form>& form = forms_[static_cast<std::size_t>(coding)];
  if (form) return *form;
  const bool coded = coding != Coding::kIdentity;
  auto bytes = coded ? coding::encode(coding, json_.view()) : std::nullopt;
  if (coded && !bytes) return this->form(Coding::kIdentity);
  form.emplace();
  form->head = {200, {{"content-type", kJsonType}, {"etag", etag(coding)}}};
  add_vary(form->head.headers);
  if (coded) form->head.headers.add("content-encoding", coding::name_of(coding));
  form->body = coded ? http::SharedBody(std::move(*bytes)) : json_;
  return *form;
}

http::ResponseHead Representation::not_modified(Coding coding) const {
  http::ResponseHead head{304, {{"etag", etag(coding)}}};
  add_vary(head.headers);
  return head;
}

void Representation::add_vary(http::Headers& headers) const {
  // Also on what is too small to be coded: it may have been larger, or will be.
  std::string names = compression_.enabled ? "accept-encoding" : "";
  if (!names.empty() && !vary_.empty()) names += ", ";
  names += vary_;
  if (!names.empty()) headers.add("vary", names);
}

}  // namespace trunkline::exchange

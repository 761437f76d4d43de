// What a client says about the answer that it wants: codings with weights, and entity tags.

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "gateway/coding/accept_encoding.hpp"
#include "gateway/coding/weight.hpp"
#include "gateway/exchange/content/entity_tag.hpp"
#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

using coding::Coding;
using exchange::has_entity_tag;
using exchange::TagComparison;

constexpr std::string_view kTag = "\"0123abcd-gzip\"";

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

void weigh(std::string_view text) {
  const auto weight = coding::parse_weight(text);
  if (!weight) return;
  must(*weight >= 0 && *weight <= coding::kFullWeight, "a weight is from 0 to 1");
  char digits[8];
  std::snprintf(digits, sizeof(digits), "%d.%03d", *weight / 1000, *weight % 1000);
  must(coding::parse_weight(digits) == weight, "a weight reads back");
}

void choose(std::string_view field) {
  const Coding chosen = coding::choose(field);
  const std::string said = lower(field);
  must(chosen == Coding::kIdentity || said.find(coding::name_of(chosen)) != std::string::npos ||
           said.find('*') != std::string::npos,
       "nothing is sent that was not asked for");
  for (const Coding wanted : coding::kCodings) {
    const std::string more = std::string(field) + ", " + std::string(coding::name_of(wanted));
    must(coding::choose(more) <= wanted,
         "what is said last with full weight is outdone by its "
         "betters alone");
    must(coding::choose(std::string(coding::name_of(wanted)) + ",") == wanted, "one is that one");
  }
  must(coding::choose("," + std::string(field) + " ,") == chosen, "empty parts say nothing");
}

void match(std::string_view tags) {
  const bool strong = has_entity_tag(tags, kTag, TagComparison::kStrong);
  const bool weak = has_entity_tag(tags, kTag, TagComparison::kWeak);
  must(weak || !strong, "what is the same is equivalent");
  must(!weak || tags.find(kTag) != tags.npos || tags.find('*') != tags.npos,
       "no tag is found that is not there");
  const std::string more = std::string(tags) + ", " + std::string(kTag);
  must(has_entity_tag(more, kTag, TagComparison::kStrong), "a tag that is there is found");
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline::fuzz;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  weigh(text);
  choose(text);
  match(text);
  return 0;
}

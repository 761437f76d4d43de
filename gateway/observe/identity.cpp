#include "gateway/observe/identity.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "gateway/observe/hex.hpp"

namespace trunkline::observe {
namespace {

std::mt19937_64 seeded() {
  std::random_device system;
  std::array<std::uint32_t, 16> words;
  std::generate(words.begin(), words.end(), [&] { return system(); });
  std::seed_seq seed(words.begin(), words.end());
  return std::mt19937_64(seed);
}

// All zero would be no id, hence the one bit that is always set.
template <std::size_t kBytes>
void fill(std::array<std::uint8_t, kBytes>& id, std::mt19937_64& random) {
  for (std::size_t at = 0; at < kBytes; at += 8) {
    const std::uint64_t number = random() | (at == 0 ? 1 : 0);
    std::memcpy(id.data() + at, &number, 8);
  }
}

bool is_request_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= RequestId::static_capacity &&
         std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

IdSource::IdSource() : random_(seeded()) {}

Identity IdSource::identify(std::string_view given_id, std::string_view traceparent) {
  Identity identity;
  if (is_request_id(given_id)) {
    identity.request_id.assign(given_id.data(), given_id.size());
  } else {
    std::array<std::uint8_t, 16> bytes;
    fill(bytes, random_);
    std::array<char, 32> text;
    write_hex(bytes, text.data());
    identity.request_id.assign(text.data(), text.size());
  }
  if (const auto given = TraceContext::parse(traceparent)) {
    identity.trace = *given;
    identity.continues = true;
  } else {
    fill(identity.trace.trace_id, random_);
    fill(identity.trace.span_id, random_);
  }
  return identity;
}

TraceContext IdSource::child_of(const TraceContext& context) {
  TraceContext child = context;
  fill(child.span_id, random_);
  return child;
}

}  // namespace trunkline::observe

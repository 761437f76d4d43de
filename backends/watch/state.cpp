#include "backends/watch/state.hpp"

#include <algorithm>

#include <boost/uuid/detail/sha1.hpp>

namespace trunkline::watch {

namespace {

using Sha1 = boost::uuids::detail::sha1;
using Digest = std::array<std::uint32_t, 5>;

Digest digest_of(Sha1& hash) {
  Sha1::digest_type words;
  hash.get_digest(words);
  Digest digest;
  std::copy(std::begin(words), std::end(words), digest.begin());
  return digest;
}

// The length tells where the name ends.
Digest digest_of(const std::string& name, const std::string& bytes) {
  Sha1 hash;
  const auto length = static_cast<std::uint32_t>(name.size());
  for (int shift = 0; shift < 32; shift += 8) {
    hash.process_byte(static_cast<unsigned char>(length >> shift));
  }
  hash.process_bytes(name.data(), name.size());
  hash.process_bytes(bytes.data(), bytes.size());
  return digest_of(hash);
}

void process(Sha1& hash, const Digest& digest) {
  for (const auto word : digest) {
    for (int shift = 0; shift < 32; shift += 8) {
      hash.process_byte(static_cast<unsigned char>(word >> shift));
    }
  }
}

// 128 bits, as text that fits into a header.
std::string text(const Digest& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t word = 0; word < 4; ++word) {
    for (int shift = 28; shift >= 0; shift -= 4) out.push_back(kDigits[digest[word] >> shift & 15]);
  }
  return out;
}

}  // namespace

State::Pointer State::next(const Pointer& before, Found found) {
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  auto state = std::make_shared<State>();
  state->items_.reserve(found.size());
  static const std::vector<ItemPointer> kNone;
  const auto& olds = before ? before->items_ : kNone;
  auto old = olds.begin();
  const auto end = olds.end();
  bool changed = !before;
  for (auto each = found.begin(); each != found.end(); ++each) {
    if (const auto after = each + 1; after != found.end() && after->first == each->first) continue;
    auto& [name, bytes] = *each;
    for (; old != end && (*old)->name < name; ++old) changed = true;
    const bool known = old != end && (*old)->name == name;
    if (known && (*old)->bytes == bytes) {
      state->items_.push_back(*old);
    } else {
      const auto digest = digest_of(name, bytes);
      state->items_.push_back(
          std::make_shared<const Item>(Item{std::move(name), std::move(bytes), digest}));
      changed = true;
    }
    if (known) ++old;
  }
  if (!changed && old == end) return before;
  Sha1 hash;
  for (const auto& item : state->items_) process(hash, item->digest);
  state->version_ = text(digest_of(hash));
  return state;
}

}  // namespace trunkline::watch

#include "gateway/exchange/watch/watch_state.hpp"

#include <set>
#include <utility>
#include <vector>

#include "gateway/exchange/watch/wire_field.hpp"
#include "gateway/grpc/wire_fields.hpp"

namespace trunkline::exchange {
namespace {

// Names of what was removed, beyond as many as there are items: a snapshot says it shorter.
constexpr std::size_t kFewRemoved = 64;

grpc::Error wrong(const char* what) {
  return {grpc::Code::kInternal, std::string("The upstream's watch ") + what,
          grpc::Source::kUpstream};
}

void append_true(std::string& message, std::uint32_t field) {
  std::uint32_t tag = field << 3;  // a varint
  for (; tag >= 0x80; tag >>= 7) message.push_back(static_cast<char>((tag & 0x7f) | 0x80));
  message.push_back(static_cast<char>(tag));
  message.push_back(1);
}

bool may_be_version(std::string_view text) {
  return text.find_first_of(std::string_view("\n\r\0", 3)) == std::string_view::npos;
}

}  // namespace

/// Views of one message.
struct WatchState::News {
  std::optional<std::string_view> version;
  bool snapshot = false;
  std::vector<std::pair<std::string_view, std::string_view>> items;  // by name
  std::vector<std::string_view> removed;
};

bool WatchState::read(std::string_view message, News& news) const {
  return for_each_field(message, [&](const WireField& field) {
    const bool has_bytes = field.kind == WireField::Kind::kBytes;
    if (field.number == fields_.snapshot) {
      news.snapshot = field.value != 0;
      return field.kind == WireField::Kind::kNumber;
    }
    if (field.number == fields_.version) {
      news.version = field.bytes;
      return has_bytes && may_be_version(field.bytes);
    }
    if (field.number == fields_.removed) {
      news.removed.push_back(field.bytes);
      return has_bytes;
    }
    if (field.number != fields_.items) return true;
    std::string_view name;
    const bool whole = has_bytes && for_each_field(field.bytes, [&](const WireField& inner) {
                         if (inner.number != fields_.name) return true;
                         name = inner.bytes;
                         return inner.kind == WireField::Kind::kBytes;
                       });
    news.items.emplace_back(name, field.bytes);
    return whole;
  });
}

grpc::Result<bool> WatchState::apply(std::string_view message) {
  News news;
  if (!read(message, news)) return wrong("is not as its descriptor has it.");
  if (!known_ && !news.snapshot) return wrong("did not begin with a snapshot.");
  const Revision next = revision_ + 1;
  bool changed = !known_ || (news.version && *news.version != version_);
  if (news.snapshot) changed |= keep_only(news, next);
  for (const std::string_view name : news.removed) {
    const auto item = items_.find(name);
    if (item == items_.end()) continue;
    remove(item, next);
    changed = true;
  }
  for (const auto& [name, bytes] : news.items) changed |= put(name, bytes, next);
  if (news.version) version_ = *news.version;
  known_ = true;
  if (changed) revision_ = next;
  forget_old();
  if (bytes_ > most_bytes_) {
    return grpc::Error{
        grpc::Code::kResourceExhausted,
        "The collection is over the limit of " + std::to_string(most_bytes_) + " bytes.",
        grpc::Source::kUpstream};
  }
  return changed;
}

bool WatchState::keep_only(const News& news, Revision next) {
  std::set<std::string_view> kept;
  for (const auto& [name, bytes] : news.items) kept.insert(name);
  bool changed = false;
  for (auto item = items_.begin(); item != items_.end();) {
    if (kept.contains(item->first)) {
      ++item;
      continue;
    }
    item = remove(item, next);
    changed = true;
  }
  return changed;
}

std::map<std::string, WatchState::Item, std::less<>>::iterator WatchState::remove(
    std::map<std::string, Item, std::less<>>::iterator item, Revision next) {
  bytes_ -= item->first.size() + item->second.bytes.size();
  removed_[item->first] = next;
  return items_.erase(item);
}

bool WatchState::put(std::string_view name, std::string_view bytes, Revision next) {
  auto item = items_.find(name);
  if (item == items_.end()) {
    item = items_.emplace(std::string(name), Item{}).first;
    bytes_ += name.size();
    if (const auto gone = removed_.find(name); gone != removed_.end()) removed_.erase(gone);
  } else if (item->second.bytes == bytes) {
    return false;
  }
  bytes_ = bytes_ - item->second.bytes.size() + bytes.size();
  item->second.bytes.assign(bytes);
  item->second.changed = next;
  return true;
}

void WatchState::forget_old() {
  if (removed_.size() <= kFewRemoved + items_.size()) return;
  removed_.clear();
  oldest_ = revision_;
}

std::string WatchState::snapshot() const {
  std::string message;
  append_text(message, fields_.version, version_);
  append_true(message, fields_.snapshot);
  for (const auto& [name, item] : items_) append_text(message, fields_.items, item.bytes);
  return message;
}

std::optional<std::string> WatchState::difference(Revision base) const {
  if (base < oldest_) return std::nullopt;
  std::string message;
  append_text(message, fields_.version, version_);
  const std::size_t least = message.size();
  for (const auto& [name, item] : items_) {
    if (item.changed > base) append_text(message, fields_.items, item.bytes);
  }
  for (const auto& [name, since] : removed_) {
    if (since > base) append_text(message, fields_.removed, name);
  }
  if (message.size() - least > bytes_ + items_.size() + kFewRemoved) return std::nullopt;
  return message;
}

std::optional<WatchQuestion> take_resume(std::string_view request, std::uint32_t resume_field) {
  WatchQuestion question;
  const bool whole = for_each_field(request, [&](const WireField& field) {
    if (field.number == resume_field) {
      question.resume.assign(field.bytes);
    } else {
      question.request.append(field.whole);
    }
    return true;
  });
  if (!whole) return std::nullopt;
  return question;
}

void append_text(std::string& message, std::uint32_t field, std::string_view text) {
  grpc::append_bytes_field(message, static_cast<int>(field), text);
}

}  // namespace trunkline::exchange

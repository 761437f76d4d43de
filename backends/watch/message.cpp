#include "backends/watch/message.hpp"

#include <cstdint>
#include <string_view>

namespace trunkline::watch {

namespace {

constexpr std::uint8_t kBytes = 2;  // protobuf's wire types
constexpr std::uint8_t kVarint = 0;

class Message {
 public:
  explicit Message(const std::string& version) { put(1, version); }

  void snapshot() {
    out_.push_back(static_cast<char>(2 << 3 | kVarint));
    out_.push_back(1);
  }
  void item(const Item& item) { put(3, item.bytes); }
  void removed(const Item& item) { put(4, item.name); }
  void reserve(std::size_t size) { out_.reserve(size); }

  ::grpc::Slice take() { return ::grpc::Slice(out_); }

 private:
  void put(int field, std::string_view bytes) {
    out_.push_back(static_cast<char>(field << 3 | kBytes));
    auto size = bytes.size();
    for (; size >= 0x80; size >>= 7) out_.push_back(static_cast<char>(size | 0x80));
    out_.push_back(static_cast<char>(size));
    out_.append(bytes);
  }

  std::string out_;
};

}  // namespace

::grpc::Slice snapshot(const State& state) {
  Message message(state.version());
  message.snapshot();
  std::size_t size = 64;
  for (const auto& item : state.items()) size += item->bytes.size() + 6;
  message.reserve(size);
  for (const auto& item : state.items()) message.item(*item);
  return message.take();
}

::grpc::Slice change(const State& from, const State& to) {
  Message message(to.version());
  auto old = from.items().begin();
  const auto end = from.items().end();
  std::vector<const Item*> removed;
  for (const auto& item : to.items()) {
    for (; old != end && (*old)->name < item->name; ++old) removed.push_back(old->get());
    const bool known = old != end && (*old)->name == item->name;
    // One that changed and changed back is another object.
    if (!known || (*old != item && (*old)->bytes != item->bytes)) message.item(*item);
    if (known) ++old;
  }
  for (; old != end; ++old) removed.push_back(old->get());
  for (const auto* item : removed) message.removed(*item);
  return message.take();
}

::grpc::Slice heartbeat(const std::string& version) {
  return Message(version).take();
}

}  // namespace trunkline::watch

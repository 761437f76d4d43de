#pragma once

// Bytes that several answers send without copying them: written once, then immutable, freed with
// the last holder. A body belongs to one worker thread, so its counter is not atomic.

#include <string>
#include <string_view>
#include <utility>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

namespace trunkline::http {

class SharedBody {
 public:
  SharedBody() = default;
  explicit SharedBody(std::string bytes) : block_(new Block(std::move(bytes))) {}

  std::string_view view() const noexcept {
    return block_ ? std::string_view(block_->bytes) : std::string_view{};
  }
  std::size_t size() const noexcept { return view().size(); }
  bool empty() const noexcept { return size() == 0; }

 private:
  struct Block : boost::intrusive_ref_counter<Block, boost::thread_unsafe_counter> {
    explicit Block(std::string b) : bytes(std::move(b)) {}
    const std::string bytes;
  };

  boost::intrusive_ptr<Block> block_;
};

}  // namespace trunkline::http

#include "gateway/h2/session_memory.hpp"

#include <cstddef>
#include <cstdlib>
#include <memory>

#include "gateway/h2/nghttp2_engine.hpp"

namespace trunkline::h2 {
namespace {

// A whole frame of the size that every peer takes (RFC 9113 section 4.2), and what libnghttp2
// keeps around it.
constexpr std::size_t kFrameBytes = 16 * 1024;
constexpr std::size_t kBlockBytes = kFrameBytes + 256;

void* block_of_this_thread() {
  thread_local const auto block =
      std::make_unique<std::max_align_t[]>(kBlockBytes / sizeof(std::max_align_t));
  return block.get();
}

void* allocate(std::size_t size, void*) noexcept {
  return std::malloc(size);
}

void release(void* block, void* memory) noexcept {
  if (block != nullptr && block == static_cast<SessionMemory*>(memory)->shared) return;
  std::free(block);
}

void* allocate_zeroed(std::size_t count, std::size_t size, void*) noexcept {
  return std::calloc(count, size);
}

void* resize(void* block, std::size_t size, void* memory) noexcept {
  void*& shared = static_cast<SessionMemory*>(memory)->shared;
  const bool for_frames = block == nullptr && size >= kFrameBytes && size <= kBlockBytes;
  if (for_frames && shared == nullptr) {
    shared = block_of_this_thread();
    return shared;
  }
  return std::realloc(block, size);
}

}  // namespace

nghttp2_mem memory_functions(SessionMemory& memory) {
  return {&memory, allocate, release, allocate_zeroed, resize};
}

}  // namespace trunkline::h2

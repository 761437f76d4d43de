#pragma once

// Private to h2: memory for one libnghttp2 session. A session holds 16 KiB for the frame that it
// is just sending, which is empty again before anybody else on the thread sends one: what
// mem_send() returns is copied out at once. So all sessions of a thread share that block, which
// saves each idle connection those pages and keeps the block in the processor's cache.
//
// Should a head not fit into it, libnghttp2 asks for a second block, which is its own.

namespace trunkline::h2 {

/// Outlives its session, which must not change threads. See memory_functions().
struct SessionMemory {
  void* shared = nullptr;  ///< the thread's block, while this session has it
};

}  // namespace trunkline::h2

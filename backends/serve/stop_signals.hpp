#pragma once

// SIGTERM and SIGINT ask the program to stop; a SIGINT after that ends it at once. Nothing runs in
// a signal handler: the signals are blocked, and threads wait for them.

namespace trunkline::serve {

class StopSignals {
 public:
  /// Blocks the signals in this thread and in all it starts later: make it before any thread.
  StopSignals();

  /// Returns at the first of them. From then on SIGINT ends the process with 130, as a shell would
  /// report it; SIGTERM has been heard already.
  void wait();
};

}  // namespace trunkline::serve

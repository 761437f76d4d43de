#pragma once

// As long as it lives, this process opens no descriptor from `limit` on.

#include <stdexcept>

#include <sys/resource.h>
#include <unistd.h>

namespace trunkline::support {

class DescriptorShortage {
 public:
  /// UBSan looks at objects through a pipe, and without a descriptor for it takes each for broken.
#ifdef __SANITIZE_ADDRESS__
  static constexpr bool kPossible = false;  // the two come together
#else
  static constexpr bool kPossible = true;
#endif

  /// By default none but those that every process has.
  explicit DescriptorShortage(int limit = STDERR_FILENO + 1) {
    if (::getrlimit(RLIMIT_NOFILE, &before_) != 0) {
      throw std::runtime_error("the limit on descriptors can't be known");
    }
    const rlimit lowered{static_cast<rlim_t>(limit), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~DescriptorShortage() {
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  DescriptorShortage(const DescriptorShortage&) = delete;

  /// What would be opened now.
  static int next_descriptor() {
    const int next = ::dup(STDERR_FILENO);
    ::close(next);
    return next;
  }

 private:
  rlimit before_{};
};

}  // namespace trunkline::support

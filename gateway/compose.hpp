#pragma once

// Builds the gateway out of its rooms and runs it: the only place that knows them all.

#include <memory>

#include "gateway/config/config.hpp"
#include "gateway/grpc/error.hpp"

namespace trunkline {

class Gateway {
 public:
  /// Binds the ports and reads certificate and descriptors; the error is a sentence.
  static grpc::Result<std::unique_ptr<Gateway>> build(const config::Config& config);
  ~Gateway();

  /// Serves until SIGTERM or SIGINT, then until what was accepted is answered. A second SIGINT
  /// ends the process at once.
  void run();

 private:
  struct Parts;

  explicit Gateway(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace trunkline

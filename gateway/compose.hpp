#pragma once

// Builds the gateway out of its rooms and runs it: the only place that knows them all.

#include <memory>
#include <string>

#include "gateway/config/config.hpp"
#include "gateway/grpc/error.hpp"

namespace trunkline {

class Gateway {
 public:
  /// Binds the ports and reads certificate and descriptors; the error is a sentence.
  static grpc::Result<std::unique_ptr<Gateway>> build(const config::Config& config,
                                                      const std::string& version);
  ~Gateway();

  /// What is wrong with our own pages, as a sentence; empty if nothing is.
  static std::string refused_pages(const config::Config& config);

  /// Serves until SIGTERM or SIGINT, then until what was accepted is answered. A second SIGINT
  /// ends the process at once.
  void run();

 private:
  struct Parts;

  explicit Gateway(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace trunkline

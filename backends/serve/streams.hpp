#pragma once

// The server-streaming methods, and their calls that are open. Any thread.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "backends/serve/service.hpp"

namespace trunkline::serve {

class Streams {
 public:
  using ByPath = std::map<std::string, StreamHandler, std::less<>>;
  using Reactor = ::grpc::ServerWriteReactor<::grpc::ByteBuffer>;

  explicit Streams(const std::vector<Service>& services);
  ~Streams();

  const ByPath& by_path() const { return by_path_; }

  /// A call came: has it handled. What is given back keeps itself alive.
  Reactor* open(::grpc::CallbackServerContext& context, const ::grpc::ByteBuffer& request,
                const StreamHandler& handler);

  /// Ends those that are open, and those that will be, as UNAVAILABLE.
  void drain();
  /// How many gRPC has not let go of.
  std::size_t count() const;

 private:
  class Call;

  ByPath by_path_;
  mutable std::mutex mutex_;
  std::unordered_set<Call*> open_;
  bool draining_ = false;
};

}  // namespace trunkline::serve

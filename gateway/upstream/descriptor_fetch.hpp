#pragma once

// Asks a backend for the descriptors of its services (grpc.reflection.v1alpha): first which
// services there are, then for each the file that defines it with all it imports.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange/upstream.hpp"
#include "gateway/grpc/framing.hpp"

namespace trunkline::upstream {

class DescriptorFetch final : private exchange::CallObserver {
 public:
  /// A serialized google.protobuf.FileDescriptorSet, or why there is none.
  using Done = std::function<void(grpc::Result<std::string>)>;

  explicit DescriptorFetch(exchange::Upstream& upstream) : upstream_(upstream) {}
  ~DescriptorFetch();

  /// Calls `done` once, perhaps from inside start(). May be started again after that.
  void start(std::chrono::milliseconds timeout, Done done);

 private:
  void on_head(http::ResponseHead&& head) override;
  void on_data(std::string_view bytes) override;
  void on_done(const http::Headers& trailers) override;
  void on_failed(const grpc::Error& error) override;

  bool take_answer(std::string_view message);
  void take_services(std::string_view list);
  void take_files(std::string_view files);
  void end(grpc::Result<std::string> result);

  exchange::Upstream& upstream_;
  exchange::CallId call_ = 0;
  bool running_ = false;
  Done done_;
  grpc::Deframer deframer_{0};
  std::size_t awaited_ = 0;      // services whose files have not come yet
  std::set<std::string> files_;  // serialized FileDescriptorProtos
  std::string refusal_;          // the backend's own error
};

}  // namespace trunkline::upstream

#pragma once

// Asks a backend for the descriptors of its services (grpc.reflection.v1alpha, or v1 where that is
// gone): first which services there are, then for each the file that defines it with all it
// imports.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange/upstream.hpp"
#include "gateway/grpc/framing.hpp"

namespace trunkline::upstream {

/// What a backend tells of itself.
struct Described {
  std::string set;                      ///< a serialized google.protobuf.FileDescriptorSet
  std::vector<std::string> services;    ///< that it has, sorted; without gRPC's own
  std::vector<std::string> complaints;  ///< about those that it does not describe

  bool operator==(const Described&) const = default;
};

class DescriptorFetch final : private exchange::CallObserver {
 public:
  using Done = std::function<void(grpc::Result<Described>)>;

  explicit DescriptorFetch(exchange::Upstream& upstream) : upstream_(upstream) {}
  ~DescriptorFetch();

  /// Calls `done` once, perhaps from inside start(). May be started again after that.
  void start(std::chrono::milliseconds timeout, Done done);

  /// It waits for a line, and asks whoever comes.
  bool waiting() { return running_ && upstream_.endpoint(call_).empty(); }

 private:
  void on_head(http::ResponseHead&& head) override;
  void on_data(std::string_view bytes) override;
  void on_done(const http::Headers& trailers) override;
  void on_failed(const grpc::Error& error) override;

  void ask();
  bool take_answer(std::string_view message);
  void take_refusal(std::string_view error);
  void take_services(std::string_view list);
  void take_files(std::string_view files);
  void service_answered();
  void refused(const grpc::Error& error);
  void give_up(std::string why);
  void end(grpc::Result<Described> result);

  exchange::Upstream& upstream_;
  exchange::CallId call_ = 0;
  bool running_ = false;
  Done done_;
  grpc::Deframer deframer_{0};
  exchange::Clock::time_point deadline_;
  bool alpha_ = true;                  // v1alpha is asked
  bool listed_ = false;                // the names of the services have come
  std::vector<std::string> services_;  // in the order in which they are asked for
  std::size_t answered_ = 0;           // of them
  std::size_t bytes_ = 0;              // of all answers
  std::set<std::string> files_;        // serialized FileDescriptorProtos
  std::string refusal_;                // the backend's own error
  std::vector<std::string> complaints_;
};

}  // namespace trunkline::upstream

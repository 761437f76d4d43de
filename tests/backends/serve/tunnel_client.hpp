#pragma once

// The caller's side of a tunnel, by generated code over a real connection. It reads when it is
// asked for something, and gives up after a minute.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "trunkline/tunnel/v1/tunnel.grpc.pb.h"
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>

namespace trunkline::serve::test {

namespace wire = tunnel::v1;

class TunnelClient {
 public:
  struct Ended {
    std::string data;
    wire::End end;
    int pieces = 0;
    std::uint64_t message_bytes = 0;
  };

  explicit TunnelClient(const std::string& address, std::uint64_t credit = 1 << 30)
      : stub_(wire::TunnelService::NewStub(
            ::grpc::CreateChannel(address, ::grpc::InsecureChannelCredentials()))) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    stream_ = stub_->Open(&context_);
    if (credit > 0) give_credit(credit);
  }
  ~TunnelClient() {
    if (!over_) {
      context_.TryCancel();
      finish();
    }
  }

  void send(const wire::CallerFrames& frames) { stream_->Write(frames); }
  std::uint64_t call(const std::string& method, const std::string& request,
                     std::chrono::microseconds timeout = {}) {
    wire::CallerFrames frames;
    const auto id = add_call(frames, method, request, timeout);
    send(frames);
    return id;
  }
  /// "Echo" stands for "/test.Desk/Echo".
  std::uint64_t add_call(wire::CallerFrames& frames, const std::string& method,
                         const std::string& request, std::chrono::microseconds timeout = {}) {
    auto& call = *frames.add_calls();
    call.set_id(++last_id_);
    call.set_method(method.front() == '/' ? method : "/test.Desk/" + method);
    call.set_request(request);
    call.set_timeout_us(static_cast<std::uint64_t>(timeout.count()));
    return last_id_;
  }
  void cancel(std::uint64_t id) {
    wire::CallerFrames frames;
    frames.add_cancels(id);
    send(frames);
  }
  void give_credit(std::uint64_t more) {
    wire::CallerFrames frames;
    frames.set_credit(more);
    send(frames);
  }
  void half_close() { stream_->WritesDone(); }
  void break_off() { context_.TryCancel(); }

  /// False if the tunnel has ended.
  bool read() {
    wire::ServerFrames frames;
    if (!stream_->Read(&frames)) return false;
    ++messages;
    largest_message = std::max(largest_message, frames.ByteSizeLong());
    if (frames.has_limits()) limits = frames.limits();
    if (frames.has_drain()) drains.push_back(frames.drain().last_id());
    for (auto& answer : *frames.mutable_answers()) {
      auto& to = answers_[answer.id()];
      order.push_back(answer.id());
      bytes += answer.data().size();
      largest_piece = std::max(largest_piece, answer.data().size());
      to.data += answer.data();
      ++to.pieces;
      if (answer.message_bytes() > 0) to.message_bytes = answer.message_bytes();
      if (answer.has_end()) {
        to.end = std::move(*answer.mutable_end());
        ended_.push_back(answer.id());
      }
    }
    return true;
  }

  /// Reads until this call is over. Throws if the tunnel ends before.
  Ended answer(std::uint64_t id) {
    while (std::find(ended_.begin(), ended_.end(), id) == ended_.end()) {
      if (!read()) throw std::runtime_error("the tunnel ended without this answer");
    }
    return answers_.at(id);
  }
  /// In the order in which they came.
  const std::vector<std::uint64_t>& ended() const { return ended_; }

  /// Reads to the tunnel's end.
  ::grpc::Status finish() {
    while (read()) {
    }
    over_ = true;
    return stream_->Finish();
  }

  wire::Limits limits;
  std::vector<std::uint64_t> drains;
  std::vector<std::uint64_t> order;  ///< of pieces
  std::size_t bytes = 0;             ///< of data
  std::size_t largest_piece = 0;
  std::size_t largest_message = 0;
  int messages = 0;

 private:
  ::grpc::ClientContext context_;
  std::unique_ptr<wire::TunnelService::Stub> stub_;
  std::unique_ptr<::grpc::ClientReaderWriter<wire::CallerFrames, wire::ServerFrames>> stream_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Ended> answers_;
  std::vector<std::uint64_t> ended_;
  bool over_ = false;
};

}  // namespace trunkline::serve::test

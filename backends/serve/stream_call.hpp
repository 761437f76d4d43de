#pragma once

// One call of a server-streaming method as its handler sees it.
//
// The handler reads the request, says who streams the answers, and returns. From then on any thread
// may write, one message after the other: the next when written() has told that the last one is
// with the caller's connection, so that a slow caller makes nothing pile up. The end, finish() by
// us, or the caller's leaving, or the server's stopping, is told once, by ended(); what is written
// or finished after it is dropped. Views of the request and its metadata are valid until the
// handler returns.

#include <memory>
#include <optional>
#include <string_view>

#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

namespace trunkline::serve {

/// Streams the answers of a call. Any thread; does not block.
class Streamer {
 public:
  virtual ~Streamer() = default;
  /// The message was taken; the next may follow. Not told of a message that the end overtook.
  virtual void written() noexcept = 0;
  /// The stream is over. The last that it hears.
  virtual void ended() noexcept = 0;
};

class StreamCall {
 public:
  virtual std::string_view request() const = 0;
  /// Nothing if the caller sent no such metadata; the first of several.
  virtual std::optional<std::string_view> metadata(std::string_view name) const = 0;

  /// Before the handler returns, and once. The call holds the streamer until the end.
  virtual void served_by(std::shared_ptr<Streamer> streamer) = 0;

  virtual void write(::grpc::Slice message) = 0;
  /// After the message that is being written, if any.
  virtual void finish(::grpc::Status status) = 0;

 protected:
  StreamCall() = default;
  StreamCall(const StreamCall&) = delete;
  StreamCall& operator=(const StreamCall&) = delete;
  ~StreamCall() = default;
};

}  // namespace trunkline::serve

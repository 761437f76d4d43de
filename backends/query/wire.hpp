#pragma once

// Between messages and the bytes gRPC carries.

#include <string_view>

#include <google/protobuf/arena.h>
#include <google/protobuf/message_lite.h>
#include <grpcpp/support/slice.h>

namespace trunkline::query {

/// False if `bytes` are no such message.
bool read(std::string_view bytes, google::protobuf::MessageLite& message);

::grpc::Slice write(const google::protobuf::MessageLite& message);

/// What `use(message)` gives for a message on an arena that the thread keeps, so that its memory is
/// allocated once. The message is gone afterwards.
template <class Message, class Use>
auto on_arena(Use use) {
  thread_local google::protobuf::Arena arena([] {
    google::protobuf::ArenaOptions options;
    options.start_block_size = 16 * 1024;
    return options;
  }());
  auto result = use(*google::protobuf::Arena::CreateMessage<Message>(&arena));
  arena.Reset();
  return result;
}

}  // namespace trunkline::query

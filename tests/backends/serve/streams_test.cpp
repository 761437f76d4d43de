// Server-streaming calls over a real connection, with streams that the test holds in its hand.

#include "backends/serve/streams.hpp"

#include <condition_variable>
#include <future>
#include <optional>

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "backends/serve/server.hpp"
#include "backends/serve/single_slice.hpp"
#include "backends/serve/stream_call.hpp"

namespace trunkline::serve {
namespace {

using namespace std::chrono_literals;
using ::grpc::ByteBuffer;
using ::grpc::StatusCode;

// The server's side of one call.
class Held final : public Streamer {
 public:
  explicit Held(std::shared_ptr<StreamCall> of) : call(std::move(of)), request(call->request()) {}

  void written() noexcept override { count(writes_); }
  void ended() noexcept override { count(ends_); }

  bool was_written(int times, std::chrono::milliseconds patience = 10s) {
    return reached(writes_, times, patience);
  }
  bool has_ended(std::chrono::milliseconds patience = 10s) { return reached(ends_, 1, patience); }

  const std::shared_ptr<StreamCall> call;
  const std::string request;

 private:
  void count(int& what) {
    std::lock_guard lock(mutex_);
    ++what;
    changed_.notify_all();
  }
  bool reached(int& what, int times, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return what >= times; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int writes_ = 0;
  int ends_ = 0;
};

// The client's side of one call.
class Reader final : public ::grpc::ClientBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  Reader(::grpc::GenericStub& stub, const std::string& request) {
    stub.PrepareBidiStreamingCall(&context, "/test.Desk/Stream", {}, this);
    const ::grpc::Slice slice(request);
    request_ = ByteBuffer(&slice, 1);
    StartWriteLast(&request_, {});
    AddHold();
    StartCall();
  }
  ~Reader() override {
    context.TryCancel();
    end();
  }

  // The next message; nothing at the stream's end.
  std::optional<std::string> read() {
    got_ = {};
    StartRead(&message_);
    if (!got_.get_future().get()) return std::nullopt;
    return std::string(text(single_slice(message_)));
  }

  ::grpc::Status end() {
    if (!ended_) {
      RemoveHold();
      status_ = done_.get_future().get();
      ended_ = true;
    }
    return status_;
  }

  void OnReadDone(bool ok) override { got_.set_value(ok); }
  void OnDone(const ::grpc::Status& status) override { done_.set_value(status); }

  ::grpc::ClientContext context;

 private:
  ByteBuffer request_;
  ByteBuffer message_;
  std::promise<bool> got_;
  std::promise<::grpc::Status> done_;
  ::grpc::Status status_;
  bool ended_ = false;
};

class Stream : public testing::Test {
 protected:
  Stream()
      : server({.listen = "127.0.0.1:0", .drain = 30s},
               {{"test.Desk",
                 {},
                 {{"Stream",
                   [this](const std::shared_ptr<StreamCall>& call) {
                     auto streamer = std::make_shared<Held>(call);
                     call->served_by(streamer);
                     std::lock_guard lock(mutex);
                     last = std::move(streamer);
                     came.notify_all();
                   }}}}}),
        stub(::grpc::CreateChannel(server.address(), ::grpc::InsecureChannelCredentials())) {}
  ~Stream() override {
    if (!drained) server.drain();
  }

  std::shared_ptr<Held> next() {
    std::unique_lock lock(mutex);
    came.wait_for(lock, 10s, [this] { return last != nullptr; });
    return std::exchange(last, nullptr);
  }

  std::chrono::milliseconds drain() {
    const auto began = std::chrono::steady_clock::now();
    server.drain();
    drained = true;
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 began);
  }

  std::mutex mutex;
  std::condition_variable came;
  std::shared_ptr<Held> last;
  Server server;
  ::grpc::GenericStub stub;
  bool drained = false;
};

TEST_F(Stream, CarriesOneMessageAfterTheOtherAndThenItsEnd) {
  Reader reader(stub, "please");
  const auto held = next();
  EXPECT_EQ(held->request, "please");
  held->call->write(::grpc::Slice("one"));
  EXPECT_EQ(reader.read(), "one");
  ASSERT_TRUE(held->was_written(1));
  held->call->write(::grpc::Slice("two"));
  held->call->finish({StatusCode::OUT_OF_RANGE, "that was all"});
  EXPECT_EQ(reader.read(), "two");
  EXPECT_EQ(reader.read(), std::nullopt);
  EXPECT_EQ(reader.end().error_message(), "that was all");
  EXPECT_TRUE(held->has_ended());
}

TEST_F(Stream, TellsThatTheCallerLeft) {
  Reader reader(stub, "");
  const auto held = next();
  held->call->write(::grpc::Slice("one"));
  EXPECT_EQ(reader.read(), "one");
  reader.context.TryCancel();
  EXPECT_TRUE(held->has_ended());
  held->call->write(::grpc::Slice("two"));  // to nobody
  held->call->finish(::grpc::Status::OK);
}

TEST_F(Stream, DoesNotTakeMoreThanItsCallerReads) {
  Reader reader(stub, "");
  const auto held = next();
  const std::string large(1 << 20, 'x');
  int taken = 0;
  do {
    held->call->write(::grpc::Slice(large));
  } while (held->was_written(++taken, 300ms) && taken < 100);
  EXPECT_LT(taken, 20) << "megabytes that nobody has read";
  for (int read = 1; read < taken; ++read) EXPECT_EQ(reader.read(), large);
  EXPECT_TRUE(held->was_written(taken)) << "reading makes room for the next";
}

TEST_F(Stream, EndsAtOnceWhenTheServerDrains) {
  Reader reader(stub, "");
  const auto held = next();
  EXPECT_LT(drain(), 5s);
  EXPECT_EQ(reader.read(), std::nullopt);
  EXPECT_EQ(reader.end().error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(held->has_ended());
}

TEST_F(Stream, DoesNotHoldUpTheDrainThoughItsCallerDoesNotRead) {
  Reader reader(stub, "");
  const auto held = next();
  const std::string large(1 << 20, 'x');
  int taken = 0;
  do {
    held->call->write(::grpc::Slice(large));
  } while (held->was_written(++taken, 300ms) && taken < 100);
  EXPECT_LT(drain(), 5s);
  EXPECT_TRUE(held->has_ended());
}

}  // namespace
}  // namespace trunkline::serve

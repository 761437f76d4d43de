// One long conversation over HTTP/2, with large answers, uploads and calls that stay open; and the
// same again with the first operation of the wire failing, then the second, and so on.

#include <gtest/gtest.h>

#include "gateway/h2/client_session.hpp"
#include "gateway/h2/server_session.hpp"
#include "tests/gateway/net/memory_stream.hpp"
#include "tests/gateway/net/reception_fixture.hpp"

namespace trunkline::net {
namespace {

constexpr std::size_t kUpload = 300'000;
constexpr std::size_t kDownload = 400'000;
constexpr std::size_t kPiece = 50'000;
constexpr int kBigAnswers = 3;
constexpr int kMostRounds = 1'000;

struct Shape {
  const char* name;
  std::size_t piece;    // bytes of one read
  std::size_t room;     // bytes that the wire takes before we let it take more
  bool drains;          // the connection is asked to end, and the client takes its time to agree
  bool throws = false;  // a write that fails throws
};

class Conversation {
 public:
  Conversation(const Shape& shape, int operations) : shape_(shape) {
    wire->operations_left = operations;
    wire->piece = shape.piece;
    wire->room = shape.room;
    wire->throws = shape.throws;
    auto made = std::make_shared<Connection<MemoryStream, h2::ServerSession>>(
        worker, MemoryStream(wire), front.reception, front.visit(), front.reception.h2, "http",
        worker.date(), front.recorder.meters());
    made->launch();
    connection = made;
    ask();
  }

  bool broke() const { return wire->operations_left < 0; }

  /// Goes on until something breaks or all is said that will be.
  void run() {
    for (int i = 0; i < kMostRounds && !broke() && !whole(); ++i) round();
    if (shape_.drains && !broke()) end_softly();
    if (!broke()) wire->end();
    poll();
  }

  /// All answers are there but those that nobody gives.
  bool whole() const {
    return bytes_ >= kBigAnswers * Pages::kBig + kDownload && trailers_ == 1 &&
           taken_ == 2 * kUpload;
  }

  Front front;
  Worker worker;
  std::shared_ptr<MemoryWire> wire = std::make_shared<MemoryWire>(worker);
  std::weak_ptr<Connection<MemoryStream, h2::ServerSession>> connection;

 private:
  void ask() {
    for (int i = 0; i < kBigAnswers; ++i) {
      client_.submit({"GET", "http", "a", "/big", {}}, {}, true);
      client_.submit({"GET", "http", "a", "/readyz", {}}, {}, true);
    }
    const http::RequestHead call{
        "POST", "http", "a", "/t.Things/Chat", {{"content-type", "application/grpc"}}};
    for (int i = 0; i < 2; ++i) {
      const auto stream = client_.submit(call, {}, false);
      client_.send(stream, http::SharedBody(std::string(kUpload, 'u')), true);
    }
  }

  void poll() {
    worker.io().restart();
    worker.io().poll();
  }

  void round() {
    std::string out;
    client_.gather(out, 1 << 20);
    if (!out.empty()) wire->send(out);
    poll();
    answer();
    wire->open(shape_.room - wire->room);
    poll();
    hear();
  }

  void hear() {
    const std::string bytes = std::exchange(wire->from_driver, {});
    client_.feed(bytes);
    for (const h2::ClientEvent& event : client_.events()) {
      if (const auto* data = std::get_if<http::DataEvent>(&event)) {
        bytes_ += data->bytes.size();
        client_.consume(data->stream, data->bytes.size());
      }
      if (std::holds_alternative<http::TrailersEvent>(event)) ++trailers_;
    }
    client_.events().clear();
  }

  /// The backend's part: takes what was sent, and answers one of the calls that stream.
  void answer() {
    for (auto& [id, call] : front.calls.open) {
      const std::size_t taken = std::exchange(call.bytes, 0);
      taken_ += taken;
      if (taken > 0) call.observer->on_backend_took(taken);
      if (call.streams && talking_ == 0) {
        talking_ = id;
        call.observer->on_head({200, {{"content-type", "application/grpc"}}});
      }
    }
    const auto found = front.calls.open.find(talking_);
    if (found != front.calls.open.end()) talk(found->second);
    worker.end_turn();
  }

  void talk(OpenCalls::Call& call) {
    if (call.unread > 0) return;
    if (given_ < kDownload) {
      given_ += kPiece;
      call.unread = kPiece;
      return call.observer->on_data(std::string(kPiece, 'd'));
    }
    if (!call.ended) return;
    exchange::CallObserver& observer = *call.observer;
    front.calls.open.erase(talking_);
    observer.on_done({{"grpc-status", "0"}});
  }

  void end_softly() {
    connection.lock()->drain();
    for (int i = 0; i < 3 && !broke(); ++i) round();
    // The calls that nobody answers would keep it open.
    while (!front.calls.open.empty() && !broke()) {
      exchange::CallObserver& observer = *front.calls.open.begin()->second.observer;
      front.calls.open.erase(front.calls.open.begin());
      observer.on_failed({grpc::Code::kUnavailable, "away", grpc::Source::kUpstream});
      worker.end_turn();
      poll();
    }
    for (int i = 0; i < 5 && !broke(); ++i) round();
    EXPECT_TRUE(broke() || wire->output_ended);
  }

  const Shape shape_;
  h2::ClientSession client_{h2::ClientLimits{}};
  exchange::CallId talking_ = 0;
  std::size_t given_ = 0;  // of the answer that comes in pieces
  std::size_t taken_ = 0;  // of the uploads
  std::size_t bytes_ = 0;  // of all answers, at the client
  int trailers_ = 0;
};

class BrokenWire : public testing::TestWithParam<Shape> {};

TEST_P(BrokenWire, EndsTheConnectionAndItsCallsAtOnceWhicheverOperationFails) {
  for (int nth = 0;; ++nth) {
    Conversation talk(GetParam(), nth);
    talk.run();
    SCOPED_TRACE("operation " + std::to_string(nth));
    EXPECT_TRUE(talk.wire->closed);
    EXPECT_TRUE(talk.connection.expired());
    EXPECT_TRUE(talk.front.calls.open.empty());
    const observe::ClientMeters& meters =
        talk.front.recorder.meters().clients(observe::Wire::kHttp1);
    EXPECT_EQ(meters.open.value(), 0u);
    EXPECT_EQ(meters.requests_under_way.value(), 0u);
    if (HasFailure()) return;
    if (talk.broke()) continue;
    EXPECT_TRUE(talk.whole());
    EXPECT_GT(nth, 50) << "so many were tried";
    return;
  }
}

INSTANTIATE_TEST_SUITE_P(Net, BrokenWire,
                         testing::Values(Shape{"Narrow", 10'000, 70'000, false},
                                         Shape{"Wide", std::string::npos, 10'000'000, false},
                                         Shape{"Draining", 50'000, 200'000, true},
                                         Shape{"NarrowWithoutMemory", 10'000, 70'000, false, true},
                                         Shape{"WideWithoutMemory", std::string::npos, 10'000'000,
                                               false, true}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace trunkline::net

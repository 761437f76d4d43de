#include "gateway/net/connection.hpp"

#include <thread>

#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "gateway/h1/server_session.hpp"
#include "gateway/h2/client_session.hpp"
#include "gateway/h2/server_session.hpp"
#include "tests/gateway/net/certificate.hpp"
#include "tests/gateway/net/memory_stream.hpp"
#include "tests/gateway/net/reception_fixture.hpp"
#include "tests/gateway/net/tls_client.hpp"

namespace trunkline::net {
namespace {

const std::string kIndex = R"({"hello":"world"})";
const http::RequestHead kGetBig{"GET", "http", "a.example", "/big", {}};

/// A connection in memory, moved on by hand.
template <class Session>
class InMemory : public testing::Test {
 protected:
  template <class Limits>
  void begin(const Limits& limits) {
    std::make_shared<Connection<MemoryStream, Session>>(worker, MemoryStream(wire), front.reception,
                                                        front.visit(), limits, "http",
                                                        worker.date(), front.recorder.meters())
        ->launch();
    step();
  }

  void step() {
    worker.io().restart();
    worker.io().poll();
  }

  void send(std::string_view bytes) {
    wire->send(bytes);
    step();
  }

  Front front;
  Worker worker;
  std::shared_ptr<MemoryWire> wire = std::make_shared<MemoryWire>(worker);
};

class OverH1 : public InMemory<h1::ServerSession> {
 protected:
  void SetUp() override { begin(front.reception.h1); }
};

class OverH2 : public InMemory<h2::ServerSession> {
 protected:
  void SetUp() override { begin(front.reception.h2); }

  /// Carries bytes between the client's session and the wire.
  void exchange_bytes() {
    std::string out;
    client.gather(out, 1 << 20);
    send(out);
    answer = std::exchange(wire->from_driver, {});
    client.feed(answer);
  }

  h2::ClientSession client{h2::ClientLimits{}};
  std::string answer;  // the client's events point into it
};

TEST_F(OverH1, AnswersARequest) {
  send("GET /index HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_TRUE(wire->from_driver.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(wire->from_driver.ends_with("\r\n\r\n" + kIndex));
  EXPECT_FALSE(wire->closed);
}

TEST_F(OverH1, AnswersPipelinedRequestsInOrder) {
  send("GET /index HTTP/1.1\r\nhost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n");
  const auto first = wire->from_driver.find(kIndex);
  const auto second = wire->from_driver.find("HTTP/1.1 404 Not Found");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
}

TEST_F(OverH1, AnswersADeepPipelineOfLargeAnswers) {
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += "GET /big HTTP/1.1\r\nhost: a\r\n\r\n";
  send(requests);
  EXPECT_GT(wire->from_driver.size(), 20 * Pages::kBig);
}

TEST_F(OverH1, TakesRequestsByteByByte) {
  wire->piece = 1;
  send("GET /index HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_TRUE(wire->from_driver.ends_with(kIndex));
}

TEST_F(OverH1, RefusesNonsenseAndClosesAfterSayingSo) {
  send("NONSENSE\r\n\r\n");
  EXPECT_TRUE(wire->from_driver.starts_with("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_TRUE(wire->output_ended);
  EXPECT_FALSE(wire->closed) << "the peer may still be sending: closing would reset";
  wire->end();
  step();
  EXPECT_TRUE(wire->closed);
}

TEST_F(OverH1, KeepsTheRestOfAnAnswerUntilTheWireTakesIt) {
  wire->room = 1000;
  send("GET /big HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_EQ(wire->from_driver.size(), 1000u);
  while (wire->from_driver.size() < Pages::kBig && wire->room == 0) {
    wire->open(100'000);
    step();
  }
  EXPECT_GT(wire->from_driver.size(), Pages::kBig);
}

TEST_F(OverH1, ReadsNothingMoreWhileTheWireIsFull) {
  wire->room = 0;
  send("GET /big HTTP/1.1\r\nhost: a\r\n\r\n");
  send("GET /index HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_FALSE(wire->to_driver.empty());
  wire->open(10 * Pages::kBig);
  step();
  EXPECT_TRUE(wire->to_driver.empty());
  EXPECT_TRUE(wire->from_driver.ends_with(kIndex));
}

TEST_F(OverH1, CancelsTheCallOfAClientThatLeaves) {
  send("GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_EQ(front.calls.open.size(), 1u);
  wire->end();
  step();
  EXPECT_TRUE(front.calls.open.empty());
  EXPECT_TRUE(wire->closed);
}

TEST_F(OverH2, AnswersARequest) {
  client.submit({"GET", "http", "a", "/index", {}}, {}, true);
  exchange_bytes();
  std::string body;
  for (const auto& event : client.events()) {
    if (const auto* data = std::get_if<http::DataEvent>(&event)) body += data->bytes;
  }
  EXPECT_EQ(body, kIndex);
  EXPECT_EQ(client.open_streams(), 0u);
}

TEST_F(OverH2, CancelsTheCallOfAStreamThatIsReset) {
  const auto stream = client.submit({"GET", "http", "a", "/readyz", {}}, {}, true);
  exchange_bytes();
  EXPECT_EQ(front.calls.open.size(), 1u);
  client.cancel(stream);
  exchange_bytes();
  EXPECT_TRUE(front.calls.open.empty());
  EXPECT_FALSE(wire->closed);
}

// Or a client that reads slowly could not even acknowledge our settings.
TEST_F(OverH2, HearsTheClientEachTimeTheWireHasTakenSomething) {
  wire->room = 1000;
  client.submit({"GET", "http", "a", "/big", {}}, {}, true);
  exchange_bytes();
  client.ping();
  exchange_bytes();
  EXPECT_FALSE(wire->to_driver.empty()) << "the wire is full";
  wire->open(Worker::kBufferBytes + 1000);  // what was gathered, and a bit of what is gathered next
  step();
  EXPECT_EQ(wire->room, 0u) << "the wire is full again";
  EXPECT_TRUE(wire->to_driver.empty());
}

TEST_F(OverH2, CancelsAllCallsWhenTheConnectionBreaks) {
  for (int i = 0; i < 5; ++i) client.submit({"GET", "http", "a", "/readyz", {}}, {}, true);
  exchange_bytes();
  EXPECT_EQ(front.calls.open.size(), 5u);
  wire->end();
  step();
  EXPECT_TRUE(front.calls.open.empty());
}

// Whatever operation of the wire fails, the connection ends and nothing is left behind.
TEST(Connection, EndsCleanlyWhicheverOperationFails) {
  bool broke = true;
  for (int nth = 0; broke; ++nth) {
    Front front;
    Worker worker;
    const auto wire = std::make_shared<MemoryWire>(worker);
    wire->operations_left = nth;
    wire->room = 50'000;
    std::weak_ptr<void> alive;
    {
      auto connection = std::make_shared<Connection<MemoryStream, h1::ServerSession>>(
          worker, MemoryStream(wire), front.reception, front.visit(), front.reception.h1, "http",
          worker.date(), front.recorder.meters());
      connection->launch();
      alive = connection;
    }
    for (int i = 0; i < 5; ++i) {
      wire->send("GET /big HTTP/1.1\r\nhost: a\r\n\r\nGET /readyz HTTP/1.1\r\nhost: a\r\n\r\n");
      worker.io().restart();
      worker.io().poll();
      for (int j = 0; j < 10; ++j) {
        wire->open(200'000);
        worker.io().restart();
        worker.io().poll();
      }
    }
    wire->end();
    worker.io().restart();
    worker.io().poll();
    broke = wire->operations_left < 0;
    EXPECT_TRUE(wire->closed) << nth;
    EXPECT_TRUE(alive.expired()) << nth;
    EXPECT_TRUE(front.calls.open.empty()) << nth;
  }
}

/// A listener on a free port, served by a thread of its own.
class Served {
 public:
  explicit Served(std::optional<TlsContext> tls) : front(exchange::CatalogPtr{}) {
    listener = Listener::open(worker, {"127.0.0.1", 0}, front.reception, std::move(tls)).value();
    thread = std::thread([this] {
      front.desk.catalog = front.with_calls(*Pages().catalog());
      listener->start();
      worker.run();
      front.desk.catalog.reset();
    });
  }
  ~Served() {
    asio::post(worker.io(), [this] { listener->stop(); });
    worker.drain(std::chrono::milliseconds(100));
    thread.join();
  }

  asio::ip::tcp::socket connect() {
    asio::ip::tcp::socket socket(client_io);
    socket.connect({asio::ip::make_address("127.0.0.1"), listener->port()});
    return socket;
  }

  Front front;
  Worker worker;
  std::unique_ptr<Listener> listener;
  asio::io_context client_io;
  std::thread thread;
};

std::string read_some(asio::ip::tcp::socket& socket, std::size_t most = 65536) {
  std::string bytes(most, '\0');
  boost::system::error_code error;
  bytes.resize(socket.read_some(asio::buffer(bytes), error));
  return bytes;
}

/// Sends through `encode`, decodes what comes, until `session` has no stream left.
template <class Encode, class Decode>
std::size_t fetch(asio::ip::tcp::socket& socket, h2::ClientSession& session, Encode encode,
                  Decode decode, std::size_t read_size) {
  std::size_t bytes = 0;
  while (session.open_streams() > 0) {
    std::string out;
    while (session.gather(out, out.size() + 65536)) {
    }
    if (!out.empty()) asio::write(socket, asio::buffer(encode(out)));
    const std::string in = read_some(socket, read_size);
    if (in.empty()) break;
    session.feed(decode(in));
    for (const auto& event : session.events()) {
      if (const auto* data = std::get_if<http::DataEvent>(&event)) {
        bytes += data->bytes.size();
        session.consume(data->stream, data->bytes.size());
      }
    }
    session.events().clear();
  }
  return bytes;
}

const auto kAsItIs = [](const std::string& bytes) { return bytes; };

TEST(Connection, OverTcpTellsH1ByItsFirstBytes) {
  Served served(std::nullopt);
  auto socket = served.connect();
  for (const char c : std::string("GET /index HTTP/1.0\r\n\r\n")) {
    asio::write(socket, asio::buffer(&c, 1));
  }
  std::string answer;
  for (std::string more; !(more = read_some(socket)).empty();) answer += more;
  EXPECT_TRUE(answer.ends_with(kIndex));
}

TEST(Connection, OverTcpTellsH2ByItsPreface) {
  Served served(std::nullopt);
  auto socket = served.connect();
  h2::ClientSession session{h2::ClientLimits{}};
  for (int i = 0; i < 3; ++i) session.submit(kGetBig, {}, true);
  EXPECT_EQ(fetch(socket, session, kAsItIs, kAsItIs, 65536), 3 * Pages::kBig);
}

TEST(Connection, OverTcpServesAClientThatReadsSlowly) {
  Served served(std::nullopt);
  auto socket = served.connect();
  h2::ClientSession session{h2::ClientLimits{}};
  session.submit(kGetBig, {}, true);
  EXPECT_EQ(fetch(socket, session, kAsItIs, kAsItIs, 777), Pages::kBig);
}

class OverTls : public testing::Test {
 protected:
  bool shake_hands(asio::ip::tcp::socket& socket, TlsClient& client) {
    for (;;) {
      const int result = client.handshake();
      asio::write(socket, asio::buffer(client.output()));
      if (result != 0) return result > 0;
      const std::string records = read_some(socket);
      if (records.empty()) return false;
      client.feed(records);
    }
  }

  const Certificate files;
  Served served{TlsContext::server(files.served()).value()};
};

TEST_F(OverTls, ServesH2ByAlpn) {
  auto socket = served.connect();
  TlsClient tls("\x02h2");
  ASSERT_TRUE(shake_hands(socket, tls));
  h2::ClientSession session{h2::ClientLimits{}};
  auto head = kGetBig;
  head.scheme = "https";
  for (int i = 0; i < 3; ++i) session.submit(head, {}, true);
  const auto encode = [&](const std::string& bytes) {
    tls.write(bytes);
    return tls.output();
  };
  std::string plain;
  const auto decode = [&](const std::string& bytes) -> const std::string& {
    tls.feed(bytes);
    return plain = tls.read();
  };
  EXPECT_EQ(fetch(socket, session, encode, decode, 10'000), 3 * Pages::kBig);
}

TEST_F(OverTls, ServesH1WithoutAlpn) {
  auto socket = served.connect();
  TlsClient tls("");
  ASSERT_TRUE(shake_hands(socket, tls));
  tls.write("GET /index HTTP/1.0\r\n\r\n");
  asio::write(socket, asio::buffer(tls.output()));
  std::string answer;
  for (std::string more; !(more = read_some(socket)).empty();) {
    tls.feed(more);
    answer += tls.read();
  }
  EXPECT_TRUE(answer.ends_with(kIndex));
}

TEST_F(OverTls, ClosesOnAClientThatDoesNotSpeakTls) {
  auto socket = served.connect();
  asio::write(socket, asio::buffer(std::string("GET /index HTTP/1.1\r\n\r\n")));
  std::string last;
  for (std::string more; !(more = read_some(socket)).empty();) last = more;
  EXPECT_EQ(last.find("200"), std::string::npos);
}

}  // namespace
}  // namespace trunkline::net

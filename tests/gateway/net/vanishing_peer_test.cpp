// Clients on real sockets, with TLS and without, that are gone after their nth byte, or after their
// nth read or write: they end their output, or reset the connection. The listener must give back
// all that they have cost.

#include <gtest/gtest.h>

#include "gateway/h2/client_session.hpp"
#include "tests/gateway/net/certificate.hpp"
#include "tests/gateway/net/reception_fixture.hpp"
#include "tests/gateway/net/tls_client.hpp"

namespace trunkline::net {
namespace {

using asio::ip::tcp;

constexpr std::size_t kUpload = 200'000;

struct Way {
  const char* name;
  int tls;      // the version, or 0: cleartext
  bool resets;  // or ends its output, and reads on
};

class Guest {
 public:
  Guest(std::uint16_t port, const Way& way) : way_(way) {
    if (way.tls != 0) tls_.emplace("\x02h2", way.tls);
    socket_.open(tcp::v4());
    socket_.set_option(tcp::socket::receive_buffer_size(64 * 1024));
    if (way.resets) socket_.set_option(tcp::socket::linger(true, 0));
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    socket_.non_blocking(true);
  }

  void ask(std::string method, std::string path) {
    session_.submit({std::move(method), scheme(), "a", std::move(path), {}}, {}, true);
  }
  void upload() {
    const auto stream = session_.submit(
        {"POST", scheme(), "a", "/t.Things/Put", {{"content-type", "application/grpc"}}}, {},
        false);
    session_.send(stream, http::SharedBody(std::string(kUpload, 'u')), true);
  }

  /// Writes and reads what it can now, until it is gone.
  void go_on() {
    if (tls_ && !agreed_) agreed_ = tls_->handshake() > 0;
    std::string plain;
    if (!tls_ || agreed_) session_.gather(plain, 1 << 20);
    if (!tls_) {
      output_ += plain;
    } else if (!plain.empty()) {
      tls_->write(plain);
    }
    if (tls_) output_ += tls_->output();
    if (!gone()) write();
    if (!gone()) read();
    if (gone()) leave();
  }

  bool gone() const { return operations_left <= 0 || bytes_left == 0; }
  /// Bytes of answers that have come.
  std::size_t heard() const { return heard_; }

  int operations_left = std::numeric_limits<int>::max();
  std::size_t bytes_left = std::numeric_limits<std::size_t>::max();

  /// Says no more, but reads what comes, unless it resets the connection.
  void leave() {
    boost::system::error_code ignored;
    if (way_.resets) {
      socket_.close(ignored);
    } else {
      if (!std::exchange(left_, true)) socket_.shutdown(tcp::socket::shutdown_send, ignored);
      socket_.read_some(asio::buffer(buffer_), ignored);
    }
  }

 private:
  std::string scheme() const { return tls_ ? "https" : "http"; }

  void write() {
    boost::system::error_code error;
    const auto piece = std::string_view(output_).substr(0, bytes_left);
    const std::size_t size = piece.empty() ? 0 : socket_.write_some(asio::buffer(piece), error);
    if (size > 0) --operations_left;
    bytes_left -= size;
    output_.erase(0, size);
  }

  void read() {
    boost::system::error_code error;
    const std::size_t size = socket_.read_some(asio::buffer(buffer_), error);
    if (size == 0) return;
    --operations_left;
    const std::string_view bytes(buffer_.data(), size);
    if (tls_) tls_->feed(bytes);
    if (tls_ && !agreed_) return;
    const std::string plain = tls_ ? tls_->read() : std::string(bytes);
    session_.feed(plain);
    for (const h2::ClientEvent& event : session_.events()) {
      if (const auto* data = std::get_if<http::DataEvent>(&event)) {
        heard_ += data->bytes.size();
        session_.consume(data->stream, data->bytes.size());
      }
    }
    session_.events().clear();
  }

  const Way way_;
  asio::io_context io_;
  tcp::socket socket_{io_};
  std::optional<TlsClient> tls_;
  h2::ClientSession session_{h2::ClientLimits{}};
  bool agreed_ = false;
  bool left_ = false;
  std::string output_;
  std::array<char, 32 * 1024> buffer_;
  std::size_t heard_ = 0;
};

class VanishingPeer : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    std::optional<TlsContext> tls;
    if (GetParam().tls != 0) tls = TlsContext::server(files.served()).value();
    listener = Listener::open(worker, {"127.0.0.1", 0}, front.reception, std::move(tls)).value();
    listener->start();
  }
  void TearDown() override {
    listener->stop();
    worker.io().poll();
  }

  /// Lets both sides go on until `done`, for at most five seconds.
  template <class Done>
  bool until(Guest& guest, Done done) {
    const auto deadline = Clock::now() + std::chrono::seconds(5);
    do {
      guest.go_on();
      if (worker.io().poll() == 0) worker.io().run_one_for(std::chrono::microseconds(50));
      take_uploads();
    } while (!done() && Clock::now() < deadline);
    return done();
  }

  void take_uploads() {
    for (auto& [id, call] : front.calls.open) {
      const std::size_t taken = std::exchange(call.bytes, 0);
      uploaded += taken;
      if (taken > 0) call.observer->on_backend_took(taken);
    }
    worker.end_turn();
  }

  /// Lets the guest leave, and expects that nothing is left of it.
  void expect_forgotten(Guest& guest) {
    guest.operations_left = 0;
    EXPECT_TRUE(until(guest, [&] { return front.caps.open() == 0; }));
    EXPECT_TRUE(front.calls.open.empty());
    std::uint64_t received = meters().refusals(observe::Refusal::kTlsHandshake);
    for (std::size_t i = 0; i < observe::kWires; ++i) {
      const auto& clients = meters().clients(static_cast<observe::Wire>(i));
      EXPECT_EQ(clients.open.value(), 0u);
      EXPECT_EQ(clients.requests_under_way.value(), 0u);
      received += clients.accepted.value();
    }
    // Who resets can be gone before it is accepted, and a preface that breaks off is no connection.
    ++guests;
    EXPECT_TRUE(received == guests || GetParam().tls == 0 || GetParam().resets);
  }
  const observe::Meters& meters() const { return front.recorder.meters(); }

  const Certificate files;
  Front front;
  Worker worker;
  std::unique_ptr<Listener> listener;
  std::uint64_t guests = 0;
  std::size_t uploaded = 0;
};

TEST_P(VanishingPeer, CostsNothingWhicheverByteWasItsLast) {
  for (std::size_t bytes = 0;; ++bytes) {
    SCOPED_TRACE("after byte " + std::to_string(bytes));
    Guest guest(listener->port(), GetParam());
    guest.bytes_left = bytes;
    guest.ask("GET", "/readyz");
    EXPECT_TRUE(until(guest, [&] { return guest.gone() || !front.calls.open.empty(); }));
    const bool gone = guest.gone();
    EXPECT_EQ(front.calls.open.empty(), gone) << "a request that is not whole began";
    expect_forgotten(guest);
    if (HasFailure()) return;
    if (gone) continue;
    EXPECT_GT(bytes, 24u) << "so many were tried";
    return;
  }
}

TEST_P(VanishingPeer, CostsNothingWhicheverReadOrWriteWasItsLast) {
  for (int operations = 0;; ++operations) {
    SCOPED_TRACE("after operation " + std::to_string(operations));
    Guest guest(listener->port(), GetParam());
    guest.operations_left = operations;
    guest.ask("GET", "/readyz");
    guest.upload();
    for (int i = 0; i < 2; ++i) guest.ask("GET", "/big");
    uploaded = 0;
    const auto whole = [&] { return guest.heard() == 2 * Pages::kBig && uploaded == kUpload; };
    EXPECT_TRUE(until(guest, [&] { return guest.gone() || whole(); }));
    const bool gone = guest.gone();
    expect_forgotten(guest);
    if (HasFailure()) return;
    if (gone) continue;
    EXPECT_GT(operations, 50) << "so many were tried";
    return;
  }
}

INSTANTIATE_TEST_SUITE_P(Net, VanishingPeer,
                         testing::Values(Way{"EndsTcp", 0, false}, Way{"ResetsTcp", 0, true},
                                         Way{"EndsTls12", TLS1_2_VERSION, false},
                                         Way{"ResetsTls12", TLS1_2_VERSION, true},
                                         Way{"EndsTls13", TLS1_3_VERSION, false},
                                         Way{"ResetsTls13", TLS1_3_VERSION, true}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace trunkline::net

#pragma once

// A backend on a real socket that does what the test says: it notes down the requests and answers
// when told, or refuses, breaks off, goes away and comes back. Calls may come in a tunnel as well.
// It lives on the caller's event loop.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trunkline/tunnel/v1/tunnel.pb.h"
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include "gateway/grpc/framing.hpp"
#include "gateway/h2/server_session.hpp"
#include "gateway/net/driver.hpp"
#include "gateway/net/plain_stream.hpp"

namespace trunkline::upstream {

/// A connection that breaks when so many bytes of ours have left.
class FrailStream : public net::PlainStream {
 public:
  struct Fate {
    std::size_t bytes = std::string::npos;
    bool resets = false;  ///< or ends our output, and what we write then is lost
  };

  FrailStream(net::Worker& worker, boost::asio::ip::tcp::socket socket, Fate fate)
      : PlainStream(worker, doomed(std::move(socket), fate)), fate_(fate) {}

  std::size_t try_write(std::string_view bytes, boost::system::error_code& error) {
    if (broke_) return bytes.size();
    const std::string_view piece = bytes.substr(0, fate_.bytes);
    const std::size_t written = piece.empty() ? 0 : PlainStream::try_write(piece, error);
    fate_.bytes -= written;
    broke_ = fate_.bytes == 0;
    if (!broke_) return written;
    if (fate_.resets) {
      error = boost::asio::error::connection_reset;
    } else {
      end_output();
    }
    return bytes.size();
  }

  bool broke() const noexcept { return broke_; }

 private:
  static boost::asio::ip::tcp::socket doomed(boost::asio::ip::tcp::socket socket, Fate fate) {
    if (fate.resets) socket.set_option(boost::asio::ip::tcp::socket::linger(true, 0));
    return socket;
  }

  Fate fate_;
  bool broke_ = false;
};

class ScriptedBackend {
 public:
  class Connection final : public net::Driver<FrailStream, h2::ServerSession> {
   public:
    Connection(ScriptedBackend& backend, net::Worker& worker, FrailStream stream)
        : Driver(worker, std::move(stream), backend.limits_, "http", worker.date(), backend.meters),
          backend_(backend) {}

    h2::ServerSession& session() { return session_; }
    bool broke() const noexcept { return stream_.broke(); }

    /// Into the tunnel.
    void say(const tunnel::v1::ServerFrames& frames) {
      std::string message(grpc::kPrefixBytes, '\0');
      frames.AppendToString(&message);
      grpc::write_prefix(message);
      session_.send(*tunnel_, http::SharedBody(std::move(message)));
      flush();
    }
    void end_tunnel(std::string_view status) {
      session_.finish(*tunnel_, {{"grpc-status", status}});
      flush();
    }

   private:
    void on_events() override {
      // What is said meanwhile may bring up more.
      auto events = std::exchange(session_.events(), {});
      for (http::ServerEvent& event : events) {
        if (auto* request = std::get_if<http::RequestEvent>(&event)) {
          take(std::move(*request));
        } else if (auto* data = std::get_if<http::DataEvent>(&event)) {
          if (data->stream == tunnel_) read_tunnel(data->bytes);
          for (Request& one : backend_.requests) {
            if (one.connection == this && one.stream == data->stream) one.body += data->bytes;
          }
          session_.consume(data->stream, data->bytes.size());
        } else if (std::holds_alternative<http::ResetEvent>(event)) {
          ++backend_.resets;
        }
      }
    }
    void on_closed() override {}

    void take(http::RequestEvent&& request) {
      const bool tunnel = request.head.target == "/trunkline.tunnel.v1.TunnelService/Open";
      if (!tunnel) {
        backend_.requests.push_back({this, request.stream, std::move(request.head), {}, 0});
      } else if (!backend_.tunnels) {
        session_.respond(request.stream, {200, {{"grpc-status", "12"}}}, {});
      } else {
        tunnel_ = request.stream;
        session_.start(*tunnel_, {200, {{"content-type", "application/grpc"}}});
        tunnel::v1::ServerFrames welcome;
        *welcome.mutable_limits() = backend_.tunnel_limits;
        say(welcome);
      }
    }

    void read_tunnel(std::string_view bytes) {
      while (!bytes.empty()) {
        const auto message = messages_.next(bytes);
        if (!*message) continue;
        tunnel::v1::CallerFrames frames;
        EXPECT_TRUE(
            frames.ParseFromArray((*message)->data(), static_cast<int>((*message)->size())));
        ++backend_.tunnel_messages;
        backend_.credit += frames.credit();
        for (const tunnel::v1::Call& call : frames.calls()) {
          http::RequestHead head;
          head.target = call.method();
          for (const auto& one : call.metadata()) head.headers.add(one.name(), one.value());
          if (call.timeout_us() > 0) {
            head.headers.add("grpc-timeout", std::to_string(call.timeout_us()) + "u");
          }
          backend_.requests.push_back(
              {this, 0, std::move(head), framed(call.request()), call.id()});
        }
        backend_.resets += frames.cancels_size();
        for (const std::uint64_t id : frames.cancels()) end_call(id, 1);
      }
    }

    void end_call(std::uint64_t id, std::uint32_t code) {
      tunnel::v1::ServerFrames frames;
      frames.add_answers()->set_id(id);
      frames.mutable_answers(0)->mutable_end()->set_code(code);
      say(frames);
    }

    ScriptedBackend& backend_;
    std::optional<http::StreamId> tunnel_;
    grpc::Deframer messages_{8 * 1024 * 1024};
  };

  struct Request {
    Connection* connection;
    http::StreamId stream;
    http::RequestHead head;
    std::string body;
    std::uint64_t call;  // its id in a tunnel; 0: it has a stream of its own
  };

  static std::string framed(std::string_view message) {
    std::string frame(grpc::kPrefixBytes, '\0');
    frame.append(message);
    grpc::write_prefix(frame);
    return frame;
  }

  explicit ScriptedBackend(net::Worker& worker, const h2::Limits& limits = {})
      : worker_(worker), limits_(limits), acceptor_(worker.io()) {
    tunnel_limits.set_calls(1000);
    tunnel_limits.set_request_bytes(1024 * 1024);
    tunnel_limits.set_metadata_bytes(16 * 1024);
    tunnel_limits.set_message_bytes(4 * 1024 * 1024);
  }

  /// Listens, at first on a free port and later on the same again.
  void come() {
    acceptor_.open(boost::asio::ip::tcp::v4());
    acceptor_.set_option(boost::asio::ip::tcp::acceptor::reuse_address(true));
    acceptor_.bind({boost::asio::ip::make_address("127.0.0.1"), port_});
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    accept();
  }

  void go() {
    acceptor_.close();
    for (const auto& connection : connections) connection->close();
    connections.clear();
  }

  void answer(const Request& request, std::string_view message) {
    if (request.call != 0) return answer_in_tunnel(request, message);
    const std::string frame = framed(message);
    h2::ServerSession& session = request.connection->session();
    session.start(request.stream, {200, {{"content-type", "application/grpc"}}});
    session.send(request.stream, http::SharedBody(frame));
    session.finish(request.stream, {{"grpc-status", "0"}});
    request.connection->flush();
  }

  /// An answer that has not come to its end.
  void begin_answer(const Request& request, std::string_view bytes) {
    if (request.call != 0) {
      tunnel::v1::ServerFrames frames;
      tunnel::v1::Answer& piece = *frames.add_answers();
      piece.set_id(request.call);
      piece.set_data(std::string(bytes));
      piece.set_message_bytes(2 * bytes.size());
      return request.connection->say(frames);
    }
    request.connection->session().start(request.stream, {200, {}});
    request.connection->session().send(request.stream, http::SharedBody(std::string(bytes)));
    request.connection->flush();
  }

  /// Without an answer.
  void end(const Request& request, grpc::Code code, bool not_begun = false) {
    const auto number = static_cast<std::uint32_t>(code);
    if (request.call != 0) {
      tunnel::v1::ServerFrames frames;
      tunnel::v1::Answer& piece = *frames.add_answers();
      piece.set_id(request.call);
      piece.mutable_end()->set_code(number);
      piece.mutable_end()->set_not_begun(not_begun);
      return request.connection->say(frames);
    }
    request.connection->session().respond(request.stream,
                                          {200, {{"grpc-status", std::to_string(number)}}}, {});
    request.connection->flush();
  }

  void refuse(const Request& request, h2::ErrorCode code) {
    if (request.call != 0) {
      return end(request, grpc::Code::kUnavailable, code == h2::ErrorCode::kRefusedStream);
    }
    request.connection->session().reset(request.stream, code);
    request.connection->flush();
  }

  std::uint16_t port() const { return port_; }

  std::vector<std::shared_ptr<Connection>> connections;
  std::vector<Request> requests;
  int resets = 0;            // and cancels
  bool tunnels = true;       // are offered
  int tunnel_messages = 0;   // that were read
  std::uint64_t credit = 0;  // that the caller has given
  tunnel::v1::Limits tunnel_limits;
  FrailStream::Fate fate;  // of the next connection
  observe::Meters meters;

 private:
  /// Cut into pieces, each a message.
  void answer_in_tunnel(const Request& request, std::string_view message) {
    constexpr std::size_t kPiece = 16 * 1024;
    const std::size_t size = message.size();
    do {
      tunnel::v1::ServerFrames frames;
      tunnel::v1::Answer& piece = *frames.add_answers();
      piece.set_id(request.call);
      if (message.size() == size && size > kPiece) piece.set_message_bytes(size);
      piece.set_data(std::string(message.substr(0, kPiece)));
      message.remove_prefix(std::min(kPiece, message.size()));
      if (message.empty()) piece.mutable_end();
      request.connection->say(frames);
    } while (!message.empty());
  }

  void accept() {
    acceptor_.async_accept(
        [this](boost::system::error_code error, boost::asio::ip::tcp::socket socket) {
          if (error) return;
          connections.push_back(std::make_shared<Connection>(
              *this, worker_, FrailStream(worker_, std::move(socket), std::exchange(fate, {}))));
          connections.back()->launch();
          accept();
        });
  }

  net::Worker& worker_;
  const h2::Limits limits_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
};

}  // namespace trunkline::upstream

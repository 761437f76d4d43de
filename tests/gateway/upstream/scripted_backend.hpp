#pragma once

// A backend on a real socket that does what the test says: it notes down the requests and answers
// when told, or refuses, goes away and comes back. It lives on the caller's event loop.

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "gateway/grpc/framing.hpp"
#include "gateway/h2/server_session.hpp"
#include "gateway/net/driver.hpp"
#include "gateway/net/plain_stream.hpp"

namespace trunkline::upstream {

class ScriptedBackend {
 public:
  class Connection final : public net::Driver<net::PlainStream, h2::ServerSession> {
   public:
    Connection(ScriptedBackend& backend, net::Worker& worker, net::PlainStream stream)
        : Driver(worker, std::move(stream), backend.limits_, "http", worker.date()),
          backend_(backend) {}

    h2::ServerSession& session() { return session_; }

   private:
    void on_events() override {
      for (http::ServerEvent& event : session_.events()) {
        if (auto* request = std::get_if<http::RequestEvent>(&event)) {
          backend_.requests.push_back({this, request->stream, std::move(request->head), {}});
        } else if (auto* data = std::get_if<http::DataEvent>(&event)) {
          for (Request& one : backend_.requests) {
            if (one.connection == this && one.stream == data->stream) one.body += data->bytes;
          }
          session_.consume(data->stream, data->bytes.size());
        } else if (std::holds_alternative<http::ResetEvent>(event)) {
          ++backend_.resets;
        }
      }
      session_.events().clear();
    }
    void on_closed() override {}

    ScriptedBackend& backend_;
  };

  struct Request {
    Connection* connection;
    http::StreamId stream;
    http::RequestHead head;
    std::string body;
  };

  explicit ScriptedBackend(net::Worker& worker, const h2::Limits& limits = {})
      : worker_(worker), limits_(limits), acceptor_(worker.io()) {}

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
    std::string frame(grpc::kPrefixBytes, '\0');
    frame.append(message);
    grpc::write_prefix(frame);
    h2::ServerSession& session = request.connection->session();
    session.start(request.stream, {200, {{"content-type", "application/grpc"}}});
    session.send(request.stream, http::SharedBody(frame));
    session.finish(request.stream, {{"grpc-status", "0"}});
    request.connection->flush();
  }

  void refuse(const Request& request, h2::ErrorCode code) {
    request.connection->session().reset(request.stream, code);
    request.connection->flush();
  }

  std::uint16_t port() const { return port_; }

  std::vector<std::shared_ptr<Connection>> connections;
  std::vector<Request> requests;
  int resets = 0;

 private:
  void accept() {
    acceptor_.async_accept(
        [this](boost::system::error_code error, boost::asio::ip::tcp::socket socket) {
          if (error) return;
          connections.push_back(std::make_shared<Connection>(
              *this, worker_, net::PlainStream(worker_, std::move(socket))));
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

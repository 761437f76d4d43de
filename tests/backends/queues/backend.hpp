#pragma once

// A backend of queues on a data set in a real PostgreSQL, and a client of it over a real socket.

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "trunkline/queues/v1/queues.grpc.pb.h"
#include <grpcpp/grpcpp.h>

#include "backends/pg/pool.hpp"
#include "backends/pg/session.hpp"
#include "backends/queues/queue_service.hpp"
#include "backends/queues/queue_store.hpp"
#include "backends/queues/queue_watch.hpp"
#include "backends/serve/server.hpp"
#include "backends/watch/watches.hpp"
#include "tests/backends/support/cluster.hpp"
#include "tests/backends/support/health_client.hpp"

namespace trunkline::queues {

class Backend {
 public:
  explicit Backend(const std::string& data_set)
      : conninfo(test::cluster().load(data_set)),
        pool({conninfo, 2, 1000, std::chrono::seconds(2)},
             [this](pg::Session& s) { return store.prepare(s); }),
        server({.listen = "127.0.0.1:0", .drain = std::chrono::seconds(1)}, {offered()}),
        channel(::grpc::CreateChannel("127.0.0.1:" + std::to_string(server.port()),
                                      ::grpc::InsecureChannelCredentials())),
        stub(v1::QueueService::NewStub(channel)) {
    pool.observe([this](bool there) { server.health().set_serving(there); });
    for (int i = 0; i < 1000 && test::health(channel) != "SERVING"; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  ~Backend() {
    server.drain();
    pool.observe(nullptr);
  }

  /// Any method of the stub.
  template <class Request, class Response>
  ::grpc::Status call(::grpc::Status (v1::QueueService::Stub::*method)(::grpc::ClientContext*,
                                                                       const Request&, Response*),
                      const Request& request, Response& response) {
    ::grpc::ClientContext context;
    return ((*stub).*method)(&context, request, &response);
  }

  /// The first column of a query.
  std::vector<std::string> sql(const std::string& query) {
    auto session = pg::Session::connect(conninfo);
    if (!session) throw std::runtime_error(session.error().detail);
    auto rows = (*session)->query(query);
    if (!rows) throw std::runtime_error(rows.error().detail);
    std::vector<std::string> lines;
    rows->each([&](const pg::Rows::Row& row) { lines.emplace_back(row[0].text()); });
    return lines;
  }

  serve::Service offered() {
    auto service = make_queue_service(pool, store, {});
    service.streams.push_back(watch_queues(watches, store));
    return service;
  }

  std::string conninfo;
  QueueStore store;
  pg::Pool pool;
  watch::Watches watches{pool, conninfo, {}};
  serve::Server server;
  std::shared_ptr<::grpc::Channel> channel;
  std::unique_ptr<v1::QueueService::Stub> stub;
};

}  // namespace trunkline::queues

#pragma once

// A backend of call logs on a data set in a real PostgreSQL, and a client of it over a real socket.

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "trunkline/calls/v1/calls.grpc.pb.h"
#include <grpcpp/grpcpp.h>

#include "backends/calls/call_log_store.hpp"
#include "backends/calls/call_service.hpp"
#include "backends/pg/pool.hpp"
#include "backends/pg/session.hpp"
#include "backends/serve/server.hpp"
#include "tests/backends/support/cluster.hpp"
#include "tests/backends/support/health_client.hpp"

namespace trunkline::calls {

class Backend {
 public:
  explicit Backend(const std::string& data_set)
      : conninfo(test::cluster().load(data_set)),
        pool({conninfo, 2, 1000, std::chrono::seconds(2)},
             [this](pg::Session& s) { return store.prepare(s); }),
        server({.listen = "127.0.0.1:0", .drain = std::chrono::seconds(1)},
               {make_call_service(pool, store, {})}),
        channel(::grpc::CreateChannel("127.0.0.1:" + std::to_string(server.port()),
                                      ::grpc::InsecureChannelCredentials())),
        stub(v1::CallService::NewStub(channel)) {
    pool.observe([this](bool there) { server.health().set_serving(there); });
    for (int i = 0; i < 1000 && test::health(channel) != "SERVING"; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  ~Backend() {
    server.drain();
    pool.observe(nullptr);
  }

  ::grpc::Status list(const v1::ListCallLogsRequest& request, v1::ListCallLogsResponse& response) {
    ::grpc::ClientContext context;
    return stub->ListCallLogs(&context, request, &response);
  }
  ::grpc::Status get(const std::string& name, v1::CallLog& call) {
    ::grpc::ClientContext context;
    v1::GetCallLogRequest request;
    request.set_name(name);
    return stub->GetCallLog(&context, request, &call);
  }
  /// The names of all that are found, page by page.
  std::vector<std::string> all(v1::ListCallLogsRequest request) {
    std::vector<std::string> names;
    do {
      v1::ListCallLogsResponse page;
      const auto status = list(request, page);
      if (!status.ok()) throw std::runtime_error(status.error_message());
      for (const auto& call : page.call_logs()) names.push_back(call.name());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return names;
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

  std::string conninfo;
  CallLogStore store;
  pg::Pool pool;
  serve::Server server;
  std::shared_ptr<::grpc::Channel> channel;
  std::unique_ptr<v1::CallService::Stub> stub;
};

}  // namespace trunkline::calls

#pragma once

// A whole backend on a data set in a real PostgreSQL, and a client of it over a real socket.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "trunkline/agents/v1/agents.grpc.pb.h"
#include <grpcpp/grpcpp.h>

#include "backends/agents/agent_service.hpp"
#include "backends/agents/agent_store.hpp"
#include "backends/pg/pool.hpp"
#include "backends/pg/session.hpp"
#include "backends/serve/server.hpp"
#include "tests/backends/support/cluster.hpp"
#include "tests/backends/support/health_client.hpp"

namespace trunkline::agents {

class Backend {
 public:
  explicit Backend(const std::string& data_set, const query::Settings& settings = {},
                   const std::string& database = {})
      : conninfo(test::cluster().load(data_set, database)),
        pool({conninfo, 2, 1000, std::chrono::seconds(2)},
             [this](pg::Session& s) { return store.prepare(s); }),
        server({.listen = "127.0.0.1:0", .drain = std::chrono::seconds(1)},
               {make_agent_service(pool, settings)}),
        channel(::grpc::CreateChannel("127.0.0.1:" + std::to_string(server.port()),
                                      ::grpc::InsecureChannelCredentials())),
        stub(v1::AgentService::NewStub(channel)) {
    pool.observe([this](bool there) { server.health().set_serving(there); });
    wait_until_healthy("SERVING");
  }
  ~Backend() {
    server.drain();
    pool.observe(nullptr);
  }

  /// Until all connections have prepared their statements, for which a locked table would not let
  /// them.
  void wait_until_prepared() {
    const std::string idle =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
        " application_name = 'trunkline-backend' AND state = 'idle' AND"
        " (query LIKE '%extension_status%' OR query = 'SELECT 1')";
    while (sql(idle, 1)[0] != "2") std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }

  // How long it took.
  std::chrono::steady_clock::duration wait_until_healthy(const std::string& status) {
    const auto began = std::chrono::steady_clock::now();
    while (test::health(channel) != status &&
           std::chrono::steady_clock::now() - began < std::chrono::seconds(10)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return std::chrono::steady_clock::now() - began;
  }

  ::grpc::Status list(v1::ListAgentsResponse& response, int size = 0,
                      const std::string& token = {}) {
    ::grpc::ClientContext context;
    v1::ListAgentsRequest request;
    request.set_page_size(size);
    request.set_page_token(token);
    return stub->ListAgents(&context, request, &response);
  }
  ::grpc::Status get(v1::Agent& agent, const std::string& name) {
    ::grpc::ClientContext context;
    v1::GetAgentRequest request;
    request.set_name(name);
    return stub->GetAgent(&context, request, &agent);
  }
  ::grpc::Status statuses(v1::ListAgentStatusesResponse& response) {
    ::grpc::ClientContext context;
    return stub->ListAgentStatuses(&context, {}, &response);
  }

  // Every row of a query, its values joined by '|'.
  std::vector<std::string> sql(const std::string& query, std::size_t columns) {
    auto session = pg::Session::connect(conninfo);
    if (!session) throw std::runtime_error(session.error().detail);
    auto rows = (*session)->query(query);
    if (!rows) throw std::runtime_error(rows.error().detail);
    std::vector<std::string> lines;
    rows->each([&](const pg::Rows::Row& row) {
      std::string line;
      for (std::size_t c = 0; c < columns; ++c) {
        line.append(c ? "|" : "").append(row[c].null() ? "-" : row[c].text());
      }
      lines.push_back(line);
    });
    return lines;
  }

  std::string conninfo;
  AgentStore store;
  pg::Pool pool;
  serve::Server server;
  std::shared_ptr<::grpc::Channel> channel;
  std::unique_ptr<v1::AgentService::Stub> stub;
};

}  // namespace trunkline::agents

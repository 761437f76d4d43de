#include "bench/freshness/writer.hpp"

#include <thread>

#include <pqxx/pqxx>

namespace trunkline::freshness {

std::vector<std::int64_t> Writer::agents(const std::string& conninfo, std::size_t most) {
  pqxx::connection connection(conninfo);
  pqxx::work work(connection);
  // As /v1/agents has them, whose first page is read.
  const auto rows =
      work.exec("SELECT id FROM agentfeatures ORDER BY number, id LIMIT " + std::to_string(most));
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row[0].as<std::int64_t>());
  return ids;
}

void Writer::begin() {
  pqxx::connection connection(conninfo_);
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    pqxx::work work(connection);
    work.exec_params("UPDATE agentfeatures SET description = '1' WHERE id = $1", ids_[i]);
    work.commit();
    board_.commit(i, 1);
  }
}

void Writer::run(const std::atomic<bool>& stop, std::chrono::microseconds pause) {
  pqxx::connection connection(conninfo_);
  // What is committed is seen by all at once, on a disk or not yet: a slow one is not to slow this.
  pqxx::nontransaction(connection).exec("SET synchronous_commit = off");
  connection.prepare("write", "UPDATE agentfeatures SET description = $1 WHERE id = $2");
  for (std::uint64_t number = 2; !stop; ++number) {
    for (std::size_t i = 0; i < ids_.size() && !stop; ++i) {
      pqxx::work work(connection);
      work.exec_prepared("write", std::to_string(number), ids_[i]);
      work.commit();
      board_.commit(i, number);
      writes_.fetch_add(1, std::memory_order_relaxed);
      if (pause.count() > 0) std::this_thread::sleep_for(pause);
    }
  }
}

}  // namespace trunkline::freshness

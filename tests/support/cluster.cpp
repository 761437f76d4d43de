#include "tests/support/cluster.hpp"

#include <map>
#include <stdexcept>
#include <vector>

#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"

namespace trunkline::support {
namespace {

std::string without_last_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

std::string Database::query(const std::string& sql) const {
  const Outcome outcome =
      run({"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", conninfo_, "-c", sql});
  if (outcome.exit_code != 0) throw std::runtime_error("psql failed: " + outcome.err);
  return without_last_newline(outcome.out);
}

std::string Database::json(const std::string& sql) const {
  return query("SELECT '[' || coalesce(string_agg(row_to_json(t)::text, ','), '') || ']' FROM (" +
               sql + ") t");
}

Cluster& Cluster::shared() {
  static Cluster one;
  return one;
}

Cluster::Cluster() : directory_(environment("TRUNKLINE_PG_DIR")) {}

Cluster::Cluster(const std::string& name)
    : directory_(environment("TRUNKLINE_PG_DIR") + "-" + name), port_(free_port()) {
  call("stop", "immediate");  // what a killed run left behind
  start();
}

Cluster::~Cluster() {
  if (port_ == 0) return;
  try {
    call("stop", "immediate");
  } catch (const std::exception&) {
    // Its script has said why, and the next run stops what is left.
  }
}

Database Cluster::load(const std::string& data_set, const std::string& database) {
  return Database(call("load", data_set, database));
}

void Cluster::stop() {
  call("stop", "fast");
}
void Cluster::start() {
  call("start", std::to_string(port_));
}

std::string Cluster::call(const std::string& verb, const std::string& first,
                          const std::string& second) const {
  std::vector<std::string> arguments{environment("TRUNKLINE_PG_CTL"), verb, directory_};
  for (const std::string& each : {first, second}) {
    if (!each.empty()) arguments.push_back(each);
  }
  const Outcome outcome = run(arguments);
  if (outcome.exit_code != 0) {
    throw std::runtime_error("PostgreSQL: " + verb + " failed: " + outcome.err);
  }
  return without_last_newline(outcome.out);
}

const Database& shared_database(const std::string& data_set) {
  static std::map<std::string, Database> databases;
  const auto found = databases.find(data_set);
  if (found != databases.end()) return found->second;
  return databases.emplace(data_set, Cluster::shared().load(data_set, "e2e_" + data_set))
      .first->second;
}

}  // namespace trunkline::support

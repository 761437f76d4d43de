#pragma once

// Writes down what a session reports.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/session.hpp"

namespace trunkline::load {

struct SeenAnswers final : Answers {
  void on_status(Ticket ticket, int status) override { statuses[ticket] = status; }
  void on_body(Ticket ticket, std::string_view bytes) override { bodies[ticket] += bytes; }
  void on_grpc_status(Ticket ticket, std::string_view status) override { grpc[ticket] = status; }
  void on_end(Ticket ticket, bool all) override { (all ? whole : broken).push_back(ticket); }

  std::map<Ticket, int> statuses;
  std::map<Ticket, std::string> bodies;
  std::map<Ticket, std::string> grpc;
  std::vector<Ticket> whole;
  std::vector<Ticket> broken;
};

}  // namespace trunkline::load

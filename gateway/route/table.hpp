#pragma once

// Which rule answers a method and a path. Built once, then immutable and shared by all workers;
// matching is pure and allocates only for what variables catch.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/route/template.hpp"

namespace trunkline::route {

struct Rule {
  std::string verb;       ///< the HTTP method, "GET"; "*" stands for any
  std::string path;       ///< a template of google.api.http
  std::uint32_t target;   ///< what the owner of the table finds behind the rule
  std::string described;  ///< for messages: "trunkline.agents.v1.AgentService.GetAgent"
};

/// A rule that is left out of a table, and why, in a sentence.
struct Refused {
  std::size_t rule;  ///< its index
  bool conflict;  ///< with a rule before it that matches the same paths; else it is wrong in itself
  std::string why;
};

struct Capture {
  std::string_view field_path;  ///< lives as long as the table
  std::string value;            ///< percent-decoded as google.api.http says
};

struct Match {
  enum class Outcome : std::uint8_t { kFound, kNoSuchPath, kWrongMethod, kBadPath };
  Outcome outcome = Outcome::kNoSuchPath;
  std::uint32_t target = 0;
  std::vector<Capture> captures;
  std::string allow;  ///< kWrongMethod: "GET, HEAD", for the Allow field
};

class Table {
 public:
  /// Refuses a template that can't be parsed and two rules that match the same paths, with both
  /// named in the error.
  static grpc::Result<Table> build(std::vector<Rule> rules);

  /// The same of the rules that can be had, the others in `refused`: of two that match the same
  /// paths the first is.
  static Table build(const std::vector<Rule>& rules, std::vector<Refused>& refused);

  Table();
  Table(Table&&) noexcept;
  Table& operator=(Table&&) noexcept;
  ~Table();

  /// `path` is percent-encoded, without query. HEAD is answered by GET's rule unless it has its
  /// own. The most specific rule for the method wins, segment by segment: a literal before "*",
  /// "*" before "**", with the verb before without. "*" takes no empty segment. kBadPath: broken
  /// percent-encoding.
  Match find(std::string_view method, std::string_view path) const;

 private:
  class Node;
  std::unique_ptr<Node> root_;
};

}  // namespace trunkline::route

#include "gateway/route/table.hpp"

#include <optional>

#include "gateway/route/node.hpp"
#include "gateway/route/percent.hpp"
#include "gateway/route/search.hpp"

namespace trunkline::route {
namespace {

grpc::Error refusal(std::string message) {
  return {grpc::Code::kInvalidArgument, std::move(message), grpc::Source::kUpstream};
}

std::string full_description(const Rule& rule) {
  return rule.described + " (" + rule.verb + " " + rule.path + ")";
}

template <class Node>
std::vector<Ending>& endings_of(Node& root, const Template& shape) {
  Node* node = &root;
  for (const Segment& segment : shape.segments) {
    switch (segment.kind) {
      case Segment::Kind::kLiteral: node = &node->literal_made(segment.literal); break;
      case Segment::Kind::kAny:
        if (!node->any) node->any = std::make_unique<Node>();
        node = node->any.get();
        break;
      case Segment::Kind::kRest: return node->rest;  // the parser lets nothing follow
    }
  }
  return node->here;
}

Ending& ending_made(std::vector<Ending>& endings, const std::string& verb) {
  for (Ending& ending : endings) {
    if (ending.verb == verb) return ending;
  }
  return endings.emplace_back(Ending{verb, {}});
}

/// Nothing if all went well, else what it is in conflict with.
std::optional<std::string> add(Ending& ending, const Rule& rule, Template&& parsed) {
  for (const Endpoint& other : ending.endpoints) {
    if (other.method == rule.verb) {
      return full_description(rule) + " matches the same paths as " + other.described;
    }
  }
  ending.endpoints.push_back({rule.verb, rule.target, std::move(parsed.variables),
                              static_cast<std::uint16_t>(parsed.segments.size()),
                              full_description(rule)});
  return std::nullopt;
}

std::string joined(const std::set<std::string_view>& methods) {
  std::string list;
  for (const auto method : methods) {
    if (!list.empty()) list += ", ";
    list += method;
  }
  return list;
}

}  // namespace

Table::Table() = default;
Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;
Table::~Table() = default;

grpc::Result<Table> Table::build(std::vector<Rule> rules) {
  std::vector<Refused> refused;
  Table table = build(rules, refused);
  if (!refused.empty()) return refusal(std::move(refused.front().why));
  return table;
}

Table Table::build(const std::vector<Rule>& rules, std::vector<Refused>& refused) {
  Table table;
  table.root_ = std::make_unique<Node>();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    auto parsed = Template::parse(rule.path);
    if (!parsed) {
      refused.push_back({i, false, rule.described + ": " + parsed.error().message});
      continue;
    }
    if (rule.verb.empty()) {
      refused.push_back({i, false, full_description(rule) + " names no HTTP method"});
      continue;
    }
    Ending& ending = ending_made(endings_of(*table.root_, *parsed), parsed->verb);
    if (auto conflict = add(ending, rule, std::move(*parsed))) {
      refused.push_back({i, true, std::move(*conflict)});
    }
  }
  return table;
}

Match Table::find(std::string_view method, std::string_view path) const {
  Match match;
  if (!root_ || path.empty() || path.front() != '/') return match;
  if (!well_encoded(path)) {
    match.outcome = Match::Outcome::kBadPath;
    return match;
  }
  Search<Node> search(method, path);
  if (const Endpoint* endpoint = search.run(*root_)) {
    match.outcome = Match::Outcome::kFound;
    match.target = endpoint->target;
    match.captures.reserve(endpoint->variables.size());
    for (const Variable& variable : endpoint->variables)
      match.captures.push_back({variable.field_path, search.caught(*endpoint, variable)});
    return match;
  }
  if (const auto methods = search.methods(*root_); !methods.empty()) {
    match.outcome = Match::Outcome::kWrongMethod;
    match.allow = joined(methods);
  }
  return match;
}

}  // namespace trunkline::route

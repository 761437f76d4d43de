// Path templates and the table made of them. The input is a table and a request as lines of text:
// one "VERB TEMPLATE" for each rule, an empty line, "VERB PATH". A path is matched against each
// template by a second, naive matcher, and the table must agree with all of them together.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gateway/route/percent.hpp"
#include "gateway/route/table.hpp"
#include "gateway/route/template.hpp"
#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

using route::Match;
using route::Rule;
using route::Segment;
using route::Slashes;
using route::Template;

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

std::pair<std::string_view, std::string_view> words(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return {line, {}};
  return {line.substr(0, space), line.substr(space + 1)};
}

using Captures = std::vector<std::string>;

/// Whether `path`, whose verb is cut off, fits the template's segments; what its variables catch.
std::optional<Captures> fit(const Template& shape, std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::string_view rest = path; !rest.empty();) {
    rest.remove_prefix(1);
    parts.push_back(rest.substr(0, rest.find('/')));
    rest.remove_prefix(parts.back().size());
    if (rest.empty() && path == "/") parts.pop_back();
  }
  const bool rest = !shape.segments.empty() && shape.segments.back().kind == Segment::Kind::kRest;
  const std::size_t fixed = shape.segments.size() - (rest ? 1 : 0);
  if (rest ? parts.size() < fixed : parts.size() != fixed) return std::nullopt;
  for (std::size_t i = 0; i < fixed; ++i) {
    const Segment& segment = shape.segments[i];
    if (segment.kind == Segment::Kind::kAny
            ? parts[i].empty()
            : route::percent_decoded(parts[i], Slashes::kDecode) != segment.literal) {
      return std::nullopt;
    }
  }
  Captures captures;
  for (const auto& variable : shape.variables) {
    const bool open = rest && variable.last == shape.segments.size();
    const std::size_t last = open ? parts.size() : variable.last;
    std::string raw;
    for (std::size_t i = variable.first; i < last; ++i) {
      if (i > variable.first) raw += '/';
      raw += parts[i];
    }
    captures.push_back(route::percent_decoded(
        raw, variable.multi_segment ? Slashes::kKeepEncoded : Slashes::kDecode));
  }
  return captures;
}

/// Every way in which a path may be read for a template: with a verb behind the last colon of the
/// last segment, if the template has one.
std::optional<Captures> naive(const Template& shape, std::string_view path) {
  if (shape.verb.empty()) return fit(shape, path);
  const auto colon = path.rfind(':');
  if (colon == std::string_view::npos || colon < path.rfind('/')) return std::nullopt;
  if (route::percent_decoded(path.substr(colon + 1), Slashes::kDecode) != shape.verb) {
    return std::nullopt;
  }
  return fit(shape, path.substr(0, colon));
}

bool serves(const Rule& rule, std::string_view method) {
  return rule.verb == method || rule.verb == "*" || (rule.verb == "GET" && method == "HEAD");
}

void check(const std::vector<Rule>& rules, const route::Table& table, std::string_view method,
           std::string_view path) {
  const Match match = table.find(method, path);
  if (!route::well_encoded(path)) {
    must(match.outcome != Match::Outcome::kFound, "a path with broken encoding has no route");
    return;
  }
  if (path.empty() || path.front() != '/') {
    must(match.outcome == Match::Outcome::kNoSuchPath, "a path begins with a slash");
    return;
  }
  bool served = false;
  bool known = false;
  for (const Rule& rule : rules) {
    if (!naive(*Template::parse(rule.path), path)) continue;
    known = true;
    served |= serves(rule, method);
  }
  must((match.outcome == Match::Outcome::kFound) == served,
       "a route is found exactly if one of the rules alone fits");
  must((match.outcome == Match::Outcome::kWrongMethod) == (known && !served),
       "the method is wrong exactly if a rule fits that is for another");
  must(match.allow.empty() == (match.outcome != Match::Outcome::kWrongMethod),
       "a wrong method is told which are right");
  if (match.outcome != Match::Outcome::kFound) return;

  const Rule& rule = rules[match.target];
  must(serves(rule, method), "the rule is for the method");
  const Template shape = *Template::parse(rule.path);
  const auto captures = naive(shape, path);
  must(captures.has_value(), "the rule that was found fits");
  must(captures->size() == match.captures.size(), "every variable catches something");
  for (std::size_t i = 0; i < captures->size(); ++i) {
    must_equal(match.captures[i].field_path, shape.variables[i].field_path, "in its order");
    must_equal(match.captures[i].value, (*captures)[i], "what it must");
  }
}

void check_template(std::string_view text) {
  const auto parsed = Template::parse(text);
  if (!parsed) {
    must(!parsed.error().message.empty(), "a refusal is a sentence");
    return;
  }
  must(parsed->text == text, "a template remembers its text");
  must(parsed->segments.size() <= Template::kMaxSegments, "segments are bounded");
  for (std::size_t i = 0; i + 1 < parsed->segments.size(); ++i) {
    must(parsed->segments[i].kind != Segment::Kind::kRest, "nothing follows \"**\"");
  }
  for (const auto& variable : parsed->variables) {
    must(variable.first < variable.last && variable.last <= parsed->segments.size(),
         "a variable has segments, and the template has them");
  }
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline;
  using namespace trunkline::fuzz;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<route::Rule> rules;
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const auto [verb, path] = words(line);
    check_template(path);
    rules.push_back({std::string(verb), std::string(path), static_cast<std::uint32_t>(rules.size()),
                     "rule " + std::to_string(rules.size())});
    if (rules.size() == 16) break;
  }
  const auto table = route::Table::build(rules);
  if (!table) {
    must(!table.error().message.empty(), "a refusal is a sentence");
    return 0;
  }
  const auto [method, path] = words(take_line(text));
  check(rules, *table, method, path);
  if (route::well_encoded(path)) {
    const std::string kept = route::percent_decoded(path, route::Slashes::kKeepEncoded);
    must(kept.size() <= path.size(), "decoding never lengthens");
    must(std::count(kept.begin(), kept.end(), '/') == std::count(path.begin(), path.end(), '/'),
         "kept slashes stay encoded");
  }
  return 0;
}

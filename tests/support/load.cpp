#include "tests/support/load.hpp"

#include <cstdlib>

#include "tests/support/command.hpp"

namespace trunkline::support {
namespace {

/// The number before `word` in the line that starts with `line`.
long count(const std::string& text, const std::string& line, const std::string& word) {
  const auto begin = text.find("\n" + line);
  if (begin == text.npos) return -1;
  const auto end = text.find('\n', begin + 1);
  const auto at = text.find(" " + word, begin);
  if (at == text.npos || at > end) return -1;
  const auto digits = text.find_last_not_of("0123456789", at - 1) + 1;
  return std::strtol(text.c_str() + digits, nullptr, 10);
}

}  // namespace

LoadReport parse_load(const std::string& text) {
  LoadReport report;
  report.succeeded = count(text, "requests:", "succeeded");
  report.failed = count(text, "requests:", "failed");
  report.errored = count(text, "requests:", "errored");
  report.timed_out = count(text, "requests:", "timeout");
  report.ok = count(text, "status codes:", "2xx");
  report.text = text;
  return report;
}

LoadReport load(const std::vector<std::string>& options) {
  std::vector<std::string> arguments{"h2load"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Outcome outcome = run(arguments, std::chrono::seconds(120));
  LoadReport report = parse_load(outcome.out);
  report.exit_code = outcome.exit_code;
  return report;
}

}  // namespace trunkline::support

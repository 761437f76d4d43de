#include "tests/support/command.hpp"

#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::support {

Outcome run(const std::vector<std::string>& arguments, std::chrono::milliseconds patience) {
  const Scratch scratch;
  const auto begin = std::chrono::steady_clock::now();
  Outcome outcome;
  {
    Process process(arguments, scratch.path("out"), scratch.path("err"));
    outcome.exit_code = process.wait(patience).value_or(-1);
  }
  outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  outcome.out = read_file(scratch.path("out"));
  outcome.err = read_file(scratch.path("err"));
  return outcome;
}

}  // namespace trunkline::support

// trunkline-load: flags, a run, a report.

#include <cstdio>
#include <exception>
#include <fstream>

#include "bench/load/options.hpp"
#include "bench/load/report.hpp"
#include "bench/load/run.hpp"

namespace {

using namespace trunkline::load;

// What a shell knows as a mistake in the command line.
constexpr int kUsage = 2;

bool write_json(const std::string& file, const std::string& text) {
  if (file == "-") return std::fputs(text.c_str(), stdout) >= 0;
  std::ofstream stream(file);
  stream << text;
  stream.close();
  if (!stream) {
    std::fprintf(stderr, "--json %s can't be written: it must name a file, or be -.\n",
                 file.c_str());
  }
  return static_cast<bool>(stream);
}

int measure(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "%s\n", options.error().message.c_str());
    return kUsage;
  }
  if (!*options) return 0;
  Measured measured;
  if (const auto done = run(**options, measured); !done) {
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return 1;
  }
  const std::string& file = (*options)->json;
  std::fputs(table(**options, measured).c_str(), file == "-" ? stderr : stdout);
  if (!file.empty() && !write_json(file, json(**options, measured))) return 1;
  return measured.tally.requests() > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trunkline-load can't run: %s\n", error.what());
    return 1;
  }
}

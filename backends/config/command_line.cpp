#include "backends/config/command_line.hpp"

#include <map>
#include <sstream>

#include <CLI/CLI.hpp>

namespace trunkline::config {

namespace {

constexpr const char* kExample =
    "Example:\n"
    "  trunkline-backend --database 'host=db.example port=5432 dbname=asterisk user=trunkline'\n"
    "\nSIGTERM answers what was accepted and ends; SIGINT does the same, a second one ends at "
    "once.";

struct Flags {
  std::string file;
  std::string check;
  std::optional<std::string> listen;
  std::optional<std::string> database;
  std::optional<spdlog::level::level_enum> level;
  std::vector<std::string> services;
  bool migrate = false;
  bool reference = false;
};

void declare(CLI::App& app, Flags& flags) {
  const Config defaults;
  const std::map<std::string, spdlog::level::level_enum> levels{{"debug", spdlog::level::debug},
                                                                {"info", spdlog::level::info},
                                                                {"warning", spdlog::level::warn},
                                                                {"error", spdlog::level::err}};
  app.set_version_flag("--version", "trunkline-backend " TRUNKLINE_VERSION);
  app.add_option("--config", flags.file, "Read settings from this JSON file (comments allowed)")
      ->type_name("FILE");
  app.add_option("--check", flags.check, "Say what is wrong with this file, or ok, and end")
      ->type_name("FILE");
  app.add_option("--listen", flags.listen,
                 "Serve gRPC there [default: " + defaults.serve.listen + "]")
      ->type_name("HOST:PORT");
  app.add_option("--database", flags.database,
                 "Use this PostgreSQL [default: " + defaults.database.conninfo + "]")
      ->type_name("CONNINFO");
  app.add_option("--serve", flags.services, "Offer these services [default: agents,queues,calls]")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Validator(
          [](const std::string& name) {
            return is_service(name)
                       ? std::string()
                       : "there is no service '" + name + "': choose from agents, queues and calls";
          },
          ""));
  app.add_option("--log-level", flags.level, "Log this and worse [default: info]")
      ->type_name("LEVEL")
      ->transform(CLI::Transformer(levels).description(""))
      ->option_text("debug|info|warning|error");
  app.add_flag("--migrate", flags.migrate,
               "Bring the schema `trunkline` in the database up to date, which watches and "
               "idempotency keys need, and end");
  app.add_flag("--config-reference", flags.reference, "Print every key of the file, and end");
  app.footer(kExample);
}

Command reply(std::string text, int exit_code) {
  return {{{std::move(text), exit_code}}, {}};
}

Command check(const std::string& path) {
  Config config;
  const auto problems = read_file(path, config);
  return problems.empty() ? reply("ok\n", 0) : reply(problems, 1);
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
  CLI::App app("Serves a telephony database over gRPC.", "trunkline-backend");
  Flags flags;
  declare(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(e, out, err);
    return reply(code == 0 ? out.str() : err.str(), code == 0 ? 0 : 2);
  }
  if (flags.reference) return reply(reference(), 0);
  if (!flags.check.empty()) return check(flags.check);

  Command command;
  auto& config = command.config;
  if (!flags.file.empty()) {
    if (auto problems = read_file(flags.file, config); !problems.empty()) {
      return reply(std::move(problems), 1);
    }
  }
  if (flags.listen) config.serve.listen = *flags.listen;
  if (flags.database) config.database.conninfo = *flags.database;
  if (flags.level) config.log.level = *flags.level;
  if (!flags.services.empty()) config.services = flags.services;
  command.migrate = flags.migrate;
  return command;
}

}  // namespace trunkline::config

#include <cstdio>
#include <exception>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "backends/compose.hpp"
#include "backends/config/command_line.hpp"

int main(int argc, char** argv) {
  const auto command = trunkline::config::parse_command_line(argc, argv);
  if (const auto& reply = command.reply) {
    std::fputs(reply->text.c_str(), reply->exit_code == 0 ? stdout : stderr);
    return reply->exit_code;
  }
  spdlog::set_default_logger(spdlog::stderr_color_mt("trunkline-backend"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  spdlog::set_level(command.config.log.level);
  try {
    if (command.migrate) return trunkline::migrate_database(command.config);
    return trunkline::run_backend(command.config);
  } catch (const std::exception& e) {
    spdlog::error("{}", e.what());
    return 1;
  }
}

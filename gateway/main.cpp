// trunkline-gateway: flags, configuration, run.

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <malloc.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "gateway/compose.hpp"
#include "gateway/config/config.hpp"

namespace {

using trunkline::config::Config;
using trunkline::config::Upstream;

// What a shell knows as a mistake in the command line.
constexpr int kUsage = 2;

struct Flags {
  std::string config_file;
  std::string check_file;
  bool reference = false;
};

const CLI::Validator kAddress(
    [](std::string& text) {
      return trunkline::config::is_address(text)
                 ? std::string{}
                 : "\"" + text + "\" is not allowed: an address and a port, like 127.0.0.1:8080";
    },
    "HOST:PORT");

/// The upstream that flags are about.
Upstream& first(Config& config) {
  if (config.upstreams.empty()) config.upstreams.emplace_back();
  return config.upstreams.front();
}

/// Flags that override the file are set only when given, so they are applied after it.
void declare(CLI::App& app, Flags& flags, Config& overrides) {
  app.description(
      "Trunkline's gateway: HTTP/1.1, HTTP/2 and TLS in front, gRPC over few persistent lines\n"
      "behind. Flags override the configuration file, which overrides the defaults.");
  app.add_option("--config", flags.config_file, "Read settings from this JSON file")
      ->type_name("FILE");
  app.add_option("--check", flags.check_file,
                 "Read this JSON file, say what is wrong with it, and end")
      ->type_name("FILE");
  app.add_flag("--config-reference", flags.reference,
               "Print every key of the file with its default and meaning, and end");
  app.add_option("--http", overrides.listen.http, "Serve cleartext here (listen.http)")
      ->check(kAddress)
      ->default_str(Config{}.listen.http);
  app.add_option("--https", overrides.listen.https, "Serve TLS here (listen.https)")
      ->check(kAddress)
      ->default_str(Config{}.listen.https);
  app.add_option("--admin", overrides.listen.admin,
                 "Serve metrics and state for operators here (listen.admin)")
      ->check(kAddress)
      ->default_str(Config{}.listen.admin);
  app.add_option("--access-log", overrides.access_log,
                 "Log requests as JSON lines to this file, - is standard output (access_log)")
      ->type_name("FILE");
  app.add_option("--certificate", overrides.tls.certificate,
                 "Certificate chain for TLS (tls.certificate)")
      ->type_name("FILE");
  app.add_option("--key", overrides.tls.key, "Private key for TLS (tls.key)")->type_name("FILE");
  app.add_option("--upstream", first(overrides).endpoints,
                 "A backend; may be given more than once (endpoints of the first upstream)")
      ->check(kAddress)
      ->default_str(Upstream{}.endpoints.front());
  app.add_option("--descriptors", first(overrides).descriptors,
                 "A FileDescriptorSet, instead of asking the backend (descriptors of the first "
                 "upstream)")
      ->type_name("FILE");
  app.add_option("--workers", overrides.workers, "Threads; 0 takes one per core (workers)")
      ->check(CLI::Range(0, 256))
      ->default_str("0");
  app.add_option("--log-level", overrides.log_level, "How much to log (log.level)")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->default_str(Config{}.log_level);
  app.set_version_flag("--version", "trunkline-gateway " TRUNKLINE_VERSION);
  app.footer(
      "Example:\n"
      "  trunkline-gateway --http 127.0.0.1:8080 --upstream 127.0.0.1:50051\n"
      "SIGTERM answers what was accepted and ends with 0; a second SIGINT ends at once. SIGHUP\n"
      "reads certificates and descriptors anew and opens the access log anew.");
}

void apply(const CLI::App& app, const Config& overrides, Config& config) {
  if (app.count("--http") > 0) config.listen.http = overrides.listen.http;
  if (app.count("--https") > 0) config.listen.https = overrides.listen.https;
  if (app.count("--admin") > 0) config.listen.admin = overrides.listen.admin;
  if (app.count("--access-log") > 0) config.access_log = overrides.access_log;
  if (app.count("--certificate") > 0) config.tls.certificate = overrides.tls.certificate;
  if (app.count("--key") > 0) config.tls.key = overrides.tls.key;
  const Upstream& upstream = overrides.upstreams.front();
  if (app.count("--upstream") > 0) first(config).endpoints = upstream.endpoints;
  if (app.count("--descriptors") > 0) first(config).descriptors = upstream.descriptors;
  if (app.count("--workers") > 0) config.workers = overrides.workers;
  if (app.count("--log-level") > 0) config.log_level = overrides.log_level;
}

int check(const std::string& file) {
  Config config;
  trunkline::settings::Keys keys;
  declare(keys, config);
  auto problems = keys.read_file(file);
  if (problems.empty()) {
    if (std::string why = trunkline::Gateway::refused_pages(config); !why.empty())
      problems.add(std::move(why));
  }
  if (problems.empty()) {
    std::printf("%s: ok\n", file.c_str());
    return 0;
  }
  std::fprintf(stderr, "%s\n", problems.text().c_str());
  return 1;
}

/// Answers come and go by the megabyte; giving their memory back to the kernel after each burst
/// and fetching it again costs more than keeping it.
void keep_freed_memory() {
  constexpr int kKeptBytes = 64 * 1024 * 1024;
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  mallopt(M_TOP_PAD, 1024 * 1024);
  mallopt(M_MMAP_THRESHOLD, 4 * 1024 * 1024);
}

int run(int argc, char** argv) {
  CLI::App app;
  Flags flags;
  Config overrides;
  first(overrides).endpoints.clear();
  declare(app, flags, overrides);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;  // 0: --help or --version was asked for
  }
  if (!flags.check_file.empty()) return check(flags.check_file);

  Config config;
  trunkline::settings::Keys keys;
  declare(keys, config);
  if (flags.reference) {
    std::printf("%s", keys.reference().c_str());
    return 0;
  }
  if (!flags.config_file.empty()) {
    if (const auto problems = keys.read_file(flags.config_file); !problems.empty()) {
      std::fprintf(stderr, "%s\n", problems.text().c_str());
      return 1;
    }
  }
  apply(app, overrides, config);

  spdlog::set_default_logger(spdlog::stderr_logger_mt("gateway"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e %l gateway: %v");
  spdlog::set_level(spdlog::level::from_str(config.log_level));

  keep_freed_memory();
  auto gateway = trunkline::Gateway::build(config, TRUNKLINE_VERSION);
  if (!gateway) {
    std::fprintf(stderr, "%s\n", gateway.error().message.c_str());
    return 1;
  }
  (*gateway)->run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGHUP, SIG_IGN);  // until run() listens for it: too early is no reason to end
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trunkline-gateway can't run: %s\n", error.what());
    return 1;
  }
}

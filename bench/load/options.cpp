#include "bench/load/options.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "bench/load/url.hpp"

namespace trunkline::load {
namespace {

constexpr double kMost = 1e9;

/// As the command line has it.
struct Flags {
  bool h1 = false;
  bool h2c = false;
  bool h2 = false;
  bool grpc = false;
  bool insecure = false;
  double rate = 0;
  double duration = 10;
  double warm_up = 0;
  double timeout = 10;
  std::uint64_t requests = 0;
  std::uint64_t expect_bytes = 0;
  std::string expect_body;
  std::vector<std::string> fields;
  std::string method;
  std::string data_file;
  std::string paths_file;
  std::string url;
};

CLI::Validator number(double least, bool whole, const std::string& allowed) {
  return CLI::Validator(
      [=](std::string& text) {
        double value = 0;
        const char* const text_end = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data(), text_end, value);
        if (error == std::errc{} && end == text_end && value >= least && value <= kMost &&
            (!whole || value == std::floor(value))) {
          return std::string{};
        }
        return "\"" + text + "\" is not allowed: " + allowed + ".";
      },
      "");
}

const CLI::Validator kCount = number(1, true, "a whole number from 1 to a thousand million");
const CLI::Validator kSize = number(0, true, "a whole number from 0 to a thousand million");
const CLI::Validator kSeconds = number(0.001, false, "seconds, at least 0.001, such as 10");
const CLI::Validator kRate = number(0.001, false, "requests a second, such as 4000");

void declare(CLI::App& app, Flags& flags, Options& options) {
  app.description(
      "Asks a server for the same again and again, at a constant rate or as fast as possible,\n"
      "and tells how long the answers took. At a constant rate a request's latency begins when it\n"
      "should have been sent, whether or not a connection was free for it then.");
  app.add_option("URL", flags.url, "http://… or https://…; {random:1-50} in it is a random number")
      ->required();
  app.add_flag("--h1", flags.h1, "HTTP/1.1 (the default with http://)");
  app.add_flag("--h2c", flags.h2c, "HTTP/2 without TLS, by prior knowledge");
  app.add_flag("--h2", flags.h2, "HTTP/2 over TLS (the default with https://)");
  app.add_flag("--close", options.close, "A new connection for each request");
  app.add_option("-c,--connections", options.connections, "Connections")
      ->check(kCount)
      ->capture_default_str();
  app.add_option("-m,--streams", options.streams, "Requests at a time on each; HTTP/1.1 has one")
      ->check(kCount)
      ->capture_default_str();
  app.add_option("-t,--threads", options.threads, "Threads")->check(kCount)->capture_default_str();
  app.add_option("--rate", flags.rate,
                 "Requests a second, of all connections together; otherwise "
                 "as fast as possible")
      ->check(kRate);
  app.add_option("-d,--duration", flags.duration, "Seconds that count")
      ->check(kSeconds)
      ->capture_default_str();
  app.add_option("--warm-up", flags.warm_up, "Seconds before them that do not")
      ->check(number(0, false, "seconds, such as 2"))
      ->capture_default_str();
  app.add_option("-n,--requests", flags.requests,
                 "End after so many requests; without -d however "
                 "long it takes")
      ->check(kCount);
  app.add_option("--timeout", flags.timeout, "Seconds until a request or a connection is given up")
      ->check(kSeconds)
      ->capture_default_str();
  app.add_option("-H,--header", flags.fields, "A field of each request, 'name: value'; repeatable")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--method", flags.method, "GET, or POST if there is something to send");
  app.add_option("--data-file", flags.data_file, "Send what is in this file")->type_name("FILE");
  app.add_flag(
      "--grpc", flags.grpc,
      "Unary gRPC calls of the method that the URL's path names, /package.Service/Method.\n"
      "--data-file is the message, with its prefix of 5 bytes or without; otherwise an\n"
      "empty one is sent");
  app.add_option("--paths", flags.paths_file,
                 "Ask for the paths in this file, one a line, in turn, instead of the URL's")
      ->type_name("FILE");
  app.add_option("--expect-bytes", flags.expect_bytes, "Bodies of another size are errors")
      ->check(kSize);
  app.add_option("--expect-body", flags.expect_body, "Bodies other than this file are errors")
      ->type_name("FILE");
  app.add_flag("--insecure", flags.insecure, "Take any certificate, as is done on loopback anyway");
  app.add_option("--ca", options.ca,
                 "Who vouches for the server, PEM; otherwise whom the system "
                 "trusts")
      ->type_name("FILE");
  app.add_option("--json", options.json, "Write the figures to this file too, - is standard output")
      ->type_name("FILE");
  app.footer(
      "Examples:\n"
      "  trunkline-load --h2c -c 8 -m 32 -d 5 http://127.0.0.1:8080/agents\n"
      "  trunkline-load -c 400 --rate 4000 -d 300 --warm-up 5 http://127.0.0.1:8080/agents\n"
      "  trunkline-load --h2 -c 32 -d 5 'https://127.0.0.1:8443/v1/agents/{random:1-50}'\n"
      "  trunkline-load --h2c -m 100 --grpc http://127.0.0.1:50051/pkg.Service/Method\n"
      "Answers of 4xx and 5xx and redirects, which are not followed, are errors. Without a rate,\n"
      "what is answered within the duration counts; with one, the requests due in it, for whose\n"
      "answers it waits. Ctrl-C ends it and tells what was measured until then.\n"
      "Exit status: 0 something was answered, 1 nothing was, 2 the call was wrong.");
}

grpc::Error refused(std::string message) {
  return {grpc::Code::kInvalidArgument, std::move(message)};
}

grpc::Result<std::string> contents(const std::string& flag, const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return refused(flag + " " + file + " can't be read: it must name a file.");
  return text;
}

std::chrono::nanoseconds seconds(double number) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(number * 1e9));
}

/// The message behind a prefix that says that it is not compressed and how long it is
/// (grpc/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message").
std::string framed(std::string message) {
  constexpr std::size_t kPrefix = 5;
  const auto length_of = [](std::size_t size) {
    std::string prefix(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) prefix += static_cast<char>(size >> shift);
    return prefix;
  };
  const bool has_prefix =
      message.size() >= kPrefix && message.starts_with(length_of(message.size() - kPrefix));
  return has_prefix ? message : length_of(message.size()) + message;
}

grpc::Result<void> choose_protocol(const Flags& flags, const Url& url, Options& options) {
  if (flags.h1 + flags.h2c + flags.h2 > 1) {
    return refused("--h1, --h2c and --h2 exclude each other: give one of them.");
  }
  if (flags.h2c && url.tls) {
    return refused("--h2c is HTTP/2 without TLS: its URL must begin with http://, or take --h2.");
  }
  if (flags.h2 && !url.tls) {
    return refused("--h2 is HTTP/2 over TLS: its URL must begin with https://, or take --h2c.");
  }
  const bool h2 = flags.h2c || flags.h2 || (url.tls && !flags.h1);
  options.protocol = h2 ? Protocol::kH2 : Protocol::kH1;
  if (!h2 && options.streams != 1) {
    return refused("-m " + std::to_string(options.streams) +
                   " is not allowed over HTTP/1.1, which has one request at a time on a "
                   "connection: -m must be 1, or take --h2c or --h2.");
  }
  if (options.close && options.streams != 1) {
    return refused("-m " + std::to_string(options.streams) +
                   " is not allowed with --close, which has one request on a connection: -m must "
                   "be 1.");
  }
  if (!h2 && flags.grpc) return refused("--grpc wants HTTP/2: give --h2c, or --h2 and https://.");
  return {};
}

grpc::Result<void> add_fields(const std::vector<std::string>& fields, Options& options) {
  for (const std::string& field : fields) {
    const auto colon = field.find(':');
    const auto value = field.find_first_not_of(' ', colon + 1);
    const bool broken = field.find_first_of("\r\n") != std::string::npos;
    if (colon == std::string::npos || colon == 0 || broken) {
      return refused("-H '" + field + "' is not allowed: it must look like 'name: value'.");
    }
    std::string name = field.substr(0, colon);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (name == "host") {
      options.request.head.authority = value == std::string::npos ? "" : field.substr(value);
    } else {
      options.request.head.headers.add(name, value == std::string::npos ? "" : field.substr(value));
    }
  }
  return {};
}

grpc::Result<void> make_request(const Flags& flags, const Url& url, Options& options) {
  http::RequestHead& head = options.request.head;
  head.scheme = url.tls ? "https" : "http";
  head.authority = url.authority;
  if (!flags.data_file.empty()) {
    auto data = contents("--data-file", flags.data_file);
    if (!data) return data.error();
    options.request.body = std::move(*data);
  }
  const bool sends = flags.grpc || !flags.data_file.empty();
  head.method = !flags.method.empty() ? flags.method : sends ? "POST" : "GET";
  if (flags.grpc) {
    options.request.body = framed(std::move(options.request.body));
    head.headers.add("content-type", "application/grpc");
    head.headers.add("te", "trailers");
  }
  return add_fields(flags.fields, options);
}

grpc::Result<void> read_paths(const Flags& flags, const Url& url, Options& options) {
  std::string text = url.path;
  if (!flags.paths_file.empty()) {
    auto file = contents("--paths", flags.paths_file);
    if (!file) return file.error();
    text = std::move(*file);
  }
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (end > 0) {
      auto pattern = PathPattern::parse(rest.substr(0, end));
      if (!pattern) return pattern.error();
      options.paths.push_back(std::move(*pattern));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (options.paths.empty()) {
    return refused("--paths " + flags.paths_file + " is not allowed: it holds no path.");
  }
  return {};
}

grpc::Result<void> set_expectation(const CLI::App& app, const Flags& flags, Options& options) {
  options.expect.grpc = flags.grpc;
  if (app.count("--expect-bytes") > 0) options.expect.bytes = flags.expect_bytes;
  if (flags.expect_body.empty()) return {};
  auto body = contents("--expect-body", flags.expect_body);
  if (!body) return body.error();
  options.expect.body = std::move(*body);
  return {};
}

void set_amount(const CLI::App& app, const Flags& flags, Options& options) {
  if (app.count("--rate") > 0) options.rate = flags.rate;
  if (app.count("-n") > 0) options.requests = flags.requests;
  const bool endless = app.count("-n") > 0 && app.count("-d") == 0;
  if (!endless) options.duration = seconds(flags.duration);
  options.warm_up = seconds(flags.warm_up);
  options.timeout = seconds(flags.timeout);
}

grpc::Result<Options> check(const CLI::App& app, const Flags& flags, Options options) {
  auto url = Url::parse(flags.url);
  if (!url) return url.error();
  options.tls = url->tls;
  options.host = url->host;
  options.port = url->port;
  options.insecure = flags.insecure || (is_loopback(url->host) && options.ca.empty());
  if (options.threads > options.connections) {
    return refused("-t " + std::to_string(options.threads) +
                   " is not allowed: there must be a connection for each thread, and -c is " +
                   std::to_string(options.connections) + ".");
  }
  set_amount(app, flags, options);
  if (auto done = choose_protocol(flags, *url, options); !done) return done.error();
  if (auto done = make_request(flags, *url, options); !done) return done.error();
  if (auto done = read_paths(flags, *url, options); !done) return done.error();
  if (auto done = set_expectation(app, flags, options); !done) return done.error();
  return options;
}

}  // namespace

grpc::Result<std::optional<Options>> read_options(int argc, char** argv) {
  CLI::App app;
  Flags flags;
  Options options;
  declare(app, flags, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    app.exit(help);
    return std::optional<Options>();
  } catch (const CLI::ParseError& error) {
    return refused(std::string(error.what()) + "\nTry --help.");
  }
  auto checked = check(app, flags, std::move(options));
  if (!checked) return checked.error();
  return std::optional<Options>(std::move(*checked));
}

}  // namespace trunkline::load

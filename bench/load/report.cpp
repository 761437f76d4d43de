#include "bench/load/report.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

namespace trunkline::load {
namespace {

using Json = nlohmann::ordered_json;

struct Percentile {
  const char* key;
  const char* title;
  double percent;
};
constexpr std::array<Percentile, 6> kPercentiles{{{"p50", "50%", 50},
                                                  {"p75", "75%", 75},
                                                  {"p90", "90%", 90},
                                                  {"p99", "99%", 99},
                                                  {"p99_9", "99.9%", 99.9},
                                                  {"p99_99", "99.99%", 99.99}}};

double per_second(const Measured& measured) {
  return measured.seconds > 0 ? static_cast<double>(measured.tally.requests()) / measured.seconds
                              : 0;
}

Json times(const Histogram& histogram) {
  Json object{{"mean", histogram.mean_us()}, {"min", histogram.least_us()}};
  for (const Percentile& one : kPercentiles) {
    object[one.key] = histogram.percentile_us(one.percent);
  }
  object["max"] = histogram.most_us();
  return object;
}

template <class... Values>
std::string line(const char* format, Values... values) {
  char text[256];
  const int size = std::snprintf(text, sizeof(text), format, values...);
  return std::string(text, static_cast<std::size_t>(size)) + "\n";
}

unsigned long long number(std::uint64_t value) {
  return value;
}

}  // namespace

std::string json(const Options& options, const Measured& measured) {
  const Tally& tally = measured.tally;
  Json errors = Json::object();
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    errors[name(fault)] = tally.errors(fault);
  }
  Json statuses = Json::object();
  for (std::size_t digit = 2; digit <= 5; ++digit) {
    statuses[std::to_string(digit) + "xx"] = tally.statuses(digit);
  }
  Json object{{"requests", tally.requests()},
              {"per_second", per_second(measured)},
              {"errors", std::move(errors)},
              {"statuses", std::move(statuses)},
              {"not_sent", tally.not_sent()},
              {"unfinished", tally.unfinished_count()},
              {"bytes", tally.body_bytes()},
              {"received_bytes", tally.received()},
              {"seconds", measured.seconds},
              {"latency_us", times(tally.latency())},
              {"service_us", times(tally.service())},
              {"connects", tally.connects()},
              {"cpu", measured.cpu},
              {"interrupted", measured.interrupted}};
  object["rate"] = options.rate ? Json(*options.rate) : Json();
  return object.dump(2) + "\n";
}

std::string table(const Options& options, const Measured& measured) {
  const Tally& tally = measured.tally;
  std::string text = line("%llu answers in %.2f s: %.1f a second", number(tally.requests()),
                          measured.seconds, per_second(measured));
  if (options.rate) {
    text += line("  %.6g a second were wanted, %llu requests were never sent", *options.rate,
                 number(tally.not_sent()));
  }
  text += line("%llu errors", number(tally.errors()));
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    if (tally.errors(fault) > 0)
      text += line("  %-8s %llu", name(fault), number(tally.errors(fault)));
  }
  text += line("%.1f MiB of bodies, %llu connections, %.2f cores used by the generator",
               static_cast<double>(tally.body_bytes()) / 1024 / 1024, number(tally.connects()),
               measured.cpu);
  const Histogram& latency = tally.latency();
  const Histogram& service = tally.service();
  text +=
      line("%-10s %14s %14s", "in ms", options.rate ? "since due" : "since wanted", "since sent");
  const auto row = [&](const char* title, double one, double other) {
    text += line("%-10s %14.3f %14.3f", title, one / 1e3, other / 1e3);
  };
  row("mean", latency.mean_us(), service.mean_us());
  row("least", latency.least_us(), service.least_us());
  for (const Percentile& one : kPercentiles) {
    row(one.title, latency.percentile_us(one.percent), service.percentile_us(one.percent));
  }
  row("most", latency.most_us(), service.most_us());
  if (measured.interrupted) text += "It was interrupted: these are the figures until then.\n";
  return text;
}

}  // namespace trunkline::load

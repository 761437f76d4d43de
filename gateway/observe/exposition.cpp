#include "gateway/observe/exposition.hpp"

#include <functional>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <prometheus/text_serializer.h>

#include "gateway/observe/access_log.hpp"

namespace trunkline::observe {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;
using Workers = std::span<const Meters* const>;

// Divided by, since that rounds to what one would write: 100 µs are 0.0001 s.
constexpr double kNanosecondsPerSecond = 1e9;
constexpr double kMicrosecondsPerSecond = 1e6;

/// The families of one answer, in the order in which they are begun.
class Page {
 public:
  void begin(MetricType type, std::string name, std::string help) {
    families_.push_back({std::move(name), std::move(help), type, {}});
  }

  void add(Labels labels, double value) {
    ClientMetric& metric = append(std::move(labels));
    if (families_.back().type == MetricType::Counter) metric.counter.value = value;
    if (families_.back().type == MetricType::Gauge) metric.gauge.value = value;
  }

  void add(Labels labels, const std::vector<const Histogram*>& workers) {
    ClientMetric::Histogram& sum = append(std::move(labels)).histogram;
    std::uint64_t nanoseconds = 0;
    for (const Histogram* worker : workers) nanoseconds += worker->nanoseconds();
    sum.sample_sum = static_cast<double>(nanoseconds) / kNanosecondsPerSecond;
    for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
      for (const Histogram* worker : workers) sum.sample_count += worker->in_bucket(i);
      const double bound = i < Histogram::kBounds.size()
                               ? Histogram::kBounds[i] / kMicrosecondsPerSecond
                               : std::numeric_limits<double>::infinity();
      sum.bucket.push_back({sum.sample_count, bound});
    }
  }

  /// Without the families of which there is nothing yet.
  std::string text() {
    std::erase_if(families_, [](const MetricFamily& family) { return family.metric.empty(); });
    return prometheus::TextSerializer().Serialize(families_);
  }

 private:
  ClientMetric& append(Labels labels) {
    ClientMetric& metric = families_.back().metric.emplace_back();
    metric.label = std::move(labels);
    return metric;
  }

  std::vector<MetricFamily> families_;
};

double sum(Workers workers, const std::function<std::uint64_t(const Meters&)>& number) {
  std::uint64_t sum = 0;
  for (const Meters* worker : workers) sum += number(*worker);
  return static_cast<double>(sum);
}

void add_clients(Page& page, Workers workers) {
  const auto add = [&](MetricType type, std::string name, std::string help,
                       Count ClientMeters::*count) {
    page.begin(type, std::move(name), std::move(help));
    for (const Wire wire : {Wire::kHttp1, Wire::kHttp1Tls, Wire::kHttp2, Wire::kHttp2Tls}) {
      page.add({{"protocol", std::string(protocol_label(wire))},
                {"tls", is_tls(wire) ? "true" : "false"}},
               sum(workers,
                   [&](const Meters& meters) { return (meters.clients(wire).*count).value(); }));
    }
  };
  add(MetricType::Counter, "trunkline_connections_accepted_total",
      "Connections from clients, by the protocol that they came to speak.",
      &ClientMeters::accepted);
  add(MetricType::Gauge, "trunkline_connections_open", "Connections from clients that are open.",
      &ClientMeters::open);
  add(MetricType::Gauge, "trunkline_requests_under_way",
      "Requests that have come and are not answered whole.", &ClientMeters::requests_under_way);
  add(MetricType::Counter, "trunkline_received_bytes_total",
      "Bytes from clients, with all framing and without TLS.", &ClientMeters::bytes_from_clients);
  add(MetricType::Counter, "trunkline_sent_bytes_total",
      "Bytes to clients, with all framing and without TLS.", &ClientMeters::bytes_to_clients);
}

void add_reads(Page& page, Workers workers) {
  page.begin(MetricType::Counter, "trunkline_read_flights_total",
             "Calls of methods without side effects, each for all who asked the same before it was "
             "sent.");
  page.add({}, sum(workers, [](const Meters& meters) { return meters.reads().flights.value(); }));
  page.begin(MetricType::Counter, "trunkline_reads_joined_total",
             "Requests for such methods that needed no call of their own.");
  page.add({}, sum(workers, [](const Meters& meters) { return meters.reads().joined.value(); }));
}

void add_refusals(Page& page, Workers workers) {
  page.begin(MetricType::Counter, "trunkline_refusals_total",
             "Times that a limit or a rule was enforced against a peer, by reason.");
  for (std::size_t i = 0; i < kRefusals; ++i) {
    const auto reason = static_cast<Refusal>(i);
    page.add({{"reason", std::string(name_of(reason))}},
             sum(workers, [&](const Meters& meters) { return meters.refusals(reason); }));
  }
}

// Each worker has its own meters of a route; they may know different routes for a moment.
using Routes = std::map<std::string, std::vector<const RouteMeters*>>;

void add_answers(Page& page, const Routes& routes, std::size_t slots,
                 const std::function<std::uint64_t(const AnswerCounts&, std::size_t)>& number,
                 const std::function<ClientMetric::Label(std::size_t)>& label) {
  for (const auto& [name, workers] : routes) {
    for (const bool http2 : {false, true}) {
      for (std::size_t slot = 0; slot < slots; ++slot) {
        std::uint64_t sum = 0;
        for (const RouteMeters* worker : workers) sum += number(worker->answers(http2), slot);
        if (sum == 0) continue;
        page.add({{"route", name}, {"protocol", http2 ? "h2" : "h1"}, label(slot)},
                 static_cast<double>(sum));
      }
    }
  }
}

void add_routes(Page& page, Workers meters) {
  Routes routes;
  for (const Meters* worker : meters) {
    worker->for_each_route(
        [&](const RouteMeters& route) { routes[route.name()].push_back(&route); });
  }
  page.begin(MetricType::Counter, "trunkline_requests_total",
             "Requests that have ended, by route, protocol and HTTP status; 499 is a client that "
             "left before its answer.");
  add_answers(
      page, routes, AnswerCounts::kSlots,
      [](const AnswerCounts& answers, std::size_t slot) { return answers.in_slot(slot); },
      [](std::size_t slot) {
        const bool other = slot == AnswerCounts::kOther;
        return ClientMetric::Label{"status",
                                   other ? "other" : std::to_string(AnswerCounts::kStatuses[slot])};
      });
  page.begin(MetricType::Counter, "trunkline_grpc_requests_total",
             "Calls that have ended with a grpc-status, by route, protocol and its number.");
  add_answers(
      page, routes, AnswerCounts::kGrpcStatuses,
      [](const AnswerCounts& answers, std::size_t code) { return answers.with_grpc_status(code); },
      [](std::size_t code) {
        return ClientMetric::Label{"grpc_status", std::to_string(code)};
      });
  page.begin(MetricType::Histogram, "trunkline_request_duration_seconds",
             "From a request's head to the end of its answer.");
  for (const auto& [name, workers] : routes) {
    std::vector<const Histogram*> took;
    for (const RouteMeters* worker : workers) took.push_back(&worker->took());
    page.add({{"route", name}}, took);
  }
}

void add_endpoints(Page& page, Workers meters) {
  // By upstream and endpoint.
  std::map<std::pair<std::string, std::string>, std::vector<const EndpointMeters*>> endpoints;
  for (const Meters* worker : meters) {
    worker->for_each_upstream([&](const UpstreamMeters& upstream) {
      upstream.for_each_endpoint([&](const EndpointMeters& endpoint) {
        endpoints[{upstream.name(), endpoint.name()}].push_back(&endpoint);
      });
    });
  }
  const auto add = [&](MetricType type, std::string name, std::string help,
                       Count EndpointMeters::*count) {
    page.begin(type, std::move(name), std::move(help));
    for (const auto& [names, workers] : endpoints) {
      std::uint64_t sum = 0;
      for (const EndpointMeters* worker : workers) sum += (worker->*count).value();
      page.add({{"upstream", names.first}, {"endpoint", names.second}}, static_cast<double>(sum));
    }
  };
  add(MetricType::Gauge, "trunkline_upstream_lines_open", "Connections to backends that are open.",
      &EndpointMeters::lines_open);
  add(MetricType::Counter, "trunkline_upstream_lines_opened_total",
      "Connections to backends that came to stand.", &EndpointMeters::lines_opened);
  add(MetricType::Counter, "trunkline_upstream_lines_failed_total",
      "Connections to backends that could not be made, or broke with calls on them.",
      &EndpointMeters::lines_failed);
  add(MetricType::Gauge, "trunkline_upstream_calls_under_way",
      "Calls at a backend: open streams on the lines to it.", &EndpointMeters::calls_under_way);
  add(MetricType::Counter, "trunkline_upstream_calls_begun_total", "Calls sent to a backend.",
      &EndpointMeters::calls_begun);
  add(MetricType::Counter, "trunkline_upstream_calls_ended_total",
      "Calls that a backend ended with a grpc-status, whichever.", &EndpointMeters::calls_ended);
  add(MetricType::Counter, "trunkline_upstream_calls_failed_total",
      "Calls that ended without a grpc-status.", &EndpointMeters::calls_failed);
  add(MetricType::Counter, "trunkline_upstream_calls_canceled_total",
      "Calls that the gateway ended: the client left, or a deadline passed.",
      &EndpointMeters::calls_canceled);
  add(MetricType::Counter, "trunkline_upstream_calls_repeated_total",
      "Calls that were sent once more after a failure.", &EndpointMeters::calls_repeated);
}

void add_queues(Page& page, Workers meters) {
  std::map<std::string, std::vector<const UpstreamMeters*>> upstreams;
  for (const Meters* worker : meters) {
    worker->for_each_upstream(
        [&](const UpstreamMeters& upstream) { upstreams[upstream.name()].push_back(&upstream); });
  }
  page.begin(MetricType::Gauge, "trunkline_upstream_queue_length",
             "Calls that wait for a place on a line.");
  for (const auto& [name, workers] : upstreams) {
    std::uint64_t sum = 0;
    for (const UpstreamMeters* worker : workers) sum += worker->queued.value();
    page.add({{"upstream", name}}, static_cast<double>(sum));
  }
  page.begin(MetricType::Histogram, "trunkline_upstream_queue_wait_seconds",
             "How long calls waited for a place on a line.");
  for (const auto& [name, workers] : upstreams) {
    std::vector<const Histogram*> waits;
    for (const UpstreamMeters* worker : workers) waits.push_back(&worker->queue_wait);
    page.add({{"upstream", name}}, waits);
  }
}

void add_log(Page& page, const AccessLog& log) {
  page.begin(MetricType::Counter, "trunkline_access_log_lines_total",
             "Requests that were to be logged.");
  page.add({}, static_cast<double>(log.lines()));
  page.begin(MetricType::Counter, "trunkline_access_log_dropped_total",
             "Lines that were not written: their ring was full, or the file took them not.");
  page.add({{"reason", "ring_full"}}, static_cast<double>(log.dropped()));
  page.add({{"reason", "write_failed"}}, static_cast<double>(log.unwritten()));
}

}  // namespace

std::string metrics_text(Workers workers, const AccessLog* log, const Version& version) {
  Page page;
  page.begin(MetricType::Gauge, "trunkline_build_info", "Which program this is; always 1.");
  page.add({{"version", version.version}, {"build", version.build}}, 1);
  page.begin(MetricType::Gauge, "trunkline_workers", "Threads that serve clients.");
  page.add({}, static_cast<double>(workers.size()));
  add_clients(page, workers);
  add_reads(page, workers);
  add_refusals(page, workers);
  add_routes(page, workers);
  add_queues(page, workers);
  add_endpoints(page, workers);
  if (log != nullptr) add_log(page, *log);
  return page.text();
}

}  // namespace trunkline::observe

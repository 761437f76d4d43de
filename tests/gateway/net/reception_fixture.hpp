#pragma once

// What connections in these tests answer from: two pages, and an upstream that answers only what
// the test lets it.

#include <map>
#include <string>
#include <vector>

#include <boost/smart_ptr/make_local_shared.hpp>

#include "gateway/exchange/desk.hpp"
#include "gateway/exchange/read/reads.hpp"
#include "gateway/exchange/watch/watches.hpp"
#include "gateway/net/connection.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/route/table.hpp"
#include "tests/gateway/collapse/manual_schedule.hpp"
#include "tests/gateway/exchange/watch/manual_alarm.hpp"

namespace trunkline::net {

/// Takes calls and keeps them open, so that a test can see them begin and be cancelled.
class OpenCalls final : public exchange::Upstream {
 public:
  struct Call {
    exchange::CallObserver* observer;
    bool streams = false;    // its body comes piece by piece
    bool ended = false;      // and has come
    std::size_t bytes = 0;   // of the body, not taken yet
    std::size_t unread = 0;  // of the answer, at the client or on the way to it
    exchange::Permit permit{};
  };

  grpc::Result<exchange::CallId> begin(exchange::Call call,
                                       exchange::CallObserver& observer) override {
    open.emplace(++last_, Call{&observer, !call.ended, false, 0, 0, std::move(call.permit)});
    return last_;
  }
  void send(exchange::CallId call, http::SharedBody chunk, bool end) override {
    const auto found = open.find(call);
    if (found == open.end()) return;
    found->second.bytes += chunk.size();
    found->second.ended = end;
  }
  void consume(exchange::CallId call, std::size_t bytes) override {
    const auto found = open.find(call);
    if (found != open.end()) found->second.unread -= bytes;
  }
  void cancel(exchange::CallId call) override { open.erase(call); }
  std::string_view endpoint(exchange::CallId) override { return {}; }

  std::map<exchange::CallId, Call> open;

 private:
  exchange::CallId last_ = 0;
};

struct Pages {
  Pages() {
    std::vector<route::Rule> rules{
        {"GET", "/index", 0, "index"}, {"GET", "/big", 1, "big"}, {"GET", "/readyz", 2, "ready"}};
    table = std::make_shared<const route::Table>(route::Table::build(std::move(rules)).value());
  }

  exchange::CatalogPtr catalog() const {
    auto made = boost::make_local_shared<exchange::Catalog>();
    made->table = table;
    made->complete = true;
    made->targets.push_back(
        {exchange::FixedAnswer{"application/json", http::SharedBody(R"({"hello":"world"})")}});
    made->targets.push_back(
        {exchange::FixedAnswer{"text/plain", http::SharedBody(std::string(kBig, 'x'))}});
    made->targets.push_back({exchange::ReadinessProbe{}});
    return made;
  }

  static constexpr std::size_t kBig = 1 << 20;
  std::shared_ptr<const route::Table> table;
};

/// One worker's desk and reception. The catalog is made on the thread that runs the worker.
struct Front {
  explicit Front(const exchange::CatalogPtr& catalog = Pages().catalog())
      : desk{settings,
             forwarding,
             cors,
             recorder,
             reads,
             watches,
             catalog ? with_calls(*catalog) : catalog},
        reception{desk, recorder, caps, {}, {}, {}} {}

  /// Of a client that is somewhere.
  Visit visit() const { return {observe::Wire::kHttp1, {"192.0.2.7", "", false}, {}}; }

  /// With the upstream that has the calls of undescribed methods.
  exchange::CatalogPtr with_calls(exchange::Catalog catalog) {
    catalog.upstreams.push_back({"calls", &calls, true});
    return boost::make_local_shared<exchange::Catalog>(std::move(catalog));
  }

  OpenCalls calls;
  exchange::Settings settings;
  policy::Forwarding forwarding{{}};
  policy::Cors cors{{}};
  policy::ConnectionCaps caps{{}, 1024};
  observe::Recorder recorder;
  collapse::Settings collapse;
  collapse::ManualSchedule schedule;  // nothing is read here
  exchange::Compression compression;
  exchange::Reads reads{collapse, schedule, compression, {}};
  exchange::WatchSettings watching;
  exchange::ManualAlarm alarm;
  exchange::Watches watches{watching, alarm, settings.stream_retry};
  exchange::Desk desk;
  Reception reception;
};

}  // namespace trunkline::net

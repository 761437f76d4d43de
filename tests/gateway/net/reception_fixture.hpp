#pragma once

// What connections in these tests answer from: two pages, and an upstream that never answers.

#include <set>
#include <string>

#include <boost/smart_ptr/make_local_shared.hpp>

#include "gateway/exchange/desk.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/route/table.hpp"

namespace trunkline::net {

/// Takes calls and keeps them open, so that a test can see them begin and be cancelled.
class OpenCalls final : public exchange::Upstream {
 public:
  grpc::Result<exchange::CallId> begin(exchange::Call, exchange::CallObserver&) override {
    open.insert(++last_);
    return last_;
  }
  void send(exchange::CallId, http::SharedBody, bool) override {}
  void consume(exchange::CallId, std::size_t) override {}
  void cancel(exchange::CallId call) override { open.erase(call); }

  std::set<exchange::CallId> open;

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
    made->targets.emplace_back(
        exchange::FixedAnswer{"application/json", http::SharedBody(R"({"hello":"world"})")});
    made->targets.emplace_back(
        exchange::FixedAnswer{"text/plain", http::SharedBody(std::string(kBig, 'x'))});
    made->targets.emplace_back(exchange::ReadinessProbe{});
    return made;
  }

  static constexpr std::size_t kBig = 1 << 20;
  std::shared_ptr<const route::Table> table;
};

/// One worker's desk and reception. The catalog is made on the thread that runs the worker.
struct Front {
  explicit Front(const exchange::CatalogPtr& catalog = Pages().catalog())
      : desk{settings, calls, catalog}, reception{desk, {}, {}, {}} {}

  OpenCalls calls;
  exchange::Settings settings;
  exchange::Desk desk;
  Reception reception;
};

}  // namespace trunkline::net

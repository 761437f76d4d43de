#pragma once

// An exchange between a client that notes down what it is answered and a backend whose answers
// the test speaks itself. Both fail the test when a port is used as no connection and no line would
// bear it: a second answer, a word to a call that has ended.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/smart_ptr/make_local_shared.hpp>
#include <gtest/gtest.h>

#include "gateway/exchange/exchange.hpp"
#include "gateway/exchange/read/reads.hpp"
#include "gateway/exchange/watch/watches.hpp"
#include "gateway/grpc/framing.hpp"
#include "tests/gateway/collapse/manual_schedule.hpp"
#include "tests/gateway/exchange/watch/manual_alarm.hpp"

namespace trunkline::exchange {

class Client final : public Answerer {
 public:
  struct Answer {
    http::ResponseHead head;
    std::string body;
  };

  void respond(http::StreamId stream, const http::ResponseHead& head,
               http::SharedBody body) override {
    EXPECT_FALSE(started) << "respond() after start()";
    EXPECT_TRUE(answers.empty()) << "respond() twice";
    answers.emplace(stream, Answer{head, std::string(body.view())});
    if (on_answer) on_answer();
  }
  void start(http::StreamId, const http::ResponseHead& head) override {
    EXPECT_FALSE(started) << "start() twice";
    EXPECT_TRUE(answers.empty()) << "start() after respond()";
    started = head;
  }
  void send(http::StreamId, http::SharedBody chunk) override {
    EXPECT_TRUE(started) << "send() before start()";
    EXPECT_FALSE(trailers) << "send() after finish()";
    streamed += chunk.view();
    ++sends;
  }
  void finish(http::StreamId, http::Headers given) override {
    EXPECT_TRUE(started) << "finish() before start()";
    EXPECT_FALSE(trailers) << "finish() twice";
    trailers = std::move(given);
  }
  void reset(http::StreamId) override {}
  void consume(http::StreamId, std::size_t bytes) override { consumed += bytes; }
  const policy::Caller& caller() const override { return who; }
  Permit permit() override { return running; }
  observe::RequestRecord* record(http::StreamId) override { return &told; }

  policy::Caller who{"192.0.2.7", "", false};
  Permit running = boost::make_local_shared<Running>();
  observe::Recorder recorder;
  observe::RequestRecord told = recorder.begin(observe::Wire::kHttp2);
  std::multimap<http::StreamId, Answer> answers;
  std::function<void()> on_answer;
  std::optional<http::ResponseHead> started;
  std::string streamed;
  int sends = 0;
  std::optional<http::Headers> trailers;
  std::size_t consumed = 0;
};

class Backend final : public Upstream {
 public:
  grpc::Result<CallId> begin(Call call, CallObserver& observer) override {
    if (refusal) return *refusal;
    path = call.path;
    body = call.body.view();
    metadata = std::move(call.metadata);
    ended = call.ended;
    unary = call.unary;
    deadline = call.deadline;
    repeatable = call.repeatable;
    permit = std::move(call.permit);
    observers.emplace(++last, &observer);
    return last;
  }
  void send(CallId call, http::SharedBody chunk, bool end) override {
    expect_open(call, "send()");
    EXPECT_FALSE(ended) << "send() after the end of the body";
    body += chunk.view();
    ended = end;
  }
  void consume(CallId call, std::size_t bytes) override {
    expect_open(call, "consume()");
    consumed += bytes;
  }
  std::string_view endpoint(CallId call) override {
    expect_open(call, "endpoint()");
    return "192.0.2.1:50051";
  }
  void cancel(CallId call) override {
    expect_open(call, "cancel()");
    observers.erase(call);
    ++cancelled;
  }

  /// The observer of the one call that is open; it ends with this.
  CallObserver& end() {
    CallObserver& observer = *observers.begin()->second;
    observers.clear();
    return observer;
  }
  CallObserver& observer() { return *observers.begin()->second; }

  std::optional<grpc::Error> refusal;
  std::string path;
  std::string body;
  http::Headers metadata;
  bool ended = false;
  bool unary = false;
  Clock::time_point deadline;
  bool repeatable = false;
  Permit permit;
  std::map<CallId, CallObserver*> observers;
  CallId last = 0;
  std::size_t consumed = 0;
  int cancelled = 0;

 private:
  void expect_open(CallId call, const char* what) const {
    EXPECT_TRUE(observers.contains(call)) << what << " of call " << call << ", which is not open";
  }
};

/// Request: "<path values> <query>|<body>"; answer: the message in quotes; "bad" fails both ways.
class Quoting final : public transcode::Transcoder {
 public:
  grpc::Result<void> request(std::span<const transcode::PathValue> path_values,
                             std::string_view query, std::string_view body,
                             std::string& message) const override {
    if (query == "bad" || body == "bad") return grpc::invalid_field("q", "\"bad\" is not allowed");
    for (const auto& [field, value] : path_values) {
      message.append(field).append("=").append(value).append(" ");
    }
    message.append(query).append("|").append(body);
    return {};
  }
  grpc::Result<void> answer(std::string_view message, std::string& json) const override {
    if (message == "bad") return grpc::Error{grpc::Code::kInternal, "not this message"};
    json.append("\"").append(message).append("\"");
    return {};
  }
  bool detail(std::string_view any, std::string& json) const override {
    json.append("{\"any\":").append(std::to_string(any.size())).append("}");
    return true;
  }
};

struct Scene {
  explicit Scene(bool complete = true) {
    auto catalog = boost::make_local_shared<Catalog>();
    std::vector<route::Rule> rules{{"GET", "/index", 0, "index"},
                                   {"GET", "/readyz", 1, "ready"},
                                   {"GET", "/v1/{name=things/*}", 2, "Get"},
                                   {"POST", "/v1/things", 3, "Create"},
                                   {"GET", "/v1/things:watch", 4, "Watch"},
                                   {"POST", "/v1/things:gather", 5, "Gather"},
                                   {"POST", "/v1/{name=things/*}:converse", 6, "Converse"},
                                   {"POST", "/v1/things:find", 7, "Find"},
                                   {"DELETE", "/v1/{name=things/*}", 8, "Delete"},
                                   {"POST", "/v1/things:search", 9, "Search"},
                                   {"GET", "/v2/{name=things/*}", 10, "GetApart"}};
    catalog->table =
        std::make_shared<const route::Table>(route::Table::build(std::move(rules)).value());
    const auto transcoder = std::make_shared<Quoting>();
    const auto offer = [&](Target target, const char* route) {
      catalog->targets.push_back({std::move(target), &client.recorder.meters().route(route)});
    };
    offer(FixedAnswer{"text/plain", http::SharedBody("hello")}, "/index");
    offer(ReadinessProbe{}, "/readyz");
    const BackendMethod get{"/t.Things/Get", transcoder, &backend, false, false, true};
    const BackendMethod create{"/t.Things/Create", transcoder, &backend};
    const BackendMethod remove{"/t.Things/Delete", transcoder, &backend};
    const BackendMethod search{"/t.Things/Search", transcoder, &backend, false, false, true};
    BackendMethod apart = get;
    apart.shared = false;
    const BackendMethod watch{"/t.Things/Watch", transcoder, &backend, false, true};
    const BackendMethod gather{"/t.Things/Gather", transcoder, &backend, true, false};
    const BackendMethod converse{"/t.Things/Converse", transcoder, &backend, true, true};
    offer(get, "/v1/{name=things/*}");
    offer(create, "/v1/things");
    offer(watch, "/v1/things:watch");
    offer(gather, "/v1/things:gather");
    offer(converse, "/v1/{name=things/*}:converse");
    offer(watch, "/v1/things:find");
    offer(remove, "/v1/{name=things/*}");
    offer(search, "/v1/things:search");
    offer(apart, "/v2/{name=things/*}");
    for (const BackendMethod& method : {get, create, watch, gather, converse}) {
      catalog->methods.emplace(method.path,
                               NamedMethod{method, &client.recorder.meters().route(method.path)});
    }
    catalog->upstreams.push_back({"things", &backend, complete});
    catalog->complete = complete;
    desk.catalog = catalog;
  }

  std::unique_ptr<Exchange> request(std::string method, std::string target, bool end = true,
                                    http::Headers fields = {}) {
    auto begun = ask(client, std::move(method), std::move(target), end, std::move(fields));
    depart();
    return begun;
  }

  /// A read that this begins has not been sent when it returns.
  std::unique_ptr<Exchange> ask(Client& whose, std::string method, std::string target,
                                bool end = true, http::Headers fields = {}) {
    http::RequestHead head{std::move(method), "http", "a.example", std::move(target),
                           std::move(fields)};
    return receive(desk, whose, {7, std::move(head), end});
  }

  void depart() { schedule.depart_due(reads.flights); }

  /// The one answer there is.
  const Client::Answer& answer() const { return client.answers.begin()->second; }

  static std::string framed(std::string_view message) {
    std::string frame(grpc::kPrefixBytes, '\0');
    frame.append(message);
    grpc::write_prefix(frame);
    return frame;
  }

  Settings settings;
  Client client;
  Backend backend;
  policy::Forwarding forwarding{{}};
  policy::Cors cors{{}};
  collapse::Settings collapse;
  collapse::ManualSchedule schedule;
  Compression compression;
  Reads reads{collapse, schedule, compression, forwarding.shared_fields()};
  WatchSettings watching;
  ManualAlarm alarm;
  Watches watches{watching, alarm, settings.stream_retry};
  Desk desk{settings, forwarding, cors, client.recorder, reads, watches, {}};
};

inline const http::Headers kDone{{"grpc-status", "0"}};

}  // namespace trunkline::exchange

#pragma once

// An exchange between a client that notes down what it is answered and a backend whose answers
// the test speaks itself.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/smart_ptr/make_local_shared.hpp>

#include "gateway/exchange/exchange.hpp"
#include "gateway/grpc/framing.hpp"

namespace trunkline::exchange {

class Client final : public Answerer {
 public:
  struct Answer {
    http::ResponseHead head;
    std::string body;
  };

  void respond(http::StreamId stream, const http::ResponseHead& head,
               http::SharedBody body) override {
    answers.emplace(stream, Answer{head, std::string(body.view())});
  }
  void start(http::StreamId, const http::ResponseHead&) override {}
  void send(http::StreamId, http::SharedBody chunk) override { streamed += chunk.view(); }
  void finish(http::StreamId, http::Headers given) override { trailers = std::move(given); }
  void reset(http::StreamId) override {}
  void consume(http::StreamId, std::size_t bytes) override { consumed += bytes; }

  std::multimap<http::StreamId, Answer> answers;
  std::string streamed;
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
    deadline = call.deadline;
    repeatable = call.repeatable;
    observers.emplace(++last, &observer);
    return last;
  }
  void send(CallId, http::SharedBody chunk, bool end) override {
    body += chunk.view();
    ended = end;
  }
  void consume(CallId, std::size_t bytes) override { consumed += bytes; }
  void cancel(CallId call) override {
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
  Clock::time_point deadline;
  bool repeatable = false;
  std::map<CallId, CallObserver*> observers;
  CallId last = 0;
  std::size_t consumed = 0;
  int cancelled = 0;
};

/// Request: "request:<query>|<body>"; answer: the message in quotes; "bad" fails on both ways.
class Quoting final : public transcode::Transcoder {
 public:
  grpc::Result<void> request(std::span<const transcode::PathValue> path_values,
                             std::string_view query, std::string_view body,
                             std::string& message) const override {
    if (query == "bad") return grpc::invalid_field("q", "\"bad\" is not allowed");
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
};

struct Scene {
  explicit Scene(bool complete = true) {
    auto catalog = boost::make_local_shared<Catalog>();
    std::vector<route::Rule> rules{{"GET", "/index", 0, "index"},
                                   {"GET", "/readyz", 1, "ready"},
                                   {"GET", "/v1/{name=things/*}", 2, "Get"},
                                   {"POST", "/v1/things", 3, "Create"},
                                   {"GET", "/v1/things:watch", 4, "Watch"}};
    catalog->table =
        std::make_shared<const route::Table>(route::Table::build(std::move(rules)).value());
    const auto transcoder = std::make_shared<Quoting>();
    catalog->targets = {FixedAnswer{"text/plain", http::SharedBody("hello")}, ReadinessProbe{},
                        UnaryMethod{"/t.Things/Get", transcoder, true},
                        UnaryMethod{"/t.Things/Create", transcoder, false},
                        StreamingMethod{"/t.Things/Watch"}};
    catalog->complete = complete;
    desk.catalog = catalog;
  }

  std::unique_ptr<Exchange> request(std::string method, std::string target, bool end = true) {
    http::RequestHead head{std::move(method), "http", "a.example", std::move(target), {}};
    return receive(desk, client, {7, std::move(head), end});
  }

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
  Desk desk{settings, backend, {}};
};

inline const http::Headers kDone{{"grpc-status", "0"}};

}  // namespace trunkline::exchange

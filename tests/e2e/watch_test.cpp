// A collection of a foreign service that is watched by clients without gRPC, on every way in: the
// gateway knows of it what its descriptors say.

#include <chrono>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/echo_stack.hpp"
#include "tests/e2e/wire_socket.hpp"
#include "tests/support/answer.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using support::Wire;

constexpr auto kPatience = 10s;

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

/// A curl that reads until it is destroyed.
class Reader {
 public:
  Reader(Wire wire, const EchoStack& stack, const std::string& path,
         const std::vector<std::string>& fields = {}) {
    const bool tls = support::is_tls(wire);
    std::vector<std::string> command{"/usr/bin/curl", "-sN", "--insecure"};
    if (!support::is_h2(wire)) command.push_back("--http1.1");
    if (support::is_h2(wire)) command.push_back(tls ? "--http2" : "--http2-prior-knowledge");
    command.insert(command.end(), {"-H", "accept: text/event-stream"});
    for (const std::string& field : fields) command.insert(command.end(), {"-H", field});
    command.push_back(tls ? "https://localhost:" + std::to_string(stack.https_port()) + path
                          : "http://127.0.0.1:" + std::to_string(stack.http_port()) + path);
    curl_ = std::make_unique<support::Process>(command, scratch_.path("out"));
  }

  std::string text() const { return support::read_file(scratch_.path("out")); }
  bool sees(const std::string& what) const {
    return support::eventually(kPatience, [&] { return text().find(what) != std::string::npos; });
  }
  bool ends() { return curl_->wait(kPatience).has_value(); }
  bool reads() { return curl_->running(); }

 private:
  support::Scratch scratch_;
  std::unique_ptr<support::Process> curl_;
};

class Watches : public testing::TestWithParam<Wire> {
 protected:
  static void SetUpTestSuite() { start({.workers = 1, .heartbeat = 300ms, .watch_patience = 20s}); }
  static void TearDownTestSuite() { stack.reset(); }
  static void start(const EchoSettings& settings) { stack = std::make_unique<EchoStack>(settings); }

  static void put(const std::string& name, const std::string& value) {
    support::Scratch scratch;
    const std::string body =
        scratch.write("body", json{{"name", "things/" + name}, {"value", value}}.dump());
    const auto answer =
        support::fetch(Wire::kH1, stack->http_port(), "/v1/things",
                       {"-H", "content-type: application/json", "--data-binary", "@" + body});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  static json count(const std::string& tag) {
    return json::parse(
        support::fetch(Wire::kH1, stack->http_port(), "/v1/things:count?tag=" + tag).body);
  }

  static std::string path(const std::string& tag) { return "/v1/things:watch?tag=" + tag; }

  static std::unique_ptr<EchoStack> stack;
};

std::unique_ptr<EchoStack> Watches::stack;

INSTANTIATE_TEST_SUITE_P(Over, Watches, testing::ValuesIn(support::kWires),
                         [](const auto& tested) { return support::name(tested.param); });

TEST_P(Watches, ShareOneCallOfTheBackend) {
  put("a", "one");
  const std::string name = "share" + support::name(GetParam());
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 10; ++i) {
    readers.push_back(std::make_unique<Reader>(GetParam(), *stack, path(name)));
  }
  for (const auto& reader : readers)
    ASSERT_TRUE(reader->sees("\"snapshot\":true")) << stack->logs();
  const std::string value = "two" + name;
  put("a", value);
  for (const auto& reader : readers) {
    EXPECT_TRUE(reader->sees(value));
    EXPECT_EQ(count_of(reader->text(), "retry: "), 1u);
    EXPECT_EQ(count_of(reader->text(), "\"snapshot\""), 1u);
  }
  EXPECT_EQ(count(name)["begun"], 1);
}

TEST_P(Watches, GoOnWhereTheyWere) {
  const std::string name = "resume" + support::name(GetParam());
  put("b", name);
  Reader first(GetParam(), *stack, path(name));
  ASSERT_TRUE(first.sees("\n\nid: v"));
  const std::string text = first.text();
  const auto from = text.find("id: ") + 4;
  const std::string version = text.substr(from, text.find('\n', from) - from);
  Reader again(GetParam(), *stack, path(name), {"last-event-id: " + version});
  ASSERT_TRUE(again.sees("id: " + version));
  EXPECT_EQ(again.text().find("snapshot"), std::string::npos) << again.text();
  Reader lost(GetParam(), *stack, path(name), {"last-event-id: other"});
  EXPECT_TRUE(lost.sees("\"snapshot\":true"));
  EXPECT_EQ(count(name)["begun"], 1);
}

TEST_P(Watches, OutliveTheirBackend) {
  const std::string name = "outlive" + support::name(GetParam());
  put("kept", "same");
  put("gone", name);
  Reader reader(GetParam(), *stack, path(name));
  ASSERT_TRUE(reader.sees(name));
  stack->kill_backend();
  const std::size_t beats = count_of(reader.text(), ": heartbeat");
  EXPECT_TRUE(support::eventually(
      kPatience, [&] { return count_of(reader.text(), ": heartbeat") > beats + 1; }));
  EXPECT_TRUE(reader.reads());
  stack->start_backend();
  EXPECT_TRUE(reader.sees("\"removed\":[")) << reader.text() << stack->logs();
  ASSERT_TRUE(support::eventually(kPatience, [] {
    return support::fetch(Wire::kH1, stack->http_port(), "/readyz").status == 200;
  }));
  put("kept", "new" + name);
  EXPECT_TRUE(reader.sees("new" + name));
  EXPECT_EQ(count_of(reader.text(), "\"snapshot\""), 1u) << reader.text();
  EXPECT_EQ(count(name)["begun"], 1);
  EXPECT_EQ(count(name)["resumed"], 1);
}

TEST_P(Watches, AreRefusedAsTheBackendRefusesThem) {
  const auto answer = support::fetch(
      GetParam(), support::is_tls(GetParam()) ? stack->https_port() : stack->http_port(),
      "/v1/things:watch?code=9");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(json::parse(answer.body)["error"]["status"], "FAILED_PRECONDITION");
}

using SlowWatch = Watches;
INSTANTIATE_TEST_SUITE_P(Over, SlowWatch, testing::Values(Wire::kH1, Wire::kTlsH1),
                         [](const auto& tested) { return support::name(tested.param); });

TEST_P(SlowWatch, SkipsToTheNewestState) {
  const std::string name = "slow" + support::name(GetParam());
  const bool tls = support::is_tls(GetParam());
  WireSocket socket(tls ? stack->https_port() : stack->http_port(), GetParam());
  ASSERT_TRUE(socket.send("GET " + path(name) +
                          " HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n"));
  Reader quick(Wire::kH2, *stack, path(name));
  ASSERT_TRUE(quick.sees("\"snapshot\":true"));
  constexpr int kChanges = 150;
  for (int i = 0; i < kChanges; ++i) {
    put("large", std::to_string(i) + std::string(200'000, 'x'));
  }
  put("large", name);
  ASSERT_TRUE(quick.sees(name));
  std::string text;
  while (text.find("\"" + name + "\"") == text.npos) {
    const std::string some = socket.read(5s);
    if (some.empty()) break;
    text += some;
  }
  EXPECT_NE(text.find("\"" + name + "\""), text.npos);
  EXPECT_LT(count_of(text, "id: v"), static_cast<std::size_t>(kChanges) * 2 / 3);
}

class ImpatientWatch : public Watches {
 protected:
  static void SetUpTestSuite() { start({.workers = 1, .watch_patience = 500ms}); }
};
INSTANTIATE_TEST_SUITE_P(Over, ImpatientWatch, testing::ValuesIn(support::kWires),
                         [](const auto& tested) { return support::name(tested.param); });

TEST_P(ImpatientWatch, EndsWhenTheBackendStaysAway) {
  Reader reader(GetParam(), *stack, path("impatient" + support::name(GetParam())));
  ASSERT_TRUE(reader.sees("\"snapshot\":true"));
  stack->kill_backend();
  EXPECT_TRUE(reader.ends());
  EXPECT_TRUE(reader.sees("event: error\ndata: {\"error\":{\"code\":503"));
  stack->start_backend();
  ASSERT_TRUE(support::eventually(kPatience, [] {
    return support::fetch(Wire::kH1, stack->http_port(), "/readyz").status == 200;
  }));
}

}  // namespace
}  // namespace trunkline::e2e

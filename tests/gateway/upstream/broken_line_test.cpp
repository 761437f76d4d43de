// A conversation of three calls with a backend; and the same again with the line breaking after the
// backend's first byte, then its second, and so on: the backend ends its output, or resets the
// connection.

#include <deque>

#include <boost/smart_ptr/make_local_shared.hpp>
#include <gtest/gtest.h>

#include "gateway/upstream/trunk.hpp"
#include "tests/gateway/upstream/scripted_backend.hpp"
#include "tests/support/descriptor_shortage.hpp"

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;

struct Way {
  const char* name;
  bool resets;
  std::size_t question;  // bytes
  std::size_t answer;    // bytes
  std::size_t stride;    // bytes between one place to break at and the next
  bool drains = false;   // the backend says goodbye (GOAWAY) with the calls under way
  Mode mode = Mode::kStreams;
};

/// One call, its caller's end.
struct Call final : exchange::CallObserver {
  Call(Trunk& to, std::string where, bool reads_only)
      : trunk(to), path(std::move(where)), repeatable(reads_only) {}

  grpc::Result<void> begin(std::string_view question, bool ended) {
    exchange::Call call;
    call.path = path;
    call.body = http::SharedBody(std::string(question));
    call.ended = ended;
    call.deadline = exchange::Clock::now() + 20s;
    call.repeatable = repeatable;
    call.permit = permit;
    const auto begun = trunk.begin(std::move(call), *this);
    if (!begun) return begun.error();
    id = *begun;
    return {};
  }

  void on_head(http::ResponseHead&&) override { answering = true; }
  void on_data(std::string_view bytes) override {
    body += bytes;
    trunk.consume(id, bytes.size());
  }
  void on_done(const http::Headers& trailers) override {
    status = trailers.find("grpc-status").value_or("none");
    ++ends;
  }
  void on_failed(const grpc::Error& error) override {
    EXPECT_EQ(error.code, grpc::Code::kUnavailable);
    EXPECT_FALSE(error.message.empty());
    ++ends;
  }

  Trunk& trunk;
  const std::string path;
  const bool repeatable;
  const exchange::Permit permit = boost::make_local_shared<exchange::Running>();
  exchange::CallId id = 0;
  std::string body;
  std::string status;
  bool answering = false;
  int ends = 0;
};

class Conversation {
 public:
  Conversation(const Way& way, std::size_t bytes)
      : drains_(way.drains),
        mode_(way.mode),
        question_(ScriptedBackend::framed(std::string(way.question, 'q'))),
        answer_(way.answer, 'a') {
    settings_.most_lines = 1;
    settings_.pool = 1;
    settings_.least_backoff = 1ms;
    settings_.most_backoff = 4ms;
    backend.come();
    backend.fate = {bytes, way.resets};
    settings_.endpoints = {{"127.0.0.1", backend.port()}};
    trunk.emplace(worker, settings_, meters, std::nullopt, mode_);
    trunk->start();
  }
  ~Conversation() {
    backend.go();
    run_until([this] { return counts().lines_open.value() == 0; });
  }

  void run() {
    Call& chat = calls.emplace_back(*trunk, "/t.Things/Chat", false);
    EXPECT_TRUE(calls.emplace_back(*trunk, "/t.Things/Get", true).begin(question_, true));
    EXPECT_TRUE(calls.emplace_back(*trunk, "/t.Things/Put", false).begin(question_, true));
    const bool whole = mode_ == Mode::kTunnel;
    EXPECT_TRUE(chat.begin(whole ? question_ : question_.substr(0, question_.size() - 1), whole));
    run_until([&] { return seen("/t.Things/Chat") > 0 || chat.ends > 0; });
    if (drains_) say_goodbye();
    if (!whole)
      trunk->send(chat.id, http::SharedBody(question_.substr(question_.size() - 1)), true);
    EXPECT_TRUE(run_until([this] { return trunk->open_calls() == 0; })) << "a call was lost";
    broke = backend.connections.empty() || backend.connections[0]->broke();
  }

  /// As long as the endpoint is away, calls are refused.
  void run_another() {
    Call& last = calls.emplace_back(*trunk, "/t.Things/Last", true);
    EXPECT_TRUE(run_until([&] { return last.begin(question_, true).has_value(); }));
    EXPECT_TRUE(run_until([&] { return last.ends == 1; }));
    EXPECT_EQ(last.status, "0") << "the endpoint has not come back";
  }

  int seen(std::string_view path) const {
    return static_cast<int>(std::count_if(
        backend.requests.begin(), backend.requests.end(),
        [&](const ScriptedBackend::Request& one) { return one.head.target == path; }));
  }

  const observe::EndpointMeters& counts() {
    return meters.upstream("default").endpoint("127.0.0.1:" + std::to_string(backend.port()));
  }

  /// Lets both sides go on until `done`, for at most five seconds.
  template <class Done>
  bool run_until(Done done) {
    const auto deadline = net::Clock::now() + 5s;
    while (!done()) {
      if (net::Clock::now() > deadline) return false;
      worker.io().run_one_for(1ms);
      answer();
    }
    return true;
  }

  /// That are there while nothing is to be carried.
  std::size_t lines_kept() const { return mode_ == Mode::kPerRequest ? 0 : 1; }

  std::size_t answer_bytes() const { return answer_.size() + grpc::kPrefixBytes; }

  observe::Meters meters;
  net::Worker worker;
  ScriptedBackend backend{worker};
  std::optional<Trunk> trunk;
  std::deque<Call> calls;
  bool broke = false;

 private:
  void say_goodbye() {
    if (backend.connections.empty()) return;
    backend.connections[0]->session().drain();
    backend.connections[0]->flush();
  }

  /// Each request when it is whole.
  void answer() {
    for (ScriptedBackend::Request& request : backend.requests) {
      if (request.body != question_) continue;
      request.body += '.';
      backend.answer(request, answer_);
    }
  }

  const bool drains_;
  const Mode mode_;
  const std::string question_;
  const std::string answer_;
  Settings settings_;
};

class BrokenLine : public testing::TestWithParam<Way> {};

void expect_each_ended_once(Conversation& talk) {
  for (const Call& call : talk.calls) {
    SCOPED_TRACE(call.path);
    EXPECT_EQ(call.ends, 1);
    EXPECT_EQ(call.permit.local_use_count(), 1) << "a place is taken by a call that has ended";
    EXPECT_LE(talk.seen(call.path), call.repeatable ? 2 : 1);
    if (call.status == "0") {
      EXPECT_EQ(call.body.size(), talk.answer_bytes());
    } else {
      EXPECT_LE(talk.seen(call.path), 1) << "a second attempt broke: no line should have";
      // A read fails only when it can't be repeated, or was never sent.
      EXPECT_TRUE(!call.repeatable || call.answering || talk.seen(call.path) == 0);
    }
  }
}

void expect_nothing_left(Conversation& talk) {
  const observe::EndpointMeters& counts = talk.counts();
  EXPECT_EQ(talk.trunk->open_calls(), 0u);
  EXPECT_EQ(talk.meters.upstream("default").queued.value(), 0u);
  EXPECT_EQ(counts.calls_under_way.value(), 0u);
  EXPECT_EQ(counts.calls_canceled.value(), 0u);
  EXPECT_EQ(counts.calls_begun.value(), counts.calls_ended.value() + counts.calls_failed.value());
  EXPECT_TRUE(talk.run_until([&] { return counts.lines_open.value() == talk.lines_kept(); }));
}

TEST_P(BrokenLine, EndsEachCallOnceAndComesBackWhicheverByteWasItsLast) {
  for (std::size_t bytes = 0;; bytes += GetParam().stride) {
    SCOPED_TRACE("after byte " + std::to_string(bytes));
    Conversation talk(GetParam(), bytes);
    talk.run();
    if (talk.broke) talk.run_another();
    expect_each_ended_once(talk);
    expect_nothing_left(talk);
    if (HasFailure()) return;
    if (talk.broke) continue;
    for (const Call& call : talk.calls) EXPECT_EQ(call.status, "0");
    EXPECT_GT(bytes, 50 * GetParam().stride) << "so many were tried";
    return;
  }
}

TEST(Trunk, ComesBackWhenThereAreDescriptorsAgain) {
  if (!support::DescriptorShortage::kPossible) GTEST_SKIP() << "UBSan needs descriptors.";
  Conversation talk({"", false, 20, 20, 1}, std::string::npos);
  talk.run();
  {
    const support::DescriptorShortage shortage;
    talk.backend.connections[0]->close();
    ASSERT_TRUE(talk.run_until([&] { return talk.counts().lines_failed.value() > 2; }));
  }
  talk.run_another();
  expect_each_ended_once(talk);
  expect_nothing_left(talk);
}

INSTANTIATE_TEST_SUITE_P(
    Upstream, BrokenLine,
    testing::Values(Way{"Ends", false, 20, 20, 1}, Way{"Resets", true, 20, 20, 1},
                    Way{"EndsDraining", false, 20, 20, 1, true},
                    Way{"ResetsDraining", true, 20, 20, 1, true},
                    Way{"EndsExclusive", false, 20, 20, 1, false, Mode::kExclusive},
                    Way{"ResetsExclusive", true, 20, 20, 1, false, Mode::kExclusive},
                    Way{"EndsPerRequest", false, 20, 20, 1, false, Mode::kPerRequest},
                    Way{"ResetsPerRequest", true, 20, 20, 1, false, Mode::kPerRequest},
                    Way{"EndsTunnel", false, 20, 20, 1, false, Mode::kTunnel},
                    Way{"ResetsTunnel", true, 20, 20, 1, false, Mode::kTunnel},
                    Way{"EndsTunnelDraining", false, 20, 20, 1, true, Mode::kTunnel},
                    Way{"EndsTunnelLarge", false, 150'000, 300'000, 7'001, false, Mode::kTunnel},
                    Way{"EndsLarge", false, 150'000, 300'000, 7'001},
                    Way{"ResetsLarge", true, 150'000, 300'000, 7'001}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace trunkline::upstream

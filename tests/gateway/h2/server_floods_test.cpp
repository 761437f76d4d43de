// What a server does with peers that keep HTTP/2's letter, or nearly, and cost it more than them.

#include "tests/gateway/h2/raw_client.hpp"

namespace trunkline::h2 {
namespace {

using observe::Refusal;
using std::chrono::milliseconds;
using std::chrono::seconds;

using Floods = InPieces;
INSTANTIATE_TEST_SUITE_P(InPieces, Floods, pieces());

const std::string kPingFrame = frame(kPing, 0, 0, "12345678");
// Those of hello() and settings_ack().
constexpr int kControlFramesOfGreeting = 2;
constexpr int kControlFramesLeft = 200 - kControlFramesOfGreeting;

/// `count` requests from `first` on, each given up at once.
std::string rapid_resets(int count, std::uint32_t first = 1) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    const std::uint32_t stream = first + 2 * static_cast<std::uint32_t>(i);
    bytes += get_request(stream) + rst_stream(stream);
  }
  return bytes;
}

TEST_P(Floods, ResetsUpToTheLimitCostNobodyAnything) {
  RawClient client(GetParam());
  client.greet();
  client.say(rapid_resets(1'000));
  client.expect_unharmed();
  EXPECT_EQ(all<http::ResetEvent>(client.events).size(), 1'000u);
  EXPECT_EQ(client.server.open_streams(), 0u);
}

TEST_P(Floods, OneResetMoreEndsTheConnection) {
  RawClient client(GetParam());
  client.greet();
  client.expect_cut_off(client.say(rapid_resets(1'001)), ErrorCode::kEnhanceYourCalm,
                        Refusal::kResetFlood);
}

TEST_P(Floods, ResetsAreLetPassAgainAtTheirRate) {
  RawClient client(GetParam());
  client.greet();
  client.tick(seconds(0));
  client.say(rapid_resets(1'000));
  client.tick(seconds(1));
  client.say(rapid_resets(33, 2'001));
  client.expect_unharmed();
  client.expect_cut_off(client.say(rapid_resets(1, 2'067)), ErrorCode::kEnhanceYourCalm,
                        Refusal::kResetFlood);
}

TEST_P(Floods, NothingBehindTheLastStrawIsLookedAt) {
  RawClient client(GetParam());
  client.greet();
  client.say(rapid_resets(1'001) + get_request(2'003) + times(100, kPingFrame));
  EXPECT_EQ(all<http::RequestEvent>(client.events).size(), 1'001u);
  EXPECT_EQ(client.refusals(), 1u);
  EXPECT_TRUE(client.say(get_request(2'005)).empty());
  EXPECT_EQ(all<http::RequestEvent>(client.events).size(), 1'001u);
}

TEST_P(Floods, AConnectionThatWasEndedIsLeftAloneByTheClock) {
  RawClient client(GetParam());
  client.greet();
  client.tick(seconds(0));
  client.say(rapid_resets(1'001));
  EXPECT_FALSE(client.tick(seconds(1'000)));
  EXPECT_EQ(client.refusals(), 1u);
}

// CVE-2025-8671: a peer has us reset streams whose requests are under way.
struct MadeReset {
  std::string name;
  std::string (*request)(std::uint32_t stream);
  ErrorCode code;
};

std::string name_of(const testing::TestParamInfo<std::tuple<MadeReset, std::size_t>>& info) {
  return std::get<0>(info.param).name + "_" + std::to_string(std::get<1>(info.param));
}

const std::vector<MadeReset>& made_resets() {
  static const std::vector<MadeReset> forms = {
      {"AWindowThatOverflows",
       [](std::uint32_t stream) { return get_request(stream) + window_update(stream, 0x7fffffff); },
       ErrorCode::kFlowControlError},
      {"MoreContentThanAnnounced",
       [](std::uint32_t stream) {
         return open_request(stream, field("content-length", "1")) +
                frame(kData, 0, stream, "more");
       },
       ErrorCode::kProtocolError},
      {"LessContentThanAnnounced",
       [](std::uint32_t stream) {
         return open_request(stream, field("content-length", "9")) +
                frame(kData, kEndStream, stream, "less");
       },
       ErrorCode::kProtocolError},
      {"TrailersWithoutEnd",
       [](std::uint32_t stream) {
         return open_request(stream) + frame(kHeaders, kEndHeaders, stream, field("a", "b"));
       },
       ErrorCode::kProtocolError},
      {"APseudoFieldInTrailers",
       [](std::uint32_t stream) {
         return open_request(stream) +
                frame(kHeaders, kEndHeaders | kEndStream, stream, field(":path", "/"));
       },
       ErrorCode::kProtocolError},
      {"MoreThanTheWindow",
       [](std::uint32_t stream) {
         return open_request(stream) + frame(kData, 0, stream, std::string(101, 'x'));
       },
       ErrorCode::kFlowControlError},
      {"AMalformedHead",
       [](std::uint32_t stream) { return open_request(stream, field("X-Upper", "1")); },
       ErrorCode::kProtocolError},
      {"AnotherHost",
       [](std::uint32_t stream) { return open_request(stream, field("host", "b.example")); },
       ErrorCode::kProtocolError},
  };
  return forms;
}

class MadeYouReset : public testing::TestWithParam<std::tuple<MadeReset, std::size_t>> {
 protected:
  MadeYouReset() { limits.stream_window = 100; }

  const MadeReset& form = std::get<0>(GetParam());
  const std::size_t piece = std::get<1>(GetParam());
  Limits limits;
};

INSTANTIATE_TEST_SUITE_P(EachForm, MadeYouReset,
                         testing::Combine(testing::ValuesIn(made_resets()), pieces()), name_of);

TEST_P(MadeYouReset, IsLetPassUpToTheLimitAndEndsTheConnectionThen) {
  limits.own_resets = {20, 0};
  RawClient client(piece, limits);
  client.greet();
  std::uint32_t stream = 1;
  for (int i = 0; i < 20; ++i, stream += 2) {
    const auto resets = of_type(client.say(form.request(stream)), kRstStream);
    ASSERT_EQ(resets.size(), 1u) << i;
    EXPECT_EQ(resets[0].stream, stream);
    EXPECT_EQ(resets[0].error_code(), static_cast<std::uint32_t>(form.code));
  }
  EXPECT_TRUE(client.server.wants_read());
  EXPECT_EQ(client.server.open_streams(), 0u);
  EXPECT_EQ(client.meters.refusals(Refusal::kMadeYouReset), 0u);
  const auto goaways = of_type(client.say(form.request(stream)), kGoaway);
  ASSERT_EQ(goaways.size(), 1u);
  EXPECT_EQ(goaways[0].error_code(), static_cast<std::uint32_t>(ErrorCode::kEnhanceYourCalm));
  EXPECT_TRUE(client.server.finished());
  EXPECT_EQ(client.meters.refusals(Refusal::kMadeYouReset), 1u);
  EXPECT_EQ(client.refusals(), 22u) << "each of the resets is counted once";
}

TEST_P(MadeYouReset, GivesUpTheCallThatWasUnderWay) {
  RawClient client(piece, limits);
  client.greet();
  client.say(form.request(1));
  EXPECT_EQ(all<http::ResetEvent>(client.events).size(),
            all<http::RequestEvent>(client.events).size());
  EXPECT_EQ(client.server.open_streams(), 0u);
}

TEST_P(Floods, ResetsThatWeAreMadeToSendAreLetPassAgainAtTheirRate) {
  Limits limits;
  limits.own_resets = {5, 10};
  RawClient client(GetParam(), limits);
  client.greet();
  client.tick(seconds(0));
  std::uint32_t stream = 1;
  const auto make_resets = [&](int count) {
    for (int i = 0; i < count; ++i, stream += 2) {
      client.say(open_request(stream, field("X-Upper", "1")));
    }
  };
  make_resets(5);
  client.tick(milliseconds(500));
  make_resets(5);
  EXPECT_FALSE(client.server.finished());
  make_resets(1);
  EXPECT_TRUE(client.server.finished());
}

TEST_P(Floods, ResetsOfOurOwnWillAreNotHeldAgainstThePeer) {
  Limits limits;
  limits.own_resets = {5, 0};
  RawClient client(GetParam(), limits);
  client.greet();
  std::uint32_t stream = 1;
  for (const ErrorCode code :
       {ErrorCode::kInternalError, ErrorCode::kCancel, ErrorCode::kNoError}) {
    for (int i = 0; i < 10; ++i, stream += 2) {
      client.say(get_request(stream));
      client.server.reset(static_cast<http::StreamId>(stream), code);
      client.listen();
    }
  }
  client.expect_unharmed();
}

TEST_P(Floods, StreamsBeyondTheLimitCountAsResetsOfOurs) {
  Limits limits;
  limits.max_concurrent_streams = 1;
  limits.own_resets = {20, 0};
  RawClient client(GetParam(), limits);
  std::string bytes = hello() + settings_ack();
  for (std::uint32_t i = 0; i < 21; ++i) bytes += get_request(2 * i + 1);
  client.say(bytes);
  EXPECT_EQ(client.meters.refusals(Refusal::kTooManyStreams), 20u);
  EXPECT_FALSE(client.server.finished());
  const auto goaways = of_type(client.say(get_request(43)), kGoaway);
  ASSERT_EQ(goaways.size(), 1u);
  EXPECT_EQ(client.meters.refusals(Refusal::kMadeYouReset), 1u);
  EXPECT_TRUE(client.server.finished());
}

TEST_P(Floods, RefusalsOfAPeerThatDoesNotReadEndTheConnection) {
  Limits limits;
  limits.max_concurrent_streams = 1;
  limits.queued_frames = 1'000;
  RawClient client(GetParam(), limits);
  client.greet();
  std::uint32_t stream = 1;
  for (; stream < 2 * 1'000 && !client.server.finished(); stream += 2) {
    client.server.feed(get_request(stream));
  }
  EXPECT_FALSE(client.server.finished()) << "so many may wait";
  for (int i = 0; i < 10; ++i, stream += 2) client.server.feed(get_request(stream));
  EXPECT_TRUE(client.server.finished());
  EXPECT_EQ(client.meters.refusals(Refusal::kOutputQueue), 1u);
  EXPECT_EQ(client.refusals(), 1u);
}

std::string head_of(int continuations) {
  std::string bytes = frame(kHeaders, kEndStream, 1, get_fields());
  for (int i = 1; i < continuations; ++i) bytes += frame(kContinuation, 0, 1, field("a", "b"));
  return bytes + frame(kContinuation, kEndHeaders, 1, field("a", "b"));
}

TEST_P(Floods, AHeadInNinePiecesIsRead) {
  RawClient client(GetParam());
  client.greet();
  client.say(head_of(8));
  client.expect_unharmed();
  EXPECT_EQ(all<http::RequestEvent>(client.events).size(), 1u);
}

TEST_P(Floods, AHeadInMoreEndsTheConnection) {
  RawClient client(GetParam());
  client.greet();
  client.expect_cut_off(client.say(head_of(9)), ErrorCode::kEnhanceYourCalm,
                        Refusal::kContinuationFlood);
  EXPECT_TRUE(client.events.empty());
}

TEST_P(Floods, EmptyContinuationsEndTheConnection) {
  RawClient client(GetParam());
  client.greet();
  client.expect_cut_off(
      client.say(frame(kHeaders, kEndStream, 1, "") + times(1'000, frame(kContinuation, 0, 1, ""))),
      ErrorCode::kEnhanceYourCalm, Refusal::kContinuationFlood);
}

struct Control {
  std::string name;
  std::string frame;
  Refusal reason;
};

std::string control_name(const testing::TestParamInfo<std::tuple<Control, std::size_t>>& info) {
  return std::get<0>(info.param).name + "_" + std::to_string(std::get<1>(info.param));
}

class ControlFlood : public testing::TestWithParam<std::tuple<Control, std::size_t>> {
 protected:
  const Control& control = std::get<0>(GetParam());
  RawClient client{std::get<1>(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(
    EachKind, ControlFlood,
    testing::Combine(
        testing::Values(
            Control{"Ping", kPingFrame, Refusal::kPingFlood},
            Control{"PingAck", frame(kPing, kAck, 0, "12345678"), Refusal::kPingFlood},
            Control{"Settings", initial_window(70'000), Refusal::kSettingsFlood},
            Control{"EmptySettings", frame(kSettings, 0, 0, ""), Refusal::kSettingsFlood},
            Control{"Priority", frame(kPriority, 0, 1, number(0) + "w"), Refusal::kPriorityFlood},
            Control{"Unknown", frame(kUnknown, 0xff, 0, "whatever"), Refusal::kUnknownFrameFlood},
            Control{"EmptyUnknown", frame(kUnknown, 0, 77, ""), Refusal::kUnknownFrameFlood},
            Control{"WindowUpdate", window_update(0, 1), Refusal::kWindowUpdateFlood}),
        pieces()),
    control_name);

TEST_P(ControlFlood, IsLetPassUpToTheLimit) {
  client.greet();
  client.say(times(kControlFramesLeft, control.frame));
  client.expect_unharmed();
  client.say(get_request(1));
  EXPECT_EQ(all<http::RequestEvent>(client.events).size(), 1u);
}

TEST_P(ControlFlood, EndsTheConnectionBeyond) {
  client.greet();
  client.expect_cut_off(client.say(times(kControlFramesLeft + 1, control.frame)),
                        ErrorCode::kEnhanceYourCalm, control.reason);
}

TEST_P(ControlFlood, IsLetPassForEverAtItsRate) {
  client.greet();
  client.tick(seconds(0));
  for (int i = 1; i <= 100; ++i) {
    client.say(times(25, control.frame));
    client.tick(milliseconds(250 * i));
  }
  client.expect_unharmed();
}

TEST_P(Floods, EmptyDataInARowEndsTheConnection) {
  RawClient client(GetParam());
  client.greet();
  client.say(open_request(1) + frame(kData, 0, 1, "") + frame(kData, 0, 1, "x") +
             frame(kData, 0, 1, ""));
  client.expect_unharmed();
  client.expect_cut_off(client.say(frame(kData, 0, 1, "")), ErrorCode::kEnhanceYourCalm,
                        Refusal::kEmptyDataFlood);
}

TEST_P(Floods, PaddingWithoutDataInARowEndsTheConnection) {
  RawClient client(GetParam());
  client.greet();
  const std::string padding = frame(kData, kPadded, 1, "\x02" + std::string(2, '\0'));
  client.say(open_request(1) + padding);
  client.expect_unharmed();
  client.expect_cut_off(client.say(padding), ErrorCode::kEnhanceYourCalm, Refusal::kEmptyDataFlood);
}

TEST_P(Floods, EmptyEndsOfManyStreamsAreWelcome) {
  RawClient client(GetParam());
  client.greet();
  for (std::uint32_t stream = 1; stream < 400; stream += 2) {
    client.say(open_request(stream) + frame(kData, kEndStream, stream, ""));
    client.server.respond(static_cast<http::StreamId>(stream), {200, {}}, {});
    client.listen();
  }
  client.expect_unharmed();
}

// One field goes into HPACK's table, and then each byte stands for all of it again (RFC 7541
// section 6.1: 0xbe is the index 62, the newest entry). Each counts 120 + 6 + 32 bytes.
std::string bomb(std::size_t fields) {
  return get_fields() + "\x40" + field("x-bomb", std::string(120, 'x')).substr(1) +
         std::string(fields, '\xbe');
}

TEST_P(Floods, AnHpackBombEndsTheConnection) {
  RawClient client(GetParam());
  client.greet();
  client.expect_cut_off(client.say(frame(kHeaders, kEndHeaders | kEndStream, 1, bomb(600))),
                        ErrorCode::kEnhanceYourCalm, Refusal::kHeaderBomb);
  EXPECT_TRUE(client.events.empty());
}

TEST_P(Floods, AnHpackBombInTrailersEndsTheConnection) {
  RawClient client(GetParam());
  client.greet();
  client.say(open_request(1));
  client.expect_cut_off(client.say(frame(kHeaders, kEndHeaders | kEndStream, 1,
                                         "\x40" + field("x-bomb", std::string(120, 'x')).substr(1) +
                                             std::string(600, '\xbe'))),
                        ErrorCode::kEnhanceYourCalm, Refusal::kHeaderBomb);
  EXPECT_TRUE(all<http::TrailersEvent>(client.events).empty());
}

TEST_P(Floods, TrailersOverTheLimitAreNotHandedOnInPart) {
  RawClient client(GetParam());
  client.greet();
  client.say(open_request(1));
  client.say(frame(kHeaders, kEndHeaders | kEndStream, 1, times(101, field("a", "b"))));
  EXPECT_TRUE(all<http::TrailersEvent>(client.events).empty());
  EXPECT_EQ(all<http::ResetEvent>(client.events).size(), 1u);
  EXPECT_EQ(client.meters.refusals(Refusal::kHeaderFields), 1u);
  EXPECT_FALSE(client.server.finished());
}

TEST_P(Floods, AnHpackBombBelowTheLimitOfDecodingIsAnsweredWith431) {
  RawClient client(GetParam());
  client.greet();
  const auto heard = client.say(frame(kHeaders, kEndHeaders | kEndStream, 1, bomb(300)));
  EXPECT_TRUE(all<http::RequestEvent>(client.events).empty());
  EXPECT_EQ(of_type(heard, kHeaders).size(), 1u);
  EXPECT_EQ(client.meters.refusals(Refusal::kHeaderFields), 1u);
  client.say(get_request(3));
  EXPECT_EQ(all<http::RequestEvent>(client.events).size(), 1u);
}

TEST_P(Floods, AClientThatDownloadsMuchMayRenewItsWindows) {
  RawClient client(GetParam());
  client.greet();
  client.say(get_request(1));
  client.server.start(1, {200, {}});
  std::size_t seen = 0;
  constexpr std::size_t kAll = 20'000'000;
  client.server.send(1, http::SharedBody(std::string(kAll, 'x')));
  auto heard = client.listen();
  while (seen < kAll) {
    std::string updates;
    for (const SeenFrame& data : of_type(heard, kData)) {
      seen += data.payload.size();
      const auto size = static_cast<std::uint32_t>(data.payload.size());
      updates += window_update(0, size) + window_update(1, size);
    }
    ASSERT_FALSE(updates.empty()) << "stalled after " << seen;
    heard = client.say(updates);
  }
  EXPECT_GT(seen / 16'384 * 2, 2'000u) << "many more updates than the limit of control frames";
  client.expect_unharmed();
}

}  // namespace
}  // namespace trunkline::h2

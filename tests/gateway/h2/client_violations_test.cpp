// What a client does with backends that break HTTP/2, or their promises, frame by frame.

#include "tests/gateway/h2/raw_client.hpp"

namespace trunkline::h2 {
namespace {

std::string answer_fields(std::string_view more_fields = {}) {
  return field(":status", "200").append(more_fields);
}

std::string answer(std::uint32_t stream, std::string_view more_fields = {}) {
  return frame(kHeaders, kEndHeaders | kEndStream, stream, answer_fields(more_fields));
}

std::string open_answer(std::uint32_t stream, std::string_view more_fields = {}) {
  return frame(kHeaders, kEndHeaders, stream, answer_fields(more_fields));
}

/// The backend is raw; the client has two requests under way, 1 and 3.
class Backend : public InPieces {
 protected:
  Backend() {
    gathered(client);  // the preface and SETTINGS
    say(frame(kSettings, 0, 0, "") + settings_ack());
    client.submit(get("/1"), {}, true);
    client.submit(get("/3"), {}, true);
    gathered(client);
  }

  std::vector<SeenFrame> say(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::vector<char> piece(
          bytes.begin(),
          bytes.begin() + static_cast<std::ptrdiff_t>(std::min(GetParam(), bytes.size())));
      client.feed({piece.data(), piece.size()});
      take_events();
      bytes.remove_prefix(piece.size());
    }
    auto heard = frames(gathered(client));
    take_events();
    return heard;
  }

  std::vector<const ClosedEvent*> closed() const { return all<ClosedEvent>(events); }

  /// `bytes` cost the stream 1 and nothing else.
  void expect_reset(std::string_view bytes, ErrorCode code) {
    const auto resets = of_type(say(bytes), kRstStream);
    ASSERT_EQ(resets.size(), 1u);
    EXPECT_EQ(resets[0].stream, 1u);
    EXPECT_EQ(resets[0].error_code(), static_cast<std::uint32_t>(code));
    ASSERT_EQ(closed().size(), 1u);
    EXPECT_EQ(closed()[0]->stream, 1);
    EXPECT_NE(closed()[0]->code, ErrorCode::kNoError);
    EXPECT_FALSE(client.finished());
    say(answer(3));
    ASSERT_EQ(closed().size(), 2u);
    EXPECT_EQ(closed()[1]->stream, 3);
    EXPECT_EQ(closed()[1]->code, ErrorCode::kNoError);
  }

  void expect_goaway(std::string_view bytes, ErrorCode code) {
    const auto goaways = of_type(say(bytes), kGoaway);
    ASSERT_EQ(goaways.size(), 1u);
    EXPECT_EQ(goaways[0].error_code(), static_cast<std::uint32_t>(code));
    EXPECT_TRUE(client.finished());
    EXPECT_TRUE(client.draining());
    EXPECT_FALSE(client.can_submit());
  }

  ClientSession client{ClientLimits{}};
  std::vector<ClientEvent> events;

 private:
  void take_events() {
    for (auto& event : client.events()) {
      if (auto* data = std::get_if<http::DataEvent>(&event)) {
        data->bytes = kept_.emplace_back(data->bytes);
      }
      events.push_back(std::move(event));
    }
    client.events().clear();
  }

  std::deque<std::string> kept_;
};

INSTANTIATE_TEST_SUITE_P(InPieces, Backend, pieces());

TEST_P(Backend, SkipsInterimAnswers) {
  say(frame(kHeaders, kEndHeaders, 1, field(":status", "103") + field("link", "x")) +
      answer(1, field("a", "b")));
  const auto answers = all<ResponseEvent>(events);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0]->head.status, 200);
  EXPECT_EQ(answers[0]->head.headers.find("a"), "b");
  EXPECT_FALSE(answers[0]->head.headers.find("link"));
}

TEST_P(Backend, IsNotHeldUpByInterimAnswersWithoutEnd) {
  const std::string interim =
      frame(kHeaders, kEndHeaders, 1, field(":status", "102") + field("x", std::string(100, 'x')));
  say(times(1'000, interim));
  ASSERT_EQ(closed().size(), 1u);
  EXPECT_NE(closed()[0]->code, ErrorCode::kNoError);
  EXPECT_FALSE(client.finished());
}

TEST_P(Backend, LosesTheStreamOfAnAnswerWithoutStatus) {
  expect_reset(frame(kHeaders, kEndHeaders | kEndStream, 1, field("a", "b")),
               ErrorCode::kProtocolError);
}

TEST_P(Backend, LosesTheStreamOfAnAnswerWithAFieldThatIsNotAllowed) {
  expect_reset(answer(1, field("X-Upper", "1")), ErrorCode::kProtocolError);
}

TEST_P(Backend, IsNotHeardBehindAHeadThatIsNotAllowed) {
  say(open_answer(1, field("X-Upper", "1")) + frame(kData, kEndStream, 1, "body"));
  EXPECT_TRUE(all<ResponseEvent>(events).empty());
  EXPECT_TRUE(all<http::DataEvent>(events).empty());
}

TEST_P(Backend, EndsTheConnectionWithDataBeforeTheHead) {
  expect_goaway(frame(kData, 0, 1, "x"), ErrorCode::kProtocolError);
  EXPECT_TRUE(all<http::DataEvent>(events).empty());
}

TEST_P(Backend, LosesTheStreamOfAnAnswerLongerThanItSays) {
  expect_reset(open_answer(1, field("content-length", "1")) + frame(kData, 0, 1, "more"),
               ErrorCode::kProtocolError);
}

TEST_P(Backend, LosesTheStreamOfAnAnswerShorterThanItSays) {
  expect_reset(open_answer(1, field("content-length", "9")) + frame(kData, kEndStream, 1, "less"),
               ErrorCode::kProtocolError);
}

TEST_P(Backend, LosesTheStreamOfAHeadThatIsTooLong) {
  std::string fields;
  for (int i = 0; i < 110; ++i) fields += field("x", std::string(120, 'x'));
  expect_reset(open_answer(1, fields), ErrorCode::kInternalError);
  for (const auto* one : all<ResponseEvent>(events)) EXPECT_NE(one->stream, 1);
}

TEST_P(Backend, LosesTheStreamOfAnHpackBomb) {
  // 0xbe stands for the whole field before it (RFC 7541 section 6.1), and is one byte long.
  expect_reset(open_answer(1, "\x40" + field("x-bomb", std::string(120, 'x')).substr(1) +
                                  std::string(10'000, '\xbe')),
               ErrorCode::kInternalError);
}

TEST_P(Backend, LosesTheStreamOfTrailersThatAreTooLong) {
  std::string fields;
  for (int i = 0; i < 110; ++i) fields += field("x", std::string(120, 'x'));
  expect_reset(open_answer(1) + frame(kHeaders, kEndHeaders | kEndStream, 1, fields),
               ErrorCode::kInternalError);
  EXPECT_TRUE(all<http::TrailersEvent>(events).empty());
}

TEST_P(Backend, LosesTheStreamWhenItResetsIt) {
  say(open_answer(1) + frame(kData, 0, 1, "begun") + frame(kRstStream, 0, 1, number(2)));
  ASSERT_EQ(closed().size(), 1u);
  EXPECT_EQ(closed()[0]->code, ErrorCode::kInternalError);
  EXPECT_EQ(body(events, 1), "begun");
}

TEST_P(Backend, HasProvablyNotSeenWhatIsBehindItsGoaway) {
  say(frame(kGoaway, 0, 0, number(1) + number(0)));
  ASSERT_EQ(closed().size(), 1u);
  EXPECT_EQ(closed()[0]->stream, 3);
  EXPECT_EQ(closed()[0]->code, ErrorCode::kRefusedStream);
  EXPECT_TRUE(client.draining());
  EXPECT_FALSE(client.finished()) << "the other is still to be answered";
  say(answer(1));
  ASSERT_EQ(closed().size(), 2u);
  EXPECT_EQ(closed()[1]->code, ErrorCode::kNoError);
  EXPECT_TRUE(client.finished());
}

TEST_P(Backend, MayDrainInTwoSteps) {
  say(frame(kGoaway, 0, 0, number(0x7fffffff) + number(0)));
  EXPECT_TRUE(client.draining());
  EXPECT_TRUE(closed().empty());
  say(frame(kGoaway, 0, 0, number(3) + number(0)) + answer(1) + answer(3));
  ASSERT_EQ(closed().size(), 2u);
  EXPECT_EQ(closed()[0]->code, ErrorCode::kNoError);
  EXPECT_EQ(closed()[1]->code, ErrorCode::kNoError);
}

TEST_P(Backend, MayTakeBackHowManyStreamsItAllows) {
  EXPECT_TRUE(client.can_submit());
  say(frame(kSettings, 0, 0, std::string("\0\x03", 2) + number(2)));
  EXPECT_FALSE(client.can_submit());
  say(answer(1));
  EXPECT_TRUE(client.can_submit());
  say(frame(kSettings, 0, 0, std::string("\0\x03", 2) + number(0)));
  EXPECT_FALSE(client.can_submit());
}

TEST_P(Backend, IsSentNoMoreThanItsWindow) {
  say(initial_window(10));
  const auto stream = client.submit(post("/"), http::SharedBody(std::string(25, 'x')), true);
  const auto sent = [&](const std::vector<SeenFrame>& heard) {
    std::size_t bytes = 0;
    for (const SeenFrame& data : of_type(heard, kData)) bytes += data.payload.size();
    return bytes;
  };
  EXPECT_EQ(sent(frames(gathered(client))), 10u);
  const auto id = static_cast<std::uint32_t>(stream);
  EXPECT_EQ(sent(say(window_update(id, 7))), 7u);
  EXPECT_EQ(sent(say(window_update(0, 1'000))), 0u);
  EXPECT_EQ(sent(say(window_update(id, 100))), 8u);
}

TEST_P(Backend, EndsTheConnectionWhenItPushes) {
  expect_goaway(frame(kPushPromise, kEndHeaders, 1, number(2) + get_fields()),
                ErrorCode::kProtocolError);
  EXPECT_TRUE(events.empty());
}

TEST_P(Backend, EndsTheConnectionWithAStreamOfItsOwn) {
  expect_goaway(answer(2), ErrorCode::kProtocolError);
}

TEST_P(Backend, EndsTheConnectionWithAnAnswerToNoRequest) {
  expect_goaway(answer(5), ErrorCode::kProtocolError);
}

TEST_P(Backend, EndsTheConnectionWhenHpackBreaks) {
  expect_goaway(frame(kHeaders, kEndHeaders, 1, "\xff\xff\xff\xff\xff"),
                ErrorCode::kCompressionError);
}

TEST_P(Backend, LosesTheStreamThatTakesMoreThanItsWindow) {
  const std::string part(16'384, 'x');
  const std::size_t window = ClientLimits{}.stream_window;
  say(open_answer(1) + times(static_cast<int>(window / part.size()), frame(kData, 0, 1, part)));
  EXPECT_EQ(body(events, 1).size(), window);
  expect_reset(frame(kData, 0, 1, part) + frame(kData, 0, 1, part), ErrorCode::kFlowControlError);
  EXPECT_LE(body(events, 1).size(), window + part.size()) << "one frame more and no second";
}

TEST_P(Backend, EndsTheConnectionWithAFrameThatIsTooLarge) {
  expect_goaway(open_answer(1) + frame(kData, 0, 1, std::string(16'385, 'x')),
                ErrorCode::kFrameSizeError);
}

TEST_P(Backend, EndsTheConnectionWithContinuationsWithoutEnd) {
  say(frame(kHeaders, 0, 1, answer_fields()) +
      times(1'000, frame(kContinuation, 0, 1, field("a", "b"))));
  EXPECT_TRUE(client.finished());
  EXPECT_TRUE(all<ResponseEvent>(events).empty());
}

TEST_P(Backend, EndsTheConnectionWhenItSpeaksHttp1) {
  ClientSession fresh{ClientLimits{}};
  fresh.feed("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  gathered(fresh);
  EXPECT_TRUE(fresh.finished());
  EXPECT_FALSE(fresh.can_submit());
}

TEST_P(Backend, MakesUsCollectNothingByPings) {
  const std::string pings = times(100, frame(kPing, 0, 0, "12345678"));
  std::size_t fed = 0;
  while (!client.finished() && fed < 100'000) {
    client.feed(pings);  // and it reads nothing
    fed += 100;
  }
  EXPECT_TRUE(client.finished());
  EXPECT_LT(fed, 100'000u);
}

TEST_P(Backend, MayNotMakeAClosedStreamSpeak) {
  say(answer(1) + frame(kData, kEndStream, 1, "late") +
      frame(kHeaders, kEndHeaders | kEndStream, 1, field("late", "1")) + answer(3));
  EXPECT_EQ(body(events, 1), "");
  std::size_t closed_1 = 0;
  for (const auto* event : closed()) closed_1 += event->stream == 1 ? 1 : 0;
  EXPECT_EQ(closed_1, 1u);
}

}  // namespace
}  // namespace trunkline::h2

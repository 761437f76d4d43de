// Streams that have ended, or that never were: what a client may still say of them (RFC 9113
// section 5.1).

#include "tests/gateway/h2/raw_client.hpp"

namespace trunkline::h2 {
namespace {

using observe::Refusal;

class ClosedStreams : public InPieces {
 protected:
  ClosedStreams() { client.greet(); }

  void answer(http::StreamId stream) {
    client.server.respond(stream, {200, {}}, http::SharedBody("ok"));
    client.listen();
  }

  void expect_protocol_error(std::string_view bytes, ErrorCode code = ErrorCode::kProtocolError) {
    client.expect_cut_off(client.say(bytes), code, Refusal::kProtocolError);
  }

  /// The connection is as it was, and goes on.
  void expect_ignored(std::string_view bytes, std::uint32_t next) {
    const auto before = all<http::RequestEvent>(client.events).size();
    const auto heard = client.say(bytes);
    EXPECT_TRUE(of_type(heard, kRstStream).empty());
    EXPECT_TRUE(of_type(heard, kGoaway).empty());
    EXPECT_TRUE(client.server.wants_read());
    client.say(get_request(next));
    const auto requests = all<http::RequestEvent>(client.events);
    ASSERT_EQ(requests.size(), before + 1);
    EXPECT_EQ(requests.back()->stream, static_cast<http::StreamId>(next));
  }

  RawClient client{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(InPieces, ClosedStreams, pieces());

const std::string kTrailers = frame(kHeaders, kEndHeaders | kEndStream, 1, field("a", "b"));
const std::string kContent = frame(kData, 0, 1, "content");
const std::string kPaddedContent =
    frame(kData, kPadded | kEndStream, 1, std::string("\x02zcontent\0", 9));

TEST_P(ClosedStreams, ASkippedIdIsClosedForEver) {
  client.say(get_request(1) + get_request(7));
  client.expect_unharmed();
  expect_protocol_error(get_request(5));
}

TEST_P(ClosedStreams, IdsBelowTheFirstAreClosedForEver) {
  client.say(get_request(3));
  expect_protocol_error(get_request(1));
}

TEST_P(ClosedStreams, ASkipIsRememberedAmongManyRequests) {
  client.say(get_request(1));
  for (std::uint32_t stream = 5; stream < 205; stream += 2) {
    client.say(get_request(stream));
    answer(static_cast<http::StreamId>(stream));
  }
  client.expect_unharmed();
  expect_protocol_error(get_request(3));
}

TEST_P(ClosedStreams, DataOnASkippedIdReachesNobody) {
  client.say(get_request(1) + get_request(5) + frame(kData, 0, 3, "x"));
  EXPECT_TRUE(all<http::DataEvent>(client.events).empty());
}

TEST_P(ClosedStreams, AHeadOnWhatBothHaveEndedEndsTheConnection) {
  client.say(get_request(1));
  answer(1);
  expect_protocol_error(get_request(1), ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, TrailersOnWhatBothHaveEndedEndTheConnection) {
  client.say(get_request(1));
  answer(1);
  expect_protocol_error(kTrailers, ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, DataOnWhatBothHaveEndedEndsTheConnection) {
  client.say(get_request(1));
  answer(1);
  expect_protocol_error(kContent, ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, PaddedDataOnWhatBothHaveEndedEndsTheConnection) {
  client.say(get_request(1));
  answer(1);
  expect_protocol_error(kPaddedContent, ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, AHeadOnWhatTheClientHasResetEndsTheConnection) {
  client.say(open_request(1) + rst_stream(1));
  expect_protocol_error(get_request(1), ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, DataOnWhatTheClientHasResetEndsTheConnection) {
  client.say(open_request(1) + rst_stream(1));
  expect_protocol_error(kContent, ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, AHeadAfterTheEndOfTheRequestEndsTheConnection) {
  client.say(get_request(1));
  expect_protocol_error(kTrailers, ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, DataAfterTheEndOfTheRequestEndsTheConnection) {
  client.say(get_request(1));
  expect_protocol_error(kContent, ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, DataAfterTrailersEndsTheConnection) {
  client.say(open_request(1) + kTrailers);
  expect_protocol_error(kContent, ErrorCode::kStreamClosed);
}

TEST_P(ClosedStreams, WhatMayCrossTheEndOfAStreamIsIgnored) {
  client.say(get_request(1));
  answer(1);
  expect_ignored(window_update(1, 10) + rst_stream(1) + frame(kPriority, 0, 1, number(0) + "w"), 3);
  EXPECT_EQ(client.refusals(), 0u);
}

TEST_P(ClosedStreams, WhatCrossesAResetOfOursIsIgnored) {
  client.say(open_request(1));
  client.server.reset(1);
  client.listen();
  expect_ignored(kContent + window_update(1, 10) + frame(kPriority, 0, 1, number(0) + "w") +
                     kPaddedContent + kTrailers + rst_stream(1),
                 3);
  EXPECT_TRUE(all<http::DataEvent>(client.events).empty());
  EXPECT_EQ(client.refusals(), 0u);
}

TEST_P(ClosedStreams, WhatComesBeforeAResetOfOursHasLeftIsIgnored) {
  client.say(open_request(1));
  client.server.reset(1);
  const auto heard = client.say(kContent + kTrailers + get_request(3));
  EXPECT_EQ(of_type(heard, kRstStream).size(), 1u);
  EXPECT_TRUE(of_type(heard, kGoaway).empty());
  EXPECT_TRUE(all<http::DataEvent>(client.events).empty());
  EXPECT_EQ(all<http::RequestEvent>(client.events).size(), 2u);
}

TEST_P(ClosedStreams, WhatCrossesTheResetOfAMalformedRequestIsIgnored) {
  EXPECT_EQ(of_type(client.say(open_request(1, field("X-Upper", "1"))), kRstStream).size(), 1u);
  expect_ignored(kContent + kTrailers, 3);
}

TEST_P(ClosedStreams, HeadsThatAreIgnoredKeepHpackInStep) {
  client.say(open_request(1));
  client.server.reset(1);
  client.listen();
  // The ignored trailers put a field into HPACK's table, and the next head refers to it.
  client.say(frame(kHeaders, kEndHeaders | kEndStream, 1, "\x40" + field("x", "kept").substr(1)) +
             frame(kHeaders, kEndHeaders | kEndStream, 3, get_fields() + "\xbe"));
  const auto requests = all<http::RequestEvent>(client.events);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[1]->head.headers.find("x"), "kept");
}

TEST_P(ClosedStreams, DataThatIsIgnoredGivesTheConnectionsWindowBack) {
  const std::string part(16'000, 'x');
  std::size_t given_back = 0;
  constexpr std::uint32_t kStreams = 100;
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    const std::uint32_t stream = 2 * i + 1;
    client.say(open_request(stream));
    client.server.reset(static_cast<http::StreamId>(stream));
    client.listen();
    for (const SeenFrame& update :
         of_type(client.say(times(3, frame(kData, 0, stream, part))), kWindowUpdate)) {
      if (update.stream == 0) given_back += update.error_code();
    }
  }
  EXPECT_GE(given_back + 1024 * 1024, kStreams * 3 * part.size());
  client.expect_unharmed();
}

TEST_P(ClosedStreams, DataOnAnIdleStreamEndsTheConnection) {
  expect_protocol_error(kContent);
}

TEST_P(ClosedStreams, AWindowUpdateOnAnIdleStreamEndsTheConnection) {
  expect_protocol_error(window_update(1, 10));
}

TEST_P(ClosedStreams, AResetOfAnIdleStreamEndsTheConnection) {
  expect_protocol_error(rst_stream(1));
}

TEST_P(ClosedStreams, AWindowUpdateOfNothingBreaksTheProtocol) {
  client.say(get_request(1));
  const auto heard = client.say(window_update(1, 0));
  // A stream error (RFC 9113 section 6.9); libnghttp2 makes it one of the connection.
  auto ends = of_type(heard, kRstStream);
  if (ends.empty()) ends = of_type(heard, kGoaway);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].error_code(), static_cast<std::uint32_t>(ErrorCode::kProtocolError));
}

TEST_P(ClosedStreams, AWindowUpdateOfNothingOfTheConnectionEndsIt) {
  expect_protocol_error(window_update(0, 0));
}

TEST_P(ClosedStreams, AWindowOfTheConnectionThatOverflowsEndsIt) {
  expect_protocol_error(window_update(0, 0x7fffffff), ErrorCode::kFlowControlError);
}

// Priorities are abolished, but their frame has kept its rules (RFC 9113 section 6.3).

TEST_P(ClosedStreams, PriorityMayNameAnIdleStream) {
  client.say(frame(kPriority, 0, 9, number(3) + "w") + get_request(1));
  client.expect_unharmed();
  EXPECT_EQ(all<http::RequestEvent>(client.events).size(), 1u);
}

TEST_P(ClosedStreams, PriorityOfTheConnectionEndsIt) {
  expect_protocol_error(frame(kPriority, 0, 0, number(3) + "w"));
}

TEST_P(ClosedStreams, PriorityOfAStreamOverItselfEndsTheConnection) {
  expect_protocol_error(frame(kPriority, 0, 9, number(9) + "w"));
}

TEST_P(ClosedStreams, ExclusivePriorityOfAStreamOverItselfEndsTheConnection) {
  expect_protocol_error(frame(kPriority, 0, 9, number(0x80000009) + "w"));
}

TEST_P(ClosedStreams, AHeadThatDependsOnItselfBreaksTheProtocol) {
  const auto heard = client.say(
      frame(kHeaders, kEndHeaders | kEndStream | kPriorityFlag, 1, number(1) + "w" + get_fields()));
  EXPECT_EQ(of_type(heard, kRstStream).size() + of_type(heard, kGoaway).size(), 1u);
  EXPECT_TRUE(client.events.empty());
}

TEST_P(ClosedStreams, PriorityOfAWrongSizeHasAnErrorOfItsOwn) {
  client.say(open_request(1));
  const auto heard = client.say(frame(kPriority, 0, 1, number(1)));
  // A stream error (RFC 9113 section 6.3); libnghttp2 makes it one of the connection.
  auto ends = of_type(heard, kRstStream);
  if (ends.empty()) ends = of_type(heard, kGoaway);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].error_code(), static_cast<std::uint32_t>(ErrorCode::kFrameSizeError));
}

}  // namespace
}  // namespace trunkline::h2

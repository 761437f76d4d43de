// RFC 9113 section 8: what makes a request malformed.

#include "tests/e2e/conformance/h2_case.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;

class Messages : public H2Case {
 protected:
  void expect_malformed(const Fields& fields) {
    peer_.request(1, fields);
    EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
  }

  /// The fields of a request but one.
  Fields without(const std::string& name) const {
    Fields fields = peer_.fields();
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    return fields;
  }

  Fields with(const std::string& name, const std::string& value) const {
    Fields fields = peer_.fields();
    for (auto& field : fields) {
      if (field.first == name) field.second = value;
    }
    return fields;
  }
};
INSTANTIATE_TEST_SUITE_P(Over, Messages, testing::ValuesIn(kH2Wires), over);

// Section 8.1.

TEST_P(Messages, TrailersWithoutEndStreamAreMalformed) {
  peer_.post(1);
  peer_.send(data_frame(1, "test"));
  peer_.send(headers_frame(1, peer_.block({{"x-test", "ok"}}), kEndHeaders));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

// Section 8.2.

TEST_P(Messages, AnUpperCaseNameIsMalformed) {
  expect_malformed(peer_.fields_with("X-TEST", "ok"));
}

TEST_P(Messages, ANameWithASpaceIsMalformed) {
  expect_malformed(peer_.fields_with("x test", "ok"));
}

TEST_P(Messages, AnEmptyNameIsMalformed) {
  expect_malformed(peer_.fields_with("", "ok"));
}

TEST_P(Messages, ANameWithAColonIsMalformed) {
  expect_malformed(peer_.fields_with("x:test", "ok"));
}

TEST_P(Messages, AValueWithALineBreakIsMalformed) {
  expect_malformed(peer_.fields_with("x-test", "a\r\nx-other: b"));
}

TEST_P(Messages, AValueWithANulIsMalformed) {
  expect_malformed(peer_.fields_with("x-test", std::string("a\0b", 3)));
}

TEST_P(Messages, AValueThatStartsWithASpaceIsMalformed) {
  expect_malformed(peer_.fields_with("x-test", " a"));
}

// Section 8.2.2.

TEST_P(Messages, AConnectionFieldIsMalformed) {
  expect_malformed(peer_.fields_with("connection", "keep-alive"));
}

TEST_P(Messages, AProxyConnectionFieldIsMalformed) {
  expect_malformed(peer_.fields_with("proxy-connection", "keep-alive"));
}

TEST_P(Messages, AKeepAliveFieldIsMalformed) {
  expect_malformed(peer_.fields_with("keep-alive", "timeout=5"));
}

TEST_P(Messages, AnUpgradeFieldIsMalformed) {
  expect_malformed(peer_.fields_with("upgrade", "h2c"));
}

TEST_P(Messages, TeOtherThanTrailersIsMalformed) {
  Fields fields = peer_.fields_with("trailers", "test");
  fields.emplace_back("te", "trailers, deflate");
  expect_malformed(fields);
}

TEST_P(Messages, TeOfTrailersIsTaken) {
  peer_.request(1, peer_.fields_with("te", "trailers"));
  EXPECT_TRUE(answers_all(peer_, 1));
}

// Section 8.3.

TEST_P(Messages, AnUnknownPseudoHeaderIsMalformed) {
  expect_malformed(peer_.fields_with(":test", "ok"));
}

TEST_P(Messages, APseudoHeaderOfResponsesIsMalformed) {
  expect_malformed(peer_.fields_with(":status", "200"));
}

TEST_P(Messages, APseudoHeaderInTrailersIsMalformed) {
  peer_.post(1);
  peer_.send(data_frame(1, "test"));
  peer_.send(headers_frame(1, peer_.block({{":method", "POST"}}), kEndHeaders));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Messages, APseudoHeaderInLastTrailersIsMalformed) {
  peer_.post(1);
  peer_.send(data_frame(1, "test"));
  peer_.send(headers_frame(1, peer_.block({{":method", "POST"}}), kWholeHead));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Messages, APseudoHeaderAfterAFieldIsMalformed) {
  Fields fields = peer_.fields();
  fields.insert(fields.begin(), {"x-test", "ok"});
  expect_malformed(fields);
}

// Section 8.3.1.

TEST_P(Messages, AnEmptyPathIsMalformed) {
  expect_malformed(with(":path", ""));
}

TEST_P(Messages, NoMethodIsMalformed) {
  expect_malformed(without(":method"));
}

TEST_P(Messages, NeitherMethodNorSchemeIsMalformed) {
  Fields fields = without(":method");
  std::erase_if(fields, [](const auto& field) { return field.first == ":scheme"; });
  expect_malformed(fields);
}

TEST_P(Messages, NoSchemeIsMalformed) {
  expect_malformed(without(":scheme"));
}

TEST_P(Messages, NoPathIsMalformed) {
  expect_malformed(without(":path"));
}

TEST_P(Messages, TwoMethodsAreMalformed) {
  expect_malformed(peer_.fields_with(":method", "GET"));
}

TEST_P(Messages, TwoMethodsOfWhichOneIsAPathAreMalformed) {
  expect_malformed(peer_.fields_with(":method", "/"));
}

TEST_P(Messages, TwoSchemesAreMalformed) {
  Fields fields = peer_.fields();
  fields.push_back(fields[1]);
  expect_malformed(fields);
}

TEST_P(Messages, TwoPathsAreMalformed) {
  expect_malformed(peer_.fields_with(":path", "/"));
}

TEST_P(Messages, AnAuthorityWithUserinfoIsMalformed) {
  expect_malformed(with(":authority", "someone@localhost"));
}

TEST_P(Messages, NoAuthorityButAHostIsTaken) {
  Fields fields = without(":authority");
  fields.emplace_back("host", "localhost");
  peer_.request(1, fields);
  EXPECT_TRUE(answers_all(peer_, 1));
}

// RFC 9110 section 10.1.1: who waits to be told to go on is told, or answered.
TEST_P(Messages, ABodyThatIsExpectedIsAskedForOrAnsweredAtOnce) {
  Fields fields = peer_.fields("GET", "/agents");
  fields.emplace_back("content-length", "5");
  fields.emplace_back("expect", "100-continue");
  peer_.request(1, fields, false);
  ASSERT_TRUE(answers(peer_, 1));
  if (peer_.status(1) == 100) {
    peer_.send(data_frame(1, "hello", kEndStream));
    EXPECT_TRUE(answers_all(peer_, 1));
  }
}

// Section 8.1.1.

TEST_P(Messages, ALengthOtherThanTheDataIsMalformed) {
  peer_.request(1, peer_.fields_with("content-length", "1", "POST"), false);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Messages, ALengthOtherThanAllTheDataIsMalformed) {
  peer_.request(1, peer_.fields_with("content-length", "1", "POST"), false);
  peer_.send(data_frame(1, "test"));
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Messages, ALengthAboveTheDataIsMalformed) {
  peer_.request(1, peer_.fields_with("content-length", "10", "POST"), false);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Messages, ALengthWithoutDataIsMalformed) {
  expect_malformed(peer_.fields_with("content-length", "1", "POST"));
}

TEST_P(Messages, TwoLengthsAreMalformed) {
  Fields fields = peer_.fields_with("content-length", "4", "POST");
  fields.emplace_back("content-length", "5");
  peer_.request(1, fields, false);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Messages, ALengthThatIsNoNumberIsMalformed) {
  peer_.request(1, peer_.fields_with("content-length", "+4", "POST"), false);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

}  // namespace
}  // namespace trunkline::e2e

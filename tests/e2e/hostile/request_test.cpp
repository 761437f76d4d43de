// What a request carries: bodies over their limit, and fields that must not reach a backend.

#include "tests/e2e/hostile/siege.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;
constexpr std::size_t kBody = 1024 * 1024;  // requests.body_bytes

class Carried : public Siege {
 protected:
  void SetUp() override {
    Siege::SetUp();
    ASSERT_TRUE(attacker_.handshake());
  }

  int status_with(std::uint32_t stream, const std::string& name, const std::string& value) {
    Fields fields = attacker_.fields("GET", "/agents");
    fields.emplace_back(name, value);
    attacker_.send(headers_frame(stream, plain_block(fields), kWholeHead));
    EXPECT_TRUE(answers_all(attacker_, stream)) << name;
    return attacker_.status(stream);
  }

  H2Peer attacker_{port(), wire()};
};
INSTANTIATE_TEST_SUITE_P(Over, Carried, testing::ValuesIn(kH2Wires), over);

TEST_P(Carried, BodyOverTheLimitIsAnswered413) {
  watch("body_size");
  attacker_.request(1, attacker_.fields("GET", "/agents"), false);
  std::size_t credit = attacker_.setting(Setting::kInitialWindowSize, 65'535);
  const std::string piece(16'384, 'x');
  for (std::size_t sent = 0; sent <= kBody && attacker_.status(1) == 0;) {
    if (credit >= piece.size()) {
      attacker_.send(data_frame(1, piece));
      credit -= piece.size();
      sent += piece.size();
      continue;
    }
    const auto frame = attacker_.next();
    ASSERT_TRUE(frame) << attacker_.seen();
    if (frame->is(FrameType::kWindowUpdate) && frame->stream == 1) {
      credit += read_number(frame->payload);
    }
  }
  while (attacker_.status(1) == 0) ASSERT_TRUE(attacker_.next()) << attacker_.seen();
  EXPECT_EQ(attacker_.status(1), 413);
  EXPECT_TRUE(counted());
  attacker_.request(3, attacker_.fields("GET", "/agents"));
  EXPECT_TRUE(answers_all(attacker_, 3));
}

TEST_P(Carried, NameWithAnUnderscoreIsRefused) {
  watch("field_name");
  EXPECT_EQ(status_with(1, "x_forwarded_for", "127.0.0.1"), 400);
  EXPECT_EQ(status_with(3, "content_length", "5"), 400);
  EXPECT_TRUE(counted(2));
}

TEST_P(Carried, ValueThatIsNoMetadataIsRefused) {
  watch("metadata");
  EXPECT_EQ(status_with(1, "authorization", "Bearer \xc3\xa9"), 400);
  EXPECT_EQ(status_with(3, "accept-language", "tab\there"), 400);
  EXPECT_TRUE(counted(2));
}

TEST_P(Carried, MetadataOverItsLimitIsRefused) {
  watch("metadata");
  EXPECT_GE(status_with(1, "authorization", "Bearer " + std::string(9'000, 'a')), 400);
  EXPECT_TRUE(counted());
}

TEST_P(Carried, ForgedIdentityReachesNobodyAndHarmsNothing) {
  std::uint32_t stream = 1;
  for (const std::string name :
       {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded",
        "x-trunkline-identity", "grpc-timeout", "grpc-encoding", "x-secret-bin"}) {
    EXPECT_EQ(status_with(stream, name, "forged"), 200) << name;
    stream += 2;
  }
}

// grpc++ ends its process over illegal metadata: the neighbour would lose its backend.
TEST_P(Carried, IllegalMetadataOfACallNeverReachesTheBackend) {
  watch("metadata");
  const std::pair<std::string, std::string> illegal[] = {
      {"x-a", "\xc3\xa9"}, {"x-a", "tab\there"}, {"x-a-bin", "!!!"}, {"x-a-bin", "YQ="}};
  std::uint32_t stream = 1;
  for (const auto& [name, value] : illegal) {
    Fields fields = attacker_.fields("POST", "/trunkline.agents.v1.AgentService/ListAgents");
    fields.insert(fields.end(),
                  {{"content-type", "application/grpc"}, {"te", "trailers"}, {name, value}});
    attacker_.send(headers_frame(stream, plain_block(fields), kEndHeaders) +
                   data_frame(stream, std::string(5, '\0'), kEndStream));
    EXPECT_TRUE(answers_all(attacker_, stream)) << name << ": " << value;
    EXPECT_NE(attacker_.field(stream, "grpc-status"), "0") << name << ": " << value;
    EXPECT_NE(attacker_.field(stream, "grpc-status"), "") << name << ": " << value;
    stream += 2;
  }
  EXPECT_TRUE(counted(std::size(illegal)));
}

class CarriedH1 : public Siege {};
INSTANTIATE_TEST_SUITE_P(Over, CarriedH1, testing::ValuesIn(kH1Wires), over);

TEST_P(CarriedH1, BodyOverTheLimitIsAnswered413) {
  watch("body_size");
  H1Peer attacker(port(), wire());
  attacker.send("GET /agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                std::to_string(3 * kBody) + "\r\n\r\n" + std::string(3 * kBody, 'x'));
  const auto answer = attacker.answer();
  ASSERT_TRUE(answer) << attacker.left();
  EXPECT_EQ(answer->status, 413);
  EXPECT_TRUE(attacker.closes());
  EXPECT_TRUE(counted());
}

TEST_P(CarriedH1, LengthWithoutEndCostsNoMemory) {
  H1Peer attacker(port(), wire());
  attacker.send(
      "GET /agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000000000000\r\n\r\n");
  for (int i = 0; i < 400 && attacker.send(std::string(64 * 1024, 'x')); ++i) {
  }
  const auto answer = attacker.answer();
  ASSERT_TRUE(answer) << attacker.left();
  EXPECT_EQ(answer->status, 413);
}

TEST_P(CarriedH1, NominatedFieldIsNotTheBackends) {
  H1Peer client(port(), wire());
  // Would be refused as metadata if it were passed on.
  client.send(
      "GET /agents HTTP/1.1\r\nHost: localhost\r\nConnection: authorization\r\nAuthorization: "
      "\xc3\xa9\r\n\r\n");
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

}  // namespace
}  // namespace trunkline::e2e

// RFC 7541: representations that every decoder takes, and those that end the connection.

#include "tests/e2e/conformance/h2_case.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;
constexpr std::uint32_t kUsualTable = 4096;

struct Representation {
  std::string name;
  std::string bytes;
  bool first = false;  ///< before the fields of the request, not after them
};
void PrintTo(const Representation& one, std::ostream* out) {
  *out << one.name;
}

std::string bytes(std::string_view text) {
  return std::string(text);
}

const std::string kUserAgentHuffman = "\x87\xb5\x05\xb1\x61\xcc\x5a\x93";  // "user-agent"
const std::string kNameHuffman = "\x85\xf2\xb2\x4a\x84\xff";               // "x-test"
const std::string kValueHuffman = "\x84\x9c\x48\xac\xa4";                  // "h2spec"

using Case = std::tuple<support::Wire, Representation>;

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return over({std::get<0>(info.param), 0}) + std::get<1>(info.param).name;
}

class Hpack : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override { ASSERT_TRUE(peer_.handshake()); }

  void send() {
    const Representation& one = std::get<1>(GetParam());
    const std::string block = peer_.block(peer_.fields());
    peer_.send(headers_frame(1, one.first ? one.bytes + block : block + one.bytes, kWholeHead));
  }

  H2Peer peer_{support::shared_stack("demo").port(std::get<0>(GetParam())),
               std::get<0>(GetParam())};
};

class HpackTaken : public Hpack {};

TEST_P(HpackTaken, IsAnswered) {
  send();
  EXPECT_TRUE(answers(peer_, 1));
}

// Sections 6.1 to 6.3.
INSTANTIATE_TEST_SUITE_P(
    Over, HpackTaken,
    testing::Combine(
        testing::ValuesIn(kH2Wires),
        testing::Values(
            Representation{"Indexed", "\xba"},
            Representation{"WithIndexingIndexedName", hpack_integer(58, 6, 0x40) + kValueHuffman},
            Representation{"WithIndexingKnownName", hpack_literal("user-agent", "h2spec", 0x40)},
            Representation{"WithIndexingKnownNameHuffman",
                           "\x40" + kUserAgentHuffman + kValueHuffman},
            Representation{"WithIndexingNewName", hpack_literal("x-test", "h2spec", 0x40)},
            Representation{"WithIndexingNewNameHuffman", "\x40" + kNameHuffman + kValueHuffman},
            Representation{"WithoutIndexingKnownName", hpack_literal("user-agent", "h2spec")},
            Representation{"WithoutIndexingKnownNameHuffman",
                           bytes({"\0", 1}) + kUserAgentHuffman + kValueHuffman},
            Representation{"WithoutIndexingNewName", hpack_literal("x-test", "h2spec")},
            Representation{"WithoutIndexingNewNameHuffman",
                           bytes({"\0", 1}) + kNameHuffman + kValueHuffman},
            Representation{"NeverIndexedKnownName", hpack_literal("user-agent", "h2spec", 0x10)},
            Representation{"NeverIndexedKnownNameHuffman",
                           "\x10" + kUserAgentHuffman + kValueHuffman},
            Representation{"NeverIndexedNewName", hpack_literal("x-test", "h2spec", 0x10)},
            Representation{"NeverIndexedNewNameHuffman", "\x10" + kNameHuffman + kValueHuffman},
            Representation{"TableSizeUpdate", table_size_update(0), true},
            Representation{"TwoTableSizeUpdates",
                           table_size_update(0) + table_size_update(kUsualTable), true})),
    name_of);

class HpackRefused : public Hpack {};

TEST_P(HpackRefused, EndsTheConnection) {
  send();
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kCompressionError}));
}

// Sections 2.3.3, 4.2, 5.1, 5.2, 6.1 and 6.3.
INSTANTIATE_TEST_SUITE_P(
    Over, HpackRefused,
    testing::Combine(
        testing::ValuesIn(kH2Wires),
        testing::Values(
            Representation{"IndexNobodyHas", hpack_integer(70, 7, 0x80)},
            Representation{"LargerIndexNobodyHas", hpack_integer(126, 7, 0x80)},
            Representation{"NameIndexNobodyHas", hpack_integer(70, 6, 0x40) + bytes({"\0", 1})},
            Representation{"IndexZero", hpack_integer(0, 7, 0x80)},
            Representation{"IntegerWithoutEnd", "\xff" + std::string(20, '\xff')},
            Representation{"StringBeyondTheBlock", "\x40\x7f"},
            Representation{"HuffmanPaddedByAByte",
                           bytes({"\0", 1}) + kNameHuffman + "\x84\x49\x50\x9f\xff"},
            Representation{"HuffmanPaddedByZero",
                           bytes({"\0", 1}) + kNameHuffman + "\x83\x49\x50\x90"},
            Representation{"HuffmanWithItsEndSymbol",
                           bytes({"\0", 1}) + kNameHuffman + "\x87\xff\xff\xff\xfd\x25\x42\x7f"},
            Representation{"TableSizeUpdateAfterFields", table_size_update(1)},
            Representation{"TableSizeUpdateAboveTheLimit", table_size_update(kUsualTable + 1),
                           true})),
    name_of);

class HpackTable : public H2Case {};
INSTANTIATE_TEST_SUITE_P(Over, HpackTable, testing::ValuesIn(kH2Wires), over);

// The test above relies on it.
TEST_P(HpackTable, HasTheUsualSize) {
  EXPECT_EQ(peer_.setting(Setting::kHeaderTableSize, kUsualTable), kUsualTable);
}

TEST_P(HpackTable, KeepsItsStateOverARequestThatIsMalformed) {
  peer_.request(1, peer_.fields_with("X-UPPER", "kept"));
  peer_.request(3, peer_.fields_with("x-after", "kept"));
  peer_.request(5, peer_.fields_with("x-after", "kept"));
  EXPECT_TRUE(answers_all(peer_, 5));
}

TEST_P(HpackTable, KeepsItsStateOverARequestThatIsRefused) {
  const std::uint32_t most = peer_.setting(Setting::kMaxConcurrentStreams, 0);
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  ASSERT_TRUE(acknowledges_settings(peer_));
  std::uint32_t stream = 1;
  for (std::uint32_t i = 0; i < most; ++i, stream += 2) peer_.get(stream);
  peer_.request(stream, peer_.fields_with("x-refused", "kept"));
  ASSERT_TRUE(peer_.next(FrameType::kRstStream)) << peer_.seen();
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 65'535}}));
  ASSERT_TRUE(answers_all(peer_, 1));
  peer_.request(stream + 2, peer_.fields_with("x-refused", "kept"));
  EXPECT_TRUE(answers_all(peer_, stream + 2));
}

// RFC 7541 section 4.2: the gateway's encoder follows what its peer allows.
TEST_P(HpackTable, OfTheGatewayMayBeForbidden) {
  peer_.send(settings_frame({{Setting::kHeaderTableSize, 0}}));
  ASSERT_TRUE(acknowledges_settings(peer_));
  peer_.get(1);
  const auto head = peer_.next(FrameType::kHeaders);
  ASSERT_TRUE(head) << peer_.seen();
  ASSERT_FALSE(head->payload.empty());
  EXPECT_EQ(head->payload.front(), '\x20') << "a table size update to 0 comes first";
}

}  // namespace
}  // namespace trunkline::e2e

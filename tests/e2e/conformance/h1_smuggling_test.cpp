// RFC 9112 sections 2.2, 5, 6 and 7: requests whose end two readers could see in two places. Each
// is refused once, and what stands behind it is never taken for a request.

#include <gtest/gtest.h>

#include "tests/e2e/h1_peer.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using support::Wire;

constexpr Wire kH1Wires[] = {Wire::kH1, Wire::kTlsH1};

struct Doubtful {
  std::string name;
  std::string bytes;
  int status = 400;
};
void PrintTo(const Doubtful& one, std::ostream* out) {
  *out << one.name;
}

class Smuggling : public testing::TestWithParam<std::tuple<Wire, Doubtful>> {};

TEST_P(Smuggling, IsRefusedOnceAndTheConnectionCloses) {
  const auto& [wire, doubtful] = GetParam();
  H1Peer peer(support::shared_stack("demo").port(wire), wire);
  peer.send(doubtful.bytes + "GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto answer = peer.answer();
  ASSERT_TRUE(answer) << peer.left();
  EXPECT_EQ(answer->status, doubtful.status) << answer->body;
  EXPECT_EQ(answer->field("connection"), "close");
  EXPECT_TRUE(peer.closes()) << "then came: " << peer.left();
}

const std::string kPost = "POST /index HTTP/1.1\r\nHost: localhost\r\n";
const std::string kGet = "GET /index HTTP/1.1\r\nHost: localhost\r\n";

std::string with_length(const std::string& value) {
  return kPost + "Content-Length:" + value + "\r\n\r\nabc";
}
std::string with_coding(const std::string& line) {
  return kPost + line + "\r\n\r\n0\r\n\r\n";
}
std::string with_field(const std::string& line) {
  return kGet + line + "\r\n\r\n";
}
std::string with_line(const std::string& line) {
  return line + "\r\nHost: localhost\r\n\r\n";
}
std::string with_host(const std::string& host) {
  return "GET /index HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}
std::string nul(std::string text) {
  for (char& c : text) {
    if (c == '@') c = '\0';
  }
  return text;
}

std::string name_of(const testing::TestParamInfo<std::tuple<Wire, Doubtful>>& info) {
  return (is_tls(std::get<0>(info.param)) ? "Tls" : "Cleartext") + std::get<1>(info.param).name;
}

// Section 6.3: which length counts.
INSTANTIATE_TEST_SUITE_P(
    Length, Smuggling,
    testing::Combine(
        testing::ValuesIn(kH1Wires),
        testing::Values(
            Doubtful{"BeforeCoding",
                     kPost + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"},
            Doubtful{"AfterCoding",
                     kPost + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG"},
            Doubtful{"NothingWithCoding",
                     kPost + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n"},
            Doubtful{"TwoThatDiffer", kPost + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc"},
            Doubtful{"TwoInOtherCase", kPost + "Content-Length: 3\r\ncontent-length: 3\r\n\r\nabc"},
            Doubtful{"ListOfEqualOnes", with_length(" 3, 3")},
            Doubtful{"ListOfDifferentOnes", with_length(" 3, 4")},
            Doubtful{"ListWithNothing", with_length(" 3,")}, Doubtful{"Nothing", with_length("")},
            Doubtful{"Plus", with_length(" +3")}, Doubtful{"Minus", with_length(" -3")},
            Doubtful{"MinusNothing", with_length(" -0")},
            Doubtful{"LargeMinus", with_length(" -123456789123456789123456789")},
            Doubtful{"Hexadecimal", with_length(" 0x3")}, Doubtful{"Fraction", with_length(" 3.0")},
            Doubtful{"Exponent", with_length(" 3e0")}, Doubtful{"Quoted", with_length(" \"3\"")},
            Doubtful{"SpaceInside", with_length(" 3 0")},
            Doubtful{"Overflow", with_length(" 18446744073709551619")},
            Doubtful{"OverflowOf63Bits", with_length(" 9223372036854775808")},
            Doubtful{"VerticalTab", with_length(" \x0b"
                                                "3")},
            Doubtful{"NulBehind", nul(with_length(" 3@"))},
            Doubtful{"NoNumber", with_length(" abc")},
            Doubtful{"SpaceBeforeColon", kPost + "Content-Length : 3\r\n\r\nabc"},
            Doubtful{"TabBeforeColon", kPost + "Content-Length\t: 3\r\n\r\nabc"},
            Doubtful{"SpaceBeforeName", kPost + " Content-Length: 3\r\n\r\nabc"},
            Doubtful{"FoldedBehindColon", kPost + "Content-Length:\r\n 3\r\n\r\nabc"})),
    name_of);

// Section 6.1: which coding counts.
INSTANTIATE_TEST_SUITE_P(
    Coding, Smuggling,
    testing::Combine(
        testing::ValuesIn(kH1Wires),
        testing::Values(
            Doubtful{"Identity", with_coding("Transfer-Encoding: identity")},
            Doubtful{"Gzip", with_coding("Transfer-Encoding: gzip")},
            Doubtful{"GzipThenChunked", with_coding("Transfer-Encoding: gzip, chunked")},
            Doubtful{"ChunkedThenIdentity", with_coding("Transfer-Encoding: chunked, identity")},
            Doubtful{"ChunkedTwice", with_coding("Transfer-Encoding: chunked, chunked")},
            Doubtful{"TwoFields",
                     with_coding("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")},
            Doubtful{"TwoFieldsThatDiffer",
                     with_coding("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked")},
            Doubtful{"Prefixed", with_coding("Transfer-Encoding: xchunked")},
            Doubtful{"Suffixed", with_coding("Transfer-Encoding: chunkedx")},
            Doubtful{"Quoted", with_coding("Transfer-Encoding: \"chunked\"")},
            Doubtful{"WithParameter", with_coding("Transfer-Encoding: chunked;q=1")},
            Doubtful{"WithComma", with_coding("Transfer-Encoding: chunked,")},
            Doubtful{"Nothing", with_coding("Transfer-Encoding:")},
            Doubtful{"VerticalTab", with_coding("Transfer-Encoding: \x0b"
                                                "chunked")},
            Doubtful{"FormFeedBehind", with_coding("Transfer-Encoding: chunked\x0c")},
            Doubtful{"NulBehind", nul(with_coding("Transfer-Encoding: chunked@"))},
            Doubtful{"HighByteBehind", with_coding("Transfer-Encoding: chunked\xa0")},
            Doubtful{"SpaceBeforeColon", with_coding("Transfer-Encoding : chunked")},
            Doubtful{"SpaceBeforeName", with_coding(" Transfer-Encoding: chunked")},
            Doubtful{"Folded", with_coding("Transfer-Encoding:\r\n chunked")},
            Doubtful{"FoldedByATab", with_coding("X-A: b\r\n\tTransfer-Encoding: chunked")},
            Doubtful{"BareLineFeedBefore", with_coding("X-A: b\nTransfer-Encoding: chunked")},
            Doubtful{"BareCarriageReturnBefore", with_coding("X-A: b\rTransfer-Encoding: chunked")},
            Doubtful{"OfHttp10",
                     "POST /index HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
            Doubtful{"OfHttp10KeptAlive",
                     "POST /index HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: "
                     "chunked\r\n\r\n0\r\n\r\n"},
            Doubtful{"OfAGetWithLength",
                     kGet + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"})),
    name_of);

// Section 2.2 and 5: lines and fields.
INSTANTIATE_TEST_SUITE_P(
    Line, Smuggling,
    testing::Combine(
        testing::ValuesIn(kH1Wires),
        testing::Values(
            Doubtful{"BareLineFeedAfterRequestLine",
                     "GET /index HTTP/1.1\nHost: localhost\r\n\r\n"},
            Doubtful{"BareLineFeedAfterField", kGet + "X-A: b\n\r\n"},
            Doubtful{"BareLineFeedAsTheEnd", kGet + "\n"},
            Doubtful{"BareLineFeedInsideAValue", with_field("X-A: b\nX-C: d")},
            Doubtful{"BareCarriageReturnInsideAValue", with_field("X-A: b\rX-C: d")},
            Doubtful{"BareCarriageReturnAtTheEndOfAValue", with_field("X-A: b\r")},
            Doubtful{"BareCarriageReturnAsTheEnd", kGet + "\rX-A: b\r\n\r\n"},
            Doubtful{"CarriageReturnBeforeName", kGet + "\r\r\n\r\n"},
            Doubtful{"NulInsideAName", nul(with_field("X@A: b"))},
            Doubtful{"NulInsideAValue", nul(with_field("X-A: b@c"))},
            Doubtful{"BellInsideAValue", with_field("X-A: b\x07")},
            Doubtful{"DelInsideAValue", with_field("X-A: b\x7f")},
            Doubtful{"SpaceInsideAName", with_field("X A: b")},
            Doubtful{"BracketsInsideAName", with_field("X-A[]: b")},
            Doubtful{"HighByteInsideAName", with_field("X-\xe9: b")},
            Doubtful{"NoName", with_field(": b")}, Doubtful{"NoColon", with_field("X-A")},
            Doubtful{"FoldedFirst", "GET /index HTTP/1.1\r\n Host: localhost\r\n\r\n"},
            Doubtful{"FoldedByNothing", kGet + "X-A: b\r\n \r\n\r\n"},
            Doubtful{"SpaceBeforeMethod", with_line(" GET /index HTTP/1.1")},
            Doubtful{"TwoSpacesAfterMethod", with_line("GET  /index HTTP/1.1")},
            Doubtful{"TwoSpacesBeforeVersion", with_line("GET /index  HTTP/1.1")},
            Doubtful{"SpaceAfterVersion", with_line("GET /index HTTP/1.1 ")},
            Doubtful{"SpaceInsideTarget", with_line("GET /in dex HTTP/1.1")},
            Doubtful{"TabsForSpaces", with_line("GET\t/index\tHTTP/1.1")},
            Doubtful{"VersionInLowerCase", with_line("GET /index http/1.1")},
            Doubtful{"VersionWithZeros", with_line("GET /index HTTP/01.1")},
            Doubtful{"VersionWithTwoDigits", with_line("GET /index HTTP/1.10")},
            Doubtful{"VersionWithoutMinor", with_line("GET /index HTTP/1")},
            Doubtful{"VersionOfNothing", with_line("GET /index ")},
            Doubtful{"Version09", with_line("GET /index HTTP/0.9"), 505},
            Doubtful{"Version12", with_line("GET /index HTTP/1.2"), 505},
            Doubtful{"Version20", with_line("GET /index HTTP/2.0"), 505},
            Doubtful{"Version99", with_line("GET /index HTTP/9.9"), 505},
            Doubtful{"MethodThatIsNoToken", with_line("GE(T /index HTTP/1.1")},
            Doubtful{"TargetWithoutSlash", with_line("GET index HTTP/1.1")},
            Doubtful{"TargetWithAFragment", with_line("GET /index#a HTTP/1.1")},
            Doubtful{"TargetWithANul", nul(with_line("GET /index@ HTTP/1.1"))},
            Doubtful{"TargetWithAHighByte", with_line("GET /\xff HTTP/1.1")},
            Doubtful{"TargetOfTheServerButNoOptions", with_line("GET * HTTP/1.1")},
            Doubtful{"TargetOfAnotherScheme", with_line("GET ftp://localhost/ HTTP/1.1")},
            Doubtful{"TargetWithUser", with_line("GET http://a@localhost/index HTTP/1.1")},
            Doubtful{"TargetWithoutHost", with_line("GET http:///index HTTP/1.1")},
            Doubtful{"TwoBlankLinesBefore", "\r\n\r\n" + with_line("GET /index HTTP/1.1")})),
    name_of);

// Section 3.2.
INSTANTIATE_TEST_SUITE_P(
    Host, Smuggling,
    testing::Combine(
        testing::ValuesIn(kH1Wires),
        testing::Values(
            Doubtful{"None", "GET /index HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"},
            Doubtful{"Nothing", with_host("")},
            Doubtful{"TwoThatDiffer", kGet + "Host: elsewhere\r\n\r\n"},
            Doubtful{"List", with_host("localhost, elsewhere")},
            Doubtful{"WithUser", with_host("someone@localhost")},
            Doubtful{"WithPath", with_host("localhost/index")},
            Doubtful{"WithSpace", with_host("local host")},
            Doubtful{"WithBadPort", with_host("localhost:99999")},
            Doubtful{"WithAPortThatIsNoNumber", with_host("localhost:80x")},
            Doubtful{"PortAlone", with_host(":80")}, Doubtful{"OpenBracket", with_host("[::1")},
            Doubtful{"WithAHash", with_host("localhost#a")},
            Doubtful{"OfHttp10ThatIsWrong", "GET /index HTTP/1.0\r\nHost: a b\r\n\r\n"},
            Doubtful{"NoneWithAnAbsoluteTarget", "GET http://localhost/index HTTP/1.1\r\n\r\n"})),
    name_of);

// Section 7.1. The status may have been sent before the body turns out wrong: then the close says
// it.
class Chunking : public testing::TestWithParam<std::tuple<Wire, Doubtful>> {};

TEST_P(Chunking, EndsTheConnectionAndHidesNoRequest) {
  const auto& [wire, doubtful] = GetParam();
  H1Peer peer(support::shared_stack("demo").port(wire), wire);
  peer.send(kPost + "Transfer-Encoding: chunked\r\n\r\n" + doubtful.bytes +
            "GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto answer = peer.answer("POST");
  ASSERT_TRUE(answer) << peer.left();
  EXPECT_TRUE(answer->status == 400 || answer->status == 405) << answer->status;
  EXPECT_EQ(answer->field("connection"), "close");
  EXPECT_TRUE(peer.closes()) << "then came: " << peer.left();
}

INSTANTIATE_TEST_SUITE_P(
    Of, Chunking,
    testing::Combine(
        testing::ValuesIn(kH1Wires),
        testing::Values(
            Doubtful{"NegativeSize", "-5\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SizeWithPlus", "+5\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SizeWith0x", "0x5\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SizeThatOverflows", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SizeThatOverflows63Bits", "8000000000000005\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SizeOfAllOnes", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SpaceBeforeSize", " 5\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SpaceAfterSize", "5 \r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SizeThatIsNoNumber", "g\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"SizeWithAnUnderscore", "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"},
            Doubtful{"SizeOfNothing", "\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"ExtensionWithoutSize", ";a=b\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"BareLineFeedAfterSize", "5\nhello\r\n0\r\n\r\n"},
            Doubtful{"BareLineFeedInsideAnExtension", "5;a\nhello\r\n0\r\n\r\n"},
            Doubtful{"BareCarriageReturnInsideAnExtension", "5;a\rb\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"NulInsideAnExtension", nul("5;a@\r\nhello\r\n0\r\n\r\n")},
            Doubtful{"DataBeyondItsSize", "4\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"DataShortOfItsSize", "6\r\nhello\r\n0\r\n\r\n"},
            Doubtful{"BareLineFeedAfterData", "5\r\nhello\n0\r\n\r\n"},
            Doubtful{"BareCarriageReturnAfterData", "5\r\nhello\r0\r\n\r\n"},
            Doubtful{"NothingAfterData", "5\r\nhello0\r\n\r\n"},
            Doubtful{"BareLineFeedAfterTheLast", "5\r\nhello\r\n0\n\n"},
            Doubtful{"BareLineFeedAtTheEnd", "5\r\nhello\r\n0\r\n\n"},
            Doubtful{"BareLineFeedInTrailers", "5\r\nhello\r\n0\r\nX-A: b\n\r\n"},
            Doubtful{"FoldedTrailer", "5\r\nhello\r\n0\r\nX-A: b\r\n c\r\n\r\n"},
            Doubtful{"TrailerWithSpaceBeforeColon", "5\r\nhello\r\n0\r\nX-A : b\r\n\r\n"},
            Doubtful{"TrailerWithoutColon", "5\r\nhello\r\n0\r\nX-A\r\n\r\n"})),
    name_of);

// RFC 9110 section 6.5.1: trailers frame nothing, whatever they say.
class Trailers : public testing::TestWithParam<std::tuple<Wire, Doubtful>> {};

TEST_P(Trailers, FrameNothing) {
  const auto& [wire, trailer] = GetParam();
  H1Peer peer(support::shared_stack("demo").port(wire), wire);
  peer.send(kPost + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n" + trailer.bytes +
            "\r\n\r\nGET /index HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto answer = peer.answer("POST");
  ASSERT_TRUE(answer) << peer.left();
  if (answer->status == 400 || answer->field("connection") == "close") {
    EXPECT_TRUE(peer.closes()) << "then came: " << peer.left();
    return;
  }
  EXPECT_EQ(answer->status, 405);
  const auto next = peer.answer();
  ASSERT_TRUE(next) << peer.left();
  EXPECT_EQ(next->status, 200) << next->body;
}

INSTANTIATE_TEST_SUITE_P(
    Of, Trailers,
    testing::Combine(testing::ValuesIn(kH1Wires),
                     testing::Values(Doubtful{"Length", "Content-Length: 50"},
                                     Doubtful{"Coding", "Transfer-Encoding: chunked"},
                                     Doubtful{"Host", "Host: elsewhere"},
                                     Doubtful{"Connection", "Connection: close"},
                                     Doubtful{"Trailer", "Trailer: x-a"},
                                     Doubtful{"Authorization", "Authorization: Bearer a"})),
    name_of);

}  // namespace
}  // namespace trunkline::e2e

// Bytes that nobody thought of: valid connections with random changes. The session must survive
// them under the sanitizers, keep its promises, and read no request that Boost.Beast's parser, as
// a second opinion, reads otherwise.

#include <cstdlib>
#include <ostream>  // Boost.Core 1.81 uses it without including it
#include <random>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "gateway/h1/head_rules.hpp"
#include "tests/gateway/h1/conversation.hpp"

namespace trunkline::h1 {
namespace {

namespace beast = boost::beast;

const std::vector<std::string> kSeeds = {
    "GET /a/b?c=d HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: b\r\n"
    "\r\n",
    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    "5;e=1\r\nhello\r\n0\r\nX: y\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nConnection: x\r\nX: y\r\n\r\n",
    "HEAD http://h/p HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n\r\n",
};

const std::vector<std::string> kPieces = {
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    " ",
    "\t",
    ":",
    std::string(1, '\0'),
    ",",
    "0",
    "5",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Host: b\r\n",
    "HTTP/1.0",
    "\xff",
    "chunked",
    "Connection",
    "ffffffffffffffff",
    "9223372036854775807",
    "\r\n ",
    "@",
    "#",
    "\\",
    "http://",
};

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string mutate(std::string bytes) {
    for (std::size_t changes = below(4) + 1; changes > 0; --changes) {
      const std::size_t at = below(bytes.size() + 1);
      const std::size_t size = std::min(bytes.size() - at, below(8));
      switch (below(5)) {
        case 0: bytes.erase(at, size); break;
        case 1: bytes.insert(at, kPieces[below(kPieces.size())]); break;
        case 2: bytes.insert(at, bytes.substr(at, size)); break;
        case 3:
          if (at < bytes.size()) bytes[at] = static_cast<char>(below(256));
          break;
        default: bytes.replace(at, size, kPieces[below(kPieces.size())]); break;
      }
    }
    return bytes;
  }

  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  std::mt19937 random_;
};

int rounds() {
  const char* const given = std::getenv("TRUNKLINE_MUTATIONS");
  return given != nullptr ? std::atoi(given) : 20000;
}

TEST(Mutation, SurvivesAnyBytesInAnyPieces) {
  Mutator mutator(1);
  for (int i = 0; i < rounds(); ++i) {
    const std::string bytes = mutator.mutate(kSeeds[mutator.below(kSeeds.size())]);
    Conversation whole;
    whole.feed(bytes);
    Conversation pieces;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = 1 + mutator.below(20);
      pieces.feed(std::string_view(bytes).substr(at, size));
      at += size;
    }
    ASSERT_EQ(pieces.log, whole.log) << testing::PrintToString(bytes);
    ASSERT_EQ(pieces.session.finished(), whole.session.finished());
    ASSERT_EQ(whole.session.pending(), 0u);
  }
}

/// The head as Beast reads it in our words, or why it does not.
std::string second_opinion(std::string_view bytes, beast::error_code& error) {
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(64 * 1024);
  parser.body_limit(boost::none);
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (!parser.is_header_done()) return {};
  error = {};
  const auto& message = parser.get();
  std::string text = std::string(message.method_string()) + " " + std::string(message.target());
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = lower(c);
    text += "\n" + name + ": " + std::string(field.value());
  }
  return text;
}

TEST(Mutation, ReadsNoHeadThatBeastReadsOtherwise) {
  Mutator mutator(2);
  int compared = 0;
  for (int i = 0; i < rounds(); ++i) {
    const std::string bytes = mutator.mutate(kSeeds[mutator.below(kSeeds.size())]);
    observe::Meters meters;
    ServerSession session({}, "http", kDate, meters);
    session.feed(bytes);
    if (session.events().empty()) continue;
    const auto* request = std::get_if<http::RequestEvent>(&session.events().front());
    ASSERT_NE(request, nullptr);
    beast::error_code error;
    std::string_view head = bytes;
    if (head.starts_with("\r\n")) head.remove_prefix(2);
    const std::string other = second_opinion(head, error);
    // Beast minds what Connection says beyond the tokens that we look for.
    if (error == beast::http::error::bad_value) continue;
    ASSERT_FALSE(error) << error.message() << "\n" << testing::PrintToString(bytes);
    ++compared;
    EXPECT_TRUE(other.starts_with(request->head.method + " ")) << other;
    if (!request->head.authority.empty()) {
      EXPECT_NE(other.find(request->head.authority), std::string::npos) << other;
    }
    for (const auto field : request->head.headers) {
      const std::string line = "\n" + std::string(field.name) + ": " + std::string(field.value);
      EXPECT_NE((other + "\n").find(line + "\n"), std::string::npos)
          << testing::PrintToString(bytes);
    }
  }
  EXPECT_GT(compared, rounds() / 10);
}

}  // namespace
}  // namespace trunkline::h1

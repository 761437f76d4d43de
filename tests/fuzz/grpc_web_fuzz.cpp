// gRPC-Web: base64 in pieces that are padded one by one, the frame of the trailers, and the credit
// of a call whose text and bytes differ in size.

#include <algorithm>

#include "gateway/exchange/web_call.hpp"
#include "gateway/grpc/framing.hpp"
#include "gateway/grpc/web_text.hpp"
#include "gateway/grpc/web_trailers.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

/// The bytes, and how it ended.
std::string decoded(const Input& input, std::size_t most) {
  grpc::WebTextDecoder decoder;
  std::string bytes;
  for (Pieces pieces(input.bytes, most, input.seed); !pieces.done();) {
    const Exact copy(pieces.next());
    const auto some = decoder.decode(copy.view());
    if (!some) return "refused";
    bytes += *some;
  }
  return (decoder.partial() ? "partial " : "whole ") + bytes;
}

/// The same, a group of four characters at a time.
std::string naive(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  for (; text.size() >= 4; text.remove_prefix(4)) {
    const std::size_t letters = std::min<std::size_t>(text.substr(0, 4).find('='), 4);
    if (letters < 2) return "refused";
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto value = kAlphabet.find(text[i]);
      if (i < letters ? value == std::string_view::npos : text[i] != '=') return "refused";
      bits = bits << 6 | static_cast<std::uint32_t>(i < letters ? value : 0);
    }
    for (std::size_t i = 0; i + 1 < letters; ++i) {
      bytes += static_cast<char>(bits >> (16 - 8 * i) & 0xff);
    }
  }
  for (const char c : text) {
    if (c != '=' && kAlphabet.find(c) == std::string_view::npos) return "refused";
  }
  return (text.empty() ? "whole " : "partial ") + bytes;
}

/// What was encoded in pieces reads back in any others.
void there_and_back(const Input& input) {
  std::string text;
  for (Pieces pieces(input.bytes, 1 + input.variant % 7, input.seed); !pieces.done();) {
    text += grpc::encode_web_text(pieces.next());
  }
  grpc::WebTextDecoder decoder;
  std::string bytes;
  for (Pieces pieces(text, 1 + input.variant % 11, input.seed); !pieces.done();) {
    const auto some = decoder.decode(pieces.next());
    must(some.has_value(), "what we encode can be decoded");
    bytes += *some;
  }
  must(!decoder.partial(), "to its end");
  must_equal(bytes, input.bytes, "and is the same");
}

/// Lines of the input as trailers: the frame is one, with as many lines.
void trailers(const Input& input) {
  grpc::WebTrailers made;
  std::size_t lines = 0;
  for (std::string_view rest = input.bytes; !rest.empty() && lines < 20; ++lines) {
    const std::string_view value = rest.substr(0, rest.find('|'));
    made.add("x", value);
    rest.remove_prefix(std::min(value.size() + 1, rest.size()));
  }
  std::string frame = made.take();
  must(static_cast<std::uint8_t>(frame[0]) == 0x80, "trailers are marked");
  frame[0] = 0;
  std::string_view rest = frame;
  grpc::Deframer deframer(frame.size());
  const auto text = deframer.next(rest);
  must(text && *text && rest.empty(), "and one frame");
  must(static_cast<std::size_t>(std::count((**text).begin(), (**text).end(), '\n')) == lines,
       "no value adds a line");
}

/// However the body comes and is taken, credit follows what was taken and comes to what was sent.
void credit(const Input& input) {
  const http::RequestHead head;
  exchange::WebCall call({grpc::Dialect::kWebText, {}}, head);
  Dice dice(input.seed);
  std::size_t received = 0;
  std::size_t untaken = 0;
  std::size_t given = 0;
  const auto take = [&](std::size_t bytes) {
    untaken -= bytes;
    given += call.client_credit(bytes);
    must(given <= received, "no credit is given for what was not sent");
  };
  for (Pieces pieces(input.bytes, 1 + input.variant % 11, input.seed); !pieces.done();) {
    const std::string_view piece = pieces.next();
    const auto bytes = call.to_backend(piece, false);
    if (!bytes) return;
    received += piece.size();
    untaken += bytes->size();
    if (dice.one_in(2)) take(dice.below(untaken + 1));
  }
  take(untaken);
  // A group that is not whole gave no bytes yet, and one piece may have brought only such.
  must(received - given < 4, "credit is given for all that became bytes");
}

/// The same the other way: the client takes text, the backend gets credit for bytes.
void credit_back(const Input& input) {
  http::RequestHead head;
  exchange::WebCall call({grpc::Dialect::kWebText, {}}, head);
  Dice dice(input.seed);
  std::size_t received = 0;
  std::size_t untaken = 0;
  std::size_t given = 0;
  for (Pieces pieces(input.bytes, 1 + input.variant % 11, input.seed); !pieces.done();) {
    const std::string_view piece = pieces.next();
    received += piece.size();
    untaken += call.to_client(piece).size();
    const std::size_t some = dice.below(untaken + 1);
    untaken -= some;
    given += call.backend_credit(some);
    must(given <= received, "no credit is given for what was not sent");
  }
  must(given + call.backend_credit(untaken) == received, "all is paid for when all is taken");
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline::fuzz;
  const Input input(data, size);
  const std::string whole = decoded(input, input.bytes.size() + 1);
  must_equal(whole, decoded(input, 1 + input.variant % 20), "how the text is cut changes nothing");
  must_equal(whole, naive(input.bytes), "base64 is read by the letter");
  there_and_back(input);
  trailers(input);
  credit(input);
  credit_back(input);
  return 0;
}

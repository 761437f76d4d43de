// gRPC's length-prefixed messages: what comes in pieces is what comes whole, and both are what the
// prefixes say.

#include <vector>

#include "gateway/grpc/framing.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

struct Cut {
  std::vector<std::string> messages;
  bool partial = false;
  std::string error;

  std::string text() const {
    std::string all;
    for (const auto& message : messages) all += std::to_string(message.size()) + ":" + message;
    return all + (partial ? " partial " : " ") + error;
  }
};

Cut cut(const Input& input, std::size_t limit, std::size_t most) {
  grpc::Deframer deframer(limit);
  Cut result;
  for (Pieces pieces(input.bytes, most, input.seed); !pieces.done();) {
    const Exact copy(pieces.next());
    std::string_view rest = copy.view();
    for (;;) {
      const std::size_t before = rest.size();
      const auto next = deframer.next(rest);
      if (!next) {
        result.error = next.error().message;
        result.partial = false;
        return result;
      }
      if (!*next) break;
      must((**next).size() <= limit, "no message is over the limit");
      must(rest.size() < before || before == 0, "a message takes bytes");
      result.messages.emplace_back(**next);
    }
    must(rest.empty(), "all input is taken when no message is whole");
    result.partial = deframer.partial();
  }
  return result;
}

/// The same by the letter of the specification.
Cut wanted(std::string_view bytes, std::size_t limit) {
  Cut result;
  while (bytes.size() >= grpc::kPrefixBytes) {
    std::size_t size = 0;
    for (std::size_t i = 1; i < grpc::kPrefixBytes; ++i) {
      size = size << 8 | static_cast<std::uint8_t>(bytes[i]);
    }
    if (bytes[0] != 0 || size > limit) {
      result.error = "refused";
      return result;
    }
    if (bytes.size() - grpc::kPrefixBytes < size) break;
    result.messages.emplace_back(bytes.substr(grpc::kPrefixBytes, size));
    bytes.remove_prefix(grpc::kPrefixBytes + size);
  }
  result.partial = !bytes.empty();
  return result;
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline;
  using namespace trunkline::fuzz;
  const Input input(data, size);
  const std::size_t limit = input.option(0) ? input.variant : 1 << 20;
  const Cut whole = cut(input, limit, input.bytes.size() + 1);
  const Cut pieces = cut(input, limit, 1 + input.variant % 20);
  must_equal(whole.text(), pieces.text(), "how the bytes are cut changes nothing");
  Cut other = wanted(input.bytes, limit);
  must(whole.error.empty() == other.error.empty(), "what is refused is what must be");
  other.error = whole.error;
  other.partial = whole.error.empty() && other.partial;
  if (whole.error.empty()) {
    must_equal(whole.text(), other.text(), "the messages are those that the prefixes say");
  }
  must(whole.messages == other.messages, "and so are those before a bad one");

  std::string frame(grpc::kPrefixBytes, '\xff');
  frame += input.bytes;
  grpc::write_prefix(frame);
  std::string_view rest = frame;
  grpc::Deframer deframer(input.bytes.size());
  const auto back = deframer.next(rest);
  must(back && *back && **back == input.bytes && rest.empty(), "what is framed reads back");
  return 0;
}

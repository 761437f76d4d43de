// A client's JSON body as a message: whatever it says ends in a refusal that is the client's fault,
// or in bytes that are canonical, that protobuf reads without finding a stranger among them, and
// that come back the same when they are printed and read again.

#include <vector>

#include "torture.pb.h"
#include <google/protobuf/stubs/logging.h>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/gateway/transcode/canonical_message.hpp"
#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::fuzz {
namespace {

using torture::Everything;
using torture::UpdateRequest;
using transcode::PathValue;
using transcode::Transcoder;

constexpr std::string_view kService = "trunkline.torture.TortureService.";

const transcode::Schema& schema(bool ignore_unknown) {
  const auto built = [](bool ignore) {
    return transcode::Schema::build(transcode::descriptor_set_of(*Everything::descriptor()->file()),
                                    {.ignore_unknown = ignore})
        .value();
  };
  static const transcode::Schema strict = built(false);
  static const transcode::Schema lax = built(true);
  return ignore_unknown ? lax : strict;
}

/// Nothing if it was refused.
template <class Message>
std::string request(const Transcoder& transcoder, const std::vector<PathValue>& path,
                    std::string_view body) {
  const Exact copy(body);
  std::string wire;
  const auto done = transcoder.request(path, {}, copy.view(), wire);
  if (!done) {
    must(done.error().code == grpc::Code::kInvalidArgument &&
             done.error().source == grpc::Source::kClient && !done.error().message.empty(),
         "a refusal is the client's fault, and a sentence");
    return "";
  }
  Message message;
  must(message.ParseFromString(wire), "what we make protobuf can read");
  must(message.GetReflection()->GetUnknownFields(message).empty(), "and knows");
  must_equal(wire, transcode::canonical(message), "and it is canonical");
  return wire;
}

void again(const Transcoder& transcoder, const std::string& wire) {
  std::string json;
  if (!transcoder.answer(wire, json)) return;  // a FieldMask may hold what has no way back
  const std::string back = request<Everything>(transcoder, {}, json);
  must_equal(wire, back, "printed and read again it is the same");
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline::fuzz;
  google::protobuf::SetLogHandler(nullptr);  // it would tell of every bad input
  const Input input(data, size);
  const auto& services = schema(input.option(0));
  const auto transcoder = [&](const char* method, std::size_t binding) {
    return trunkline::transcode::transcoder_of(services, std::string(kService) + method, binding);
  };
  constexpr std::size_t kWhole = 3;
  switch (input.variant % 8) {
    case 0:
      request<UpdateRequest>(*transcoder("Update", 0), {{"thing.string_field", "x"}}, input.bytes);
      break;
    case 1: request<Everything>(*transcoder("Echo", 8), {{"child.name", "x"}}, input.bytes); break;
    case 2: request<Everything>(*transcoder("Echo", 9), {{"child.name", "x"}}, input.bytes); break;
    case 3: request<Everything>(*transcoder("Echo", 4 + input.seed % 4), {}, input.bytes); break;
    default:
      const std::string wire = request<Everything>(*transcoder("Echo", kWhole), {}, input.bytes);
      if (!wire.empty()) again(*transcoder("Echo", kWhole), wire);
  }
  return 0;
}

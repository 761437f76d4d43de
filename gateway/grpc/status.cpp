#include "gateway/grpc/status.hpp"

#include <charconv>

namespace trunkline::grpc {

std::optional<Error> status_of(std::string_view grpc_status, std::string_view grpc_message) {
  const auto code = parse_code(grpc_status);
  if (!code) {
    return Error{Code::kUnknown, "The upstream ended the call without a gRPC status.",
                 Source::kUpstream};
  }
  if (*code == Code::kOk) return std::nullopt;
  return Error{*code, decode_message(grpc_message), Source::kUpstream};
}

std::string decode_message(std::string_view text) {
  std::string message;
  message.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto [end, error] =
          std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
      if (error == std::errc{} && end == text.data() + i + 3) {
        message.push_back(static_cast<char>(value));
        i += 2;
        continue;
      }
    }
    message.push_back(text[i]);
  }
  return message;
}

}  // namespace trunkline::grpc

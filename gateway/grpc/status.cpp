#include "gateway/grpc/status.hpp"

#include <charconv>

#include "gateway/grpc/details.hpp"

namespace trunkline::grpc {

std::optional<Error> status_of(std::string_view grpc_status, std::string_view grpc_message,
                               std::string_view details) {
  const auto code = parse_code(grpc_status);
  if (!code) {
    return Error{Code::kUnknown, "The upstream ended the call without a gRPC status.",
                 Source::kUpstream};
  }
  if (*code == Code::kOk) return std::nullopt;
  Error error{*code, decode_message(grpc_message), Source::kUpstream};
  error.details = details_of(details);
  error.retry_after = retry_delay(error.details);
  return error;
}

std::string format_code(Code code) {
  return std::to_string(static_cast<int>(code));
}

std::string encode_message(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && c != '%') {
      encoded.push_back(c);
    } else {
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
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

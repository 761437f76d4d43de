#pragma once

// Private to exchange: the one message with which a call is answered that streams no answer.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::exchange {

class LoneAnswer {
 public:
  /// Transcodes it at once, while its bytes still lie in the buffer they were read into.
  grpc::Result<void> take(std::string_view message, const transcode::Transcoder& transcoder) {
    if (json_) return broken("The upstream sent more than one message.");
    json_.emplace();
    json_->reserve(2 * message.size() + 64);
    return transcoder.answer(message, *json_);
  }

  /// The call has ended well.
  grpc::Result<std::string> json() && {
    if (!json_) return broken("The upstream sent no message.");
    return *std::move(json_);
  }

 private:
  static grpc::Error broken(std::string how) {
    return {grpc::Code::kInternal, std::move(how), grpc::Source::kUpstream};
  }

  std::optional<std::string> json_;
};

}  // namespace trunkline::exchange

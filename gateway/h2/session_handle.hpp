#pragma once

// Private to h2: owns a session of libnghttp2 without naming its header.

#include <memory>

struct nghttp2_session;

namespace trunkline::h2 {

struct SessionDeleter {
  void operator()(nghttp2_session* session) const noexcept;
};

using SessionHandle = std::unique_ptr<nghttp2_session, SessionDeleter>;

}  // namespace trunkline::h2

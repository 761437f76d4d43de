#pragma once

// Private to exchange: a stream as lines of JSON; an error is the last of them.

#include "gateway/exchange/stream/stream_form.hpp"

namespace trunkline::exchange {

class LineStream final : public StreamForm {
 public:
  /// `content_type`: by which of its names the client asked for it; outlives the form.
  explicit LineStream(std::string_view content_type) : content_type_(content_type) {}

  std::string_view content_type() const override { return content_type_; }
  void begin_message(std::string&) override {}
  void end_message(std::string& out) override { out.push_back('\n'); }
  void end(std::string&) override {}
  void end_with_error(std::string_view error, std::string& out) override {
    out.append(error).push_back('\n');
  }

 private:
  const std::string_view content_type_;
};

}  // namespace trunkline::exchange

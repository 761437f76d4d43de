#pragma once

// Private to exchange: a stream as one JSON array, whose elements leave as they come, each on a
// line of its own; an error is the last of them.

#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/stream/stream_form.hpp"

namespace trunkline::exchange {

class JsonArray final : public StreamForm {
 public:
  std::string_view content_type() const override { return kJsonType; }
  void begin_message(std::string& out) override {
    out.append(empty_ ? "[" : ",\n");
    empty_ = false;
  }
  void end_message(std::string&) override {}
  void end(std::string& out) override { out.append(empty_ ? "[]" : "]"); }
  void end_with_error(std::string_view error, std::string& out) override {
    begin_message(out);
    out.append(error).push_back(']');
  }

 private:
  bool empty_ = true;
};

}  // namespace trunkline::exchange

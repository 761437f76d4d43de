#pragma once

// The Transcoder of one HTTP binding: a binder for its requests, tables for its answers. Private
// to the room.

#include <memory>
#include <string>

#include "gateway/transcode/answer_printer.hpp"
#include "gateway/transcode/request_binder.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::transcode {

class BindingTranscoder : public Transcoder {
 public:
  struct Tables {
    std::shared_ptr<const InputTables> input;
    std::shared_ptr<const MessageTables> output;
  };

  /// `response_body`: the one field that is written, or nothing for the whole message.
  BindingTranscoder(Tables tables, RequestBinder binder, const MessageTable& response,
                    const FieldEntry* response_body)
      : tables_(std::move(tables)),
        binder_(std::move(binder)),
        response_(response),
        response_body_(response_body) {}

  grpc::Result<void> request(std::span<const PathValue> path_values, std::string_view query,
                             std::string_view body, std::string& message) const override;
  grpc::Result<void> answer(std::string_view message, std::string& json) const override;
  bool detail(std::string_view any, std::string& json) const override;

 private:
  Fault print(std::string_view message, JsonWriter& json, AnswerPrinter::Mode mode) const;

  Tables tables_;  ///< own what the rest refers to
  RequestBinder binder_;
  const MessageTable& response_;
  const FieldEntry* response_body_;
};

}  // namespace trunkline::transcode

#pragma once

// The many ways to spell one message as JSON: members in any order, by either name, numbers as
// strings and with exponents, other escapes, white space, nulls for what is absent; and ways to
// spoil it.

#include <string>

#include <google/protobuf/descriptor.h>
#include <nlohmann/json.hpp>

#include "tests/gateway/transcode/random_message.hpp"

namespace trunkline::transcode {

class RandomJson {
 public:
  explicit RandomJson(RandomMessage& random) : random_(random) {}

  /// Another spelling of a message that protobuf has printed.
  std::string spelled(const nlohmann::json& value, const google::protobuf::Descriptor& type);

  /// One value somewhere within is another one, or a member is there twice, or is a stranger.
  std::string spoiled(nlohmann::json value, const google::protobuf::Descriptor& type);

  /// A few bytes are others, missing or twice.
  std::string broken(std::string text);

 private:
  using Field = google::protobuf::FieldDescriptor;
  using Json = nlohmann::json;

  void message(const Json& value, const google::protobuf::Descriptor& type);
  void members(const Json& value, const google::protobuf::Descriptor* type, const Field* map);
  void any(const Json& value);
  void field(const Json& value, const Field& field);
  void single(const Json& value, const Field& field);
  void plain(const Json& value);
  void number(std::string digits, bool whole);
  void text(std::string_view text);
  void bytes(std::string base64);
  void blank();
  void spoil(Json& value);
  Json stranger();

  RandomMessage& random_;
  std::string out_;
  int spoils_ = 0;  ///< members that will be written twice
};

}  // namespace trunkline::transcode

#pragma once

// Turns a JSON body into a request message on the wire while the JSON is being read: a stack of
// what is open, no tree, no message object. What the path and the query give is merged in where
// each message ends. Lives for one request. Private to the room.
//
//   nothing(request), finish(); or
//   whole(request) or member(request, field), the JSON's events, finish()

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/bound_values.hpp"
#include "gateway/transcode/canonical_wire.hpp"
#include "gateway/transcode/event_tape.hpp"
#include "gateway/transcode/input_table.hpp"
#include "gateway/transcode/json_events.hpp"

namespace trunkline::transcode {

class BodyReader final : public JsonEvents {
 public:
  /// Messages within the request message; protobuf's own parsers refuse more.
  static constexpr std::size_t kMaxMessageDepth = 100;
  /// What a mask may take. Each leaf of a nested message repeats all names that lead to it.
  static constexpr std::size_t kMaxMaskSize = 64 * 1024;

  struct Options {
    bool ignore_unknown = false;
    bool derive_mask = false;  ///< collect the paths of what the body names
  };

  BodyReader(const InputTables& tables, Options options, BoundValues& bound, CanonicalWire& wire)
      : tables_(tables), options_(options), bound_(bound), wire_(wire) {}

  /// There is no JSON: the message is what path and query give.
  void nothing(const InputMessage& request);
  /// The JSON is the request message.
  void whole(const InputMessage& request);
  /// The JSON is one of its fields.
  void member(const InputMessage& request, const InputField& field);

  bool scalar(const JsonScalar& value) override;
  bool key(std::string_view name) override;
  bool begin_object() override;
  bool end_object() override;
  bool begin_array() override;
  bool end_array() override;

  /// Ends the request message. `mask`: the field that tells which fields the body names, or
  /// nothing. What was refused is in the bound values.
  void finish(const InputField* mask);

  /// What made an event return false. Its field is empty if the body as a whole does not fit.
  const grpc::FieldViolation& violation() const noexcept { return violation_; }

 private:
  enum class Form : std::uint8_t {
    kMessage,   ///< members are fields
    kRepeated,  ///< elements are values of one field
    kMap,       ///< members are entries
    kAny,       ///< an Any that has not told its type
    kAnyValue,  ///< an Any whose content is the member "value"
    kSkipped,   ///< within what is unknown
  };

  struct Frame {
    Form form;
    bool implicit = false;     ///< no bracket of its own: ends with what is in it
    bool keep_empty = true;    ///< of a message: leaves its tag even if nothing is in it
    bool any_content = false;  ///< "@type" stands among the members
    bool typed = false;        ///< and may not come again
    bool masked = false;       ///< its fields belong to the mask
    bool named = false;        ///< a member has come, known or not
    const InputMessage* message = nullptr;
    const InputField* field = nullptr;  ///< that takes the next value; nothing: it is skipped
    std::optional<std::string_view> name = {};  ///< of that field, as the client wrote it
    std::uint32_t tag = 0;                      ///< of a map's entries
    std::size_t index = 0;  ///< of an array's element; where a map's entries begin
    std::optional<std::size_t> key_size = {};  ///< of a map's key, the last in keys_
    BoundRange bound = {};
  };

  // body_reader.cpp: what the JSON says
  bool message_key(Frame& frame, std::string_view name);
  bool map_key(Frame& frame, std::string_view name);
  bool put(const InputField& field, const JsonScalar& value, bool packed, bool keep_default);
  bool value_done();

  // body_frames.cpp: messages, arrays and maps
  bool open_object(const InputField& field);
  bool open_array(const InputField& field);
  bool open_message(const InputField& field, bool implicit);
  bool open_within(const InputField& field, std::uint32_t number);
  void open_map(const InputField& field);
  void open_repeated(const InputField& field);
  void close_message();
  bool close_map();
  bool free_of_rivals(const InputField& field);
  void mark_mask();
  bool refuse_at(std::string field, std::string description);
  std::string path() const;
  std::string path(std::string_view member) const;

  // body_any.cpp: google.protobuf.Any
  bool open_any(const InputField& field);
  bool open_typed(const InputField& field, std::string_view url, bool ahead);
  bool any_key(std::string_view name);
  bool any_value_key(Frame& frame, std::string_view name);
  bool type_again(Frame& frame);
  bool end_any();
  bool play_tape();

  bool skips(const Frame& frame) const { return frame.form == Form::kSkipped || !frame.field; }
  bool refuse(std::string_view description);

  const InputTables& tables_;
  const Options options_;
  BoundValues& bound_;
  CanonicalWire& wire_;
  boost::container::small_vector<Frame, 12> frames_;
  std::string keys_;                     ///< of the maps that are open
  const InputField* content_ = nullptr;  ///< the whole message, where it is well-known
  bool awaits_object_ = false;
  bool recording_ = false;
  EventTape tape_;
  const EventTape* playing_ = nullptr;
  std::vector<std::string> mask_;
  std::size_t mask_size_ = 0;  ///< in bytes; what is beyond the limit is not in mask_
  grpc::FieldViolation violation_;
};

}  // namespace trunkline::transcode

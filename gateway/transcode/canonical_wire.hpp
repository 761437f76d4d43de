#pragma once

// Writes a message on the wire in the one form that equal messages share: fields in ascending
// order, entries of maps in the order of their keys. What comes in another order is put right when
// its message ends, by one copy of that message; and the length in front of a message is kept one
// byte wide until it is known to be longer. So a message is moved only where it must, and nothing
// is written twice on the way of a client that keeps to the order of the .proto. Lives for one
// request. Private to the room.
//
//   begin_message(tag), (begin_field(field), its values)..., end_message()

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "gateway/transcode/input_table.hpp"

namespace trunkline::transcode {

class CanonicalWire {
 public:
  /// What a message has of one field.
  struct Part {
    const InputField* field;
    std::size_t begin;  ///< its bytes end where the next part begins, or the message ends
    bool absent;        ///< named, but as null
    bool other_name;    ///< named, but not as in the .proto
  };

  explicit CanonicalWire(std::string& out) : out_(out) {}

  /// Values are appended here.
  std::string& out() noexcept { return out_; }

  /// The outermost message has no tag and no length.
  void begin_whole() { levels_.push_back({out_.size(), out_.size(), parts_.size()}); }
  void end_whole() { end_level(); }
  /// The same, if all it has is one field with a length: only that field's content remains.
  void end_content();

  void begin_message(std::uint32_t tag);
  /// `keep_empty`: otherwise an empty message leaves nothing, not even its tag.
  void end_message(bool keep_empty = true);

  /// How many messages are open.
  std::size_t depth() const noexcept { return levels_.size(); }

  /// False if the field has begun before. `other_name`: remembered, to tell it to the client.
  bool begin_field(const InputField& field, bool other_name = false);
  /// The same, even if it has begun as absent.
  void add_field(const InputField& field);
  void set_absent() { parts_.back().absent = true; }
  /// Of the open message: the field's part, if it is not absent.
  const Part* part(const InputField& field) const;
  /// Of the open message: another member of the field's oneof that is not absent.
  const Part* rival(const InputField& field) const;
  std::string_view bytes(const Part& part) const;

  /// Entries of a map begin here; each is a message.
  std::size_t begin_entries() const noexcept { return out_.size(); }
  /// Orders the entries from `begin` to here. A key that comes twice is returned.
  std::optional<std::string> end_entries(std::size_t begin, Kind key);

 private:
  struct Level {
    std::size_t begin;       ///< where its tag is
    std::size_t content;     ///< where its fields begin
    std::size_t first_part;  ///< in parts_
    std::uint32_t highest = 0;
    bool ordered = true;
  };

  void end_level();
  void order(const Level& level);

  std::string& out_;
  std::string copy_;
  boost::container::small_vector<Level, 8> levels_;
  boost::container::small_vector<Part, 32> parts_;
};

}  // namespace trunkline::transcode

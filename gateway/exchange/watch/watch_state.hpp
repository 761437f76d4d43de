#pragma once

// Private to exchange: a collection as one watch of it has told, by the numbers of its messages'
// fields and nothing else. Made from it are the messages that lead others there: all of it, or
// what is different from what they have. No clock, no call.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/watch_rule.hpp"

namespace trunkline::exchange {

/// Grows with each change, of one state.
using Revision = std::uint64_t;

class WatchState {
 public:
  /// `most_bytes`: of all items; above, apply() fails.
  WatchState(const transcode::WatchFields& fields, std::size_t most_bytes)
      : fields_(fields), most_bytes_(most_bytes) {}

  /// Takes one message of the backend's in; whether the state is another now. After an error the
  /// state is what it was, but for one that is too large.
  grpc::Result<bool> apply(std::string_view message);

  /// A snapshot has come.
  bool known() const noexcept { return known_; }
  const std::string& version() const noexcept { return version_; }
  Revision revision() const noexcept { return revision_; }

  std::string snapshot() const;
  /// What leads from that revision here; nothing if it is too long ago, or if a snapshot is
  /// smaller. From the revision itself: the version alone.
  std::optional<std::string> difference(Revision base) const;

 private:
  struct Item {
    std::string bytes;
    Revision changed;
  };
  struct News;

  bool read(std::string_view message, News& news) const;
  bool keep_only(const News& news, Revision next);
  bool put(std::string_view name, std::string_view bytes, Revision next);
  std::map<std::string, Item, std::less<>>::iterator remove(
      std::map<std::string, Item, std::less<>>::iterator item, Revision next);
  void forget_old();

  const transcode::WatchFields fields_;
  const std::size_t most_bytes_;
  std::map<std::string, Item, std::less<>> items_;
  std::map<std::string, Revision, std::less<>> removed_;  // since when they are no more
  Revision oldest_ = 0;                                   // what was removed before is forgotten
  Revision revision_ = 0;
  std::size_t bytes_ = 0;  // of the items
  std::string version_;
  bool known_ = false;
};

/// A request without its resume field, and what that said.
struct WatchQuestion {
  std::string request;
  std::string resume;
};

/// Nothing if the message is broken.
std::optional<WatchQuestion> take_resume(std::string_view request, std::uint32_t resume_field);
void append_text(std::string& message, std::uint32_t field, std::string_view text);

}  // namespace trunkline::exchange

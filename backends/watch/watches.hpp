#pragma once

// Streams collections to those who watch them: reads a collection when its changes are told, one
// reading for all its watchers, and none for a collection that nobody watches.
//
// Any thread may call. A thread of its own looks after time; readings are jobs of the pool; streams
// are written by whoever comes by. It outlives the server whose streams it writes.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "backends/pg/listener.hpp"
#include "backends/pg/pool.hpp"
#include "backends/serve/stream_call.hpp"
#include "backends/watch/collection.hpp"
#include "backends/watch/settings.hpp"
#include "backends/watch/source.hpp"

namespace trunkline::watch {

class Watches {
 public:
  /// `conninfo`: where changes are told; the pool reads there, too, and outlives it.
  Watches(pg::Pool& pool, const std::string& conninfo, const Settings& settings);
  ~Watches();

  /// Serves the call from now on. `resume`: the version that the caller has, or nothing.
  void watch(const std::shared_ptr<serve::StreamCall>& call, Source source, std::string resume);

 private:
  struct Entry;
  struct Work;
  class Viewer;
  class ReadJob;
  using Shared = std::shared_ptr<Entry>;

  void told(std::string_view topic);
  void hears(bool whether);
  void live();

  /// Under the lock.
  Work gather(const Shared& entry);
  void perform(Work work);

  pg::Pool& pool_;
  const Settings settings_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Shared> entries_;  // by question
  std::uint64_t last_id_ = 0;
  int jobs_ = 0;  // under way
  bool hears_ = false;
  bool stopping_ = false;
  Collection::TimePoint sleeps_until_ = Collection::TimePoint::max();
  std::thread thread_;
  std::unique_ptr<pg::Listener> listener_;  // last: it calls
};

}  // namespace trunkline::watch

#include "backends/pg/pool.hpp"

#include "backends/pg/conninfo.hpp"

namespace trunkline::pg {

Pool::Pool(const Settings& settings, Greeting greeting)
    : conninfo_(with_defaults(settings.conninfo)),
      greeting_(std::move(greeting)),
      queue_(settings.queue, settings.wait) {
  for (std::size_t i = 0; i < settings.connections; ++i) {
    workers_.push_back(std::make_unique<Worker>(conninfo_, greeting_, queue_, presence_));
  }
  canceller_ = std::make_unique<Canceller>(queue_, workers_);
}

Pool::~Pool() {
  queue_.end();
  for (auto& worker : workers_) worker->join();  // the canceller still ends what is overdue
}

}  // namespace trunkline::pg

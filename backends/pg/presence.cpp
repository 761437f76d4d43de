#include "backends/pg/presence.hpp"

#include <spdlog/spdlog.h>

namespace trunkline::pg {

void Presence::connected(std::string_view address) {
  std::lock_guard lock(mutex_);
  if (++connected_ > 1) return;
  last_reason_.clear();
  spdlog::info("database: up, {}", address);
  queue_.open();
  tell(true);
}

void Presence::lost(std::string_view reason) {
  std::lock_guard lock(mutex_);
  if (--connected_ > 0) return;
  last_reason_ = reason;
  if (!queue_.ended()) spdlog::warn("database: away, trying again: {}", reason);
  tell(false);
  queue_.close();
}

void Presence::failed(std::string_view reason) {
  std::lock_guard lock(mutex_);
  if (connected_ > 0 || reason == last_reason_) return;
  last_reason_ = reason;
  spdlog::warn("database: cannot connect, trying again: {}", reason);
}

void Presence::observe(Observer observer) {
  std::lock_guard lock(mutex_);
  observer_ = std::move(observer);
  tell(connected_ > 0);
}

void Presence::tell(bool there) {
  if (observer_) observer_(there);
}

}  // namespace trunkline::pg

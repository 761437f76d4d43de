#pragma once

// A bounded list of named things that one thread adds to and any thread may read meanwhile,
// without a lock. A T is made from its name, and has name(). What is on the list stays where it is:
// a reference is good as long as the roster.

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace trunkline::observe {

template <class T, std::size_t kCapacity>
class Roster {
 public:
  /// `rest` is the name of all that finds no place of its own.
  explicit Roster(std::string_view rest) { add(rest); }

  /// What has this name, added if it is new; the rest when it is new and the roster is full. Looks
  /// through the whole list: for when a table is built, not for each request. By the owning
  /// thread only.
  T& find_or_add(std::string_view name) {
    const std::size_t size = size_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < size; ++i) {
      if (entries_[i]->name() == name) return *entries_[i];
    }
    return size < kCapacity ? add(name) : *entries_[0];
  }

  /// From any thread: how many have a place of their own.
  std::size_t named() const noexcept { return size_.load(std::memory_order_acquire) - 1; }

  /// From any thread: calls `visit(thing)` for each.
  template <class Visit>
  void for_each(Visit visit) const {
    const std::size_t size = size_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < size; ++i) visit(std::as_const(*entries_[i]));
  }

 private:
  T& add(std::string_view name) {
    const std::size_t size = size_.load(std::memory_order_relaxed);
    entries_[size] = std::make_unique<T>(name);
    size_.store(size + 1, std::memory_order_release);
    return *entries_[size];
  }

  std::array<std::unique_ptr<T>, kCapacity> entries_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace trunkline::observe

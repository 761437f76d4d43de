#pragma once

// One walk of a path through the trie. Each node is visited at most once, since its depth is the
// number of segments before it: the walk is bounded by the size of the trie, whatever the path.
// Private to the room.

#include <array>
#include <cstddef>
#include <set>
#include <string_view>

#include "gateway/route/node.hpp"
#include "gateway/route/percent.hpp"

namespace trunkline::route {

template <class Node>
class Search {
 public:
  /// `path` starts with '/' and is well encoded.
  Search(std::string_view method, std::string_view path)
      : method_(method), path_(path), encoded_(path.find('%') != std::string_view::npos) {
    const std::size_t slash = path.rfind('/');
    const std::size_t colon = path.rfind(':');
    // A colon with nothing behind it is no verb: "/agents:" is not another name of "/agents".
    if (colon != kNone && colon > slash && colon + 1 < path.size()) colon_ = colon;
  }

  /// The rule that answers, or nothing.
  const Endpoint* run(const Node& root) {
    return path_.size() == 1 ? finish(root, 0, path_.size(), {}) : descend(root, 0, 1);
  }

  /// The methods that the path has, when `run` found nothing.
  std::set<std::string_view> methods(const Node& root) {
    std::set<std::string_view> all;
    seen_ = &all;
    run(root);
    seen_ = nullptr;
    return all;
  }

  /// What a variable of the endpoint that `run` has found catches.
  std::string caught(const Endpoint& endpoint, const Variable& variable) const {
    const std::size_t begin = starts_[variable.first];
    const std::size_t end =
        variable.last == endpoint.segments ? end_ : starts_[variable.last] - 1;  // the '/'
    const auto raw = path_.substr(begin, end - begin);
    if (!encoded_) return std::string(raw);
    return percent_decoded(raw, variable.multi_segment ? Slashes::kKeepEncoded : Slashes::kDecode);
  }

 private:
  static constexpr std::size_t kNone = std::string_view::npos;

  const Endpoint* descend(const Node& node, std::size_t depth, std::size_t begin) {
    starts_[depth] = begin;
    const std::size_t slash = path_.find('/', begin);
    const Endpoint* found =
        slash == kNone ? last(node, depth, begin) : inner(node, depth, begin, slash);
    return found ? found : rest(node, begin);
  }

  const Endpoint* inner(const Node& node, std::size_t depth, std::size_t begin, std::size_t end) {
    if (end == begin) return nullptr;
    if (const Node* child = literal(node, begin, end)) {
      if (const auto* found = descend(*child, depth + 1, end + 1)) return found;
    }
    return node.any ? descend(*node.any, depth + 1, end + 1) : nullptr;
  }

  const Endpoint* last(const Node& node, std::size_t depth, std::size_t begin) {
    if (colon_ != kNone && colon_ > begin) {
      if (const Node* child = literal(node, begin, colon_)) {
        if (const auto* found = finish(*child, depth + 1, colon_, verb())) return found;
      }
    }
    if (const Node* child = literal(node, begin, path_.size())) {
      if (const auto* found = finish(*child, depth + 1, path_.size(), {})) return found;
    }
    if (!node.any || begin == path_.size()) return nullptr;
    if (colon_ != kNone && colon_ > begin) {
      if (const auto* found = finish(*node.any, depth + 1, colon_, verb())) return found;
    }
    return finish(*node.any, depth + 1, path_.size(), {});
  }

  const Endpoint* rest(const Node& node, std::size_t begin) {
    if (node.rest.empty()) return nullptr;
    if (colon_ != kNone && colon_ >= begin) {
      if (const auto* found = choose(node.rest, colon_, verb())) return found;
    }
    return choose(node.rest, path_.size(), {});
  }

  /// The path ends at `node`, or in a "**" of no segments behind it.
  const Endpoint* finish(const Node& node, std::size_t depth, std::size_t end,
                         std::string_view verb) {
    if (const auto* found = choose(node.here, end, verb)) return found;
    if (node.rest.empty()) return nullptr;
    starts_[depth] = end;
    return choose(node.rest, end, verb);
  }

  const Endpoint* choose(const std::vector<Ending>& endings, std::size_t end,
                         std::string_view verb) {
    for (const Ending& ending : endings) {
      if (!same(ending.verb, verb)) continue;
      const Endpoint* found = seen_ ? note(ending) : with_method(ending);
      if (found) end_ = end;
      return found;
    }
    return nullptr;
  }

  const Endpoint* with_method(const Ending& ending) const {
    const Endpoint* get = nullptr;
    const Endpoint* any = nullptr;
    for (const Endpoint& endpoint : ending.endpoints) {
      if (endpoint.method == method_) return &endpoint;
      if (endpoint.method == "GET") get = &endpoint;
      if (endpoint.method == "*") any = &endpoint;
    }
    return get && method_ == "HEAD" ? get : any;
  }

  const Endpoint* note(const Ending& ending) {
    for (const Endpoint& endpoint : ending.endpoints) {
      seen_->insert(endpoint.method);
      if (endpoint.method == "GET") seen_->insert("HEAD");
    }
    return nullptr;
  }

  const Node* literal(const Node& node, std::size_t begin, std::size_t end) const {
    if (node.literals.empty()) return nullptr;
    const auto raw = path_.substr(begin, end - begin);
    if (!encoded_ || raw.find('%') == kNone) return node.literal(raw);
    return node.literal(percent_decoded(raw, Slashes::kDecode));
  }

  std::string_view verb() const { return path_.substr(colon_ + 1); }

  bool same(std::string_view verb, std::string_view raw) const {
    if (!encoded_ || raw.find('%') == kNone) return verb == raw;
    return verb == percent_decoded(raw, Slashes::kDecode);
  }

  std::string_view method_;
  std::string_view path_;
  bool encoded_;
  std::size_t colon_ = kNone;  ///< of a verb, if the path has one
  std::size_t end_ = 0;        ///< of the last segment, before the verb
  std::array<std::size_t, Template::kMaxSegments + 1> starts_;  ///< of each segment on the way
  std::set<std::string_view>* seen_ = nullptr;
};

}  // namespace trunkline::route

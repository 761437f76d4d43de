#pragma once

// Messages of a watched collection, and a transcoder that prints them:
//
//   {"v":"3","snapshot":true,"items":["a=1","b=2"],"removed":["c"]}, without what is not there

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange/watch/wire_field.hpp"
#include "gateway/grpc/wire_fields.hpp"
#include "gateway/transcode/transcoder.hpp"
#include "gateway/transcode/watch_rule.hpp"

namespace trunkline::exchange {

inline constexpr transcode::WatchFields kFields{
    .resume = 2, .version = 1, .snapshot = 20, .items = 3, .removed = 4, .name = 1};

using Things = std::map<std::string, std::string>;

inline std::string item(const std::string& name, const std::string& value) {
  std::string bytes;
  grpc::append_bytes_field(bytes, 1, name);
  grpc::append_bytes_field(bytes, 2, value);
  return bytes;
}

inline std::string change(const std::string& version, const Things& things,
                          const std::vector<std::string>& removed = {}) {
  std::string message;
  grpc::append_bytes_field(message, 1, version);
  for (const auto& [name, value] : things) {
    grpc::append_bytes_field(message, 3, item(name, value));
  }
  for (const std::string& name : removed) grpc::append_bytes_field(message, 4, name);
  return message;
}

inline std::string snapshot(const std::string& version, const Things& things) {
  return change(version, things) + std::string("\xa0\x01\x01", 3);  // field 20, a varint
}

/// What a watcher has after all messages that it was sent.
struct Follower {
  bool follow(std::string_view message) {
    std::vector<std::string> removed;
    Things news;
    bool whole = false;
    const bool good = for_each_field(message, [&](const WireField& field) {
      if (field.number == 1) version = field.bytes;
      if (field.number == 20) whole = field.value != 0;
      if (field.number == 4) removed.emplace_back(field.bytes);
      if (field.number != 3) return true;
      std::string name, value;
      for_each_field(field.bytes, [&](const WireField& inner) {
        (inner.number == 1 ? name : value) = inner.bytes;
        return true;
      });
      news[name] = value;
      return true;
    });
    if (whole) things.clear();
    for (const std::string& name : removed) things.erase(name);
    for (const auto& [name, value] : news) things[name] = value;
    return good;
  }

  std::string version;
  Things things;
};

/// Request: "resume=V&anything" in the query; the rest is a field of its own.
class Listing final : public transcode::Transcoder {
 public:
  grpc::Result<void> request(std::span<const transcode::PathValue>, std::string_view query,
                             std::string_view, std::string& message) const override {
    const auto cut = query.find('&');
    if (query.starts_with("resume=")) {
      grpc::append_bytes_field(message, 2, query.substr(7, cut == query.npos ? cut : cut - 7));
      query = cut == query.npos ? "" : query.substr(cut + 1);
    }
    if (!query.empty()) grpc::append_bytes_field(message, 1, query);
    return {};
  }

  grpc::Result<void> answer(std::string_view message, std::string& json) const override {
    ++answers;
    std::string version, items, removed;
    bool whole = false;
    for_each_field(message, [&](const WireField& field) {
      if (field.number == 1) version = field.bytes;
      if (field.number == 20) whole = true;
      if (field.number == 4) removed += (removed.empty() ? "\"" : ",\"") + text(field) + "\"";
      if (field.number != 3) return true;
      std::string shown;
      for_each_field(field.bytes, [&](const WireField& inner) {
        shown += (shown.empty() ? "" : "=") + text(inner);
        return true;
      });
      items += (items.empty() ? "\"" : ",\"") + shown + "\"";
      return true;
    });
    if (items.find("=bad") != items.npos) return grpc::Error{grpc::Code::kInternal, "not this"};
    json += "{\"v\":\"" + version + "\"";
    if (whole) json += ",\"snapshot\":true";
    if (!items.empty()) json += ",\"items\":[" + items + "]";
    if (!removed.empty()) json += ",\"removed\":[" + removed + "]";
    json += "}";
    return {};
  }

  bool detail(std::string_view, std::string&) const override { return false; }

  mutable int answers = 0;

 private:
  static std::string text(const WireField& field) { return std::string(field.bytes); }
};

}  // namespace trunkline::exchange

#include "gateway/observe/log_line.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "gateway/observe/request_record.hpp"

namespace trunkline::observe {
namespace {

bool is_plain(char c) {
  return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
}

void append_padded(std::string& out, std::uint32_t number, std::size_t digits) {
  const std::size_t at = out.size();
  out.append(digits, '0');
  for (std::size_t i = digits; i > 0; --i, number /= 10) {
    out[at + i - 1] = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

std::string_view LogLine::make(const RequestRecord& record,
                               std::chrono::system_clock::time_point now,
                               std::chrono::nanoseconds took) {
  line_.clear();
  // It tells when the request came, as other logs do; the steady clock knows how long ago.
  add_time(now - std::chrono::duration_cast<std::chrono::system_clock::duration>(took));
  add_names(record);
  add_key("protocol");
  add_safe(is_http2(record.wire()) ? "HTTP/2" : "HTTP/1.1");
  line_ += is_tls(record.wire()) ? R"(,"tls":true)" : R"(,"tls":false)";
  const Story* const story = record.story();
  if (story != nullptr) {
    add_key("client");
    add_text(story->client);
    add_key("method");
    add_text(story->method);
    add_key("path");
    add_text(story->path);
  }
  add_key("route");
  add_text(record.route().name());
  add_key("status");
  add_number(static_cast<std::uint64_t>(record.status()));
  if (record.grpc_status() >= 0) {
    add_key("grpc_status");
    add_number(static_cast<std::uint64_t>(record.grpc_status()));
  }
  add_key("bytes_in");
  add_number(record.bytes_in());
  add_key("bytes_out");
  add_number(record.bytes_out());
  add_duration(took);
  if (story != nullptr) {
    const auto add_unless_empty = [this](std::string_view key, std::string_view text) {
      if (text.empty()) return;
      add_key(key);
      add_text(text);
    };
    add_unless_empty("upstream", story->endpoint);
    add_unless_empty("reason", story->reason);
    add_unless_empty("user_agent", story->user_agent);
  }
  line_ += "}\n";
  return line_;
}

void LogLine::add_time(std::chrono::system_clock::time_point time) {
  using std::chrono::floor;
  const auto second = floor<std::chrono::seconds>(time);
  if (const std::int64_t count = second.time_since_epoch().count(); count != second_) {
    second_ = count;
    const auto day = floor<std::chrono::days>(second);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(second - day);
    const auto add = [this](auto number, std::size_t digits, char after) {
      append_padded(second_text_, static_cast<std::uint32_t>(number), digits);
      second_text_ += after;
    };
    second_text_.clear();
    add(static_cast<int>(date.year()), 4, '-');
    add(static_cast<unsigned>(date.month()), 2, '-');
    add(static_cast<unsigned>(date.day()), 2, 'T');
    add(clock.hours().count(), 2, ':');
    add(clock.minutes().count(), 2, ':');
    add(clock.seconds().count(), 2, '.');
  }
  line_ += R"({"time":")";
  line_ += second_text_;
  const auto milliseconds = floor<std::chrono::milliseconds>(time - second).count();
  append_padded(line_, static_cast<std::uint32_t>(milliseconds), 3);
  line_ += "Z\"";
}

void LogLine::add_names(const RequestRecord& record) {
  if (!record.identity()) return;
  add_key("id");
  add_safe(record.identity()->id());
  add_key("trace");
  const TraceContext::TraceHex trace = record.identity()->trace.trace_hex();
  add_safe({trace.data(), trace.size()});
}

void LogLine::add_duration(std::chrono::nanoseconds took) {
  const auto microseconds = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::floor<std::chrono::microseconds>(took).count()));
  add_key("duration_ms");
  add_number(microseconds / 1'000);
  line_ += '.';
  append_padded(line_, static_cast<std::uint32_t>(microseconds % 1'000), 3);
}

void LogLine::add_key(std::string_view key) {
  line_ += ",\"";
  line_ += key;
  line_ += "\":";
}

void LogLine::add_text(std::string_view text) {
  text = text.substr(0, kTextBytes);
  if (std::all_of(text.begin(), text.end(), is_plain)) return add_safe(text);
  // Rare enough for the library: escapes, and U+FFFD for what is no UTF-8.
  line_ += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void LogLine::add_safe(std::string_view text) {
  line_ += '"';
  line_ += text;
  line_ += '"';
}

void LogLine::add_number(std::uint64_t number) {
  char digits[20];
  line_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace trunkline::observe

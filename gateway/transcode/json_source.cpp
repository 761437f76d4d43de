#include "gateway/transcode/json_source.hpp"

#include <algorithm>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>  // the library itself, which Debian does not build on its own

namespace trunkline::transcode {
namespace {

namespace json = boost::json;

/// Boost.JSON's events as ours. A text with escapes comes in parts.
class Handler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  explicit Handler(JsonEvents& listener) : listener_(listener) {}

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& error) { return go(listener_.begin_object(), error); }
  bool on_object_end(std::size_t, json::error_code& error) {
    return go(listener_.end_object(), error);
  }
  bool on_array_begin(json::error_code& error) { return go(listener_.begin_array(), error); }
  bool on_array_end(std::size_t, json::error_code& error) {
    return go(listener_.end_array(), error);
  }
  bool on_key_part(json::string_view text, std::size_t, json::error_code&) { return part(text); }
  bool on_key(json::string_view text, std::size_t, json::error_code& error) {
    const bool more = listener_.key(whole(text));
    parts_.clear();
    return go(more, error);
  }
  bool on_string_part(json::string_view text, std::size_t, json::error_code&) { return part(text); }
  bool on_string(json::string_view text, std::size_t, json::error_code& error) {
    return scalar(JsonScalar::Type::kString, text, error);
  }
  bool on_number_part(json::string_view text, json::error_code&) { return part(text); }
  bool on_int64(std::int64_t, json::string_view text, json::error_code& error) {
    return scalar(JsonScalar::Type::kNumber, text, error);
  }
  bool on_uint64(std::uint64_t, json::string_view text, json::error_code& error) {
    return scalar(JsonScalar::Type::kNumber, text, error);
  }
  bool on_double(double, json::string_view text, json::error_code& error) {
    return scalar(JsonScalar::Type::kNumber, text, error);
  }
  bool on_bool(bool value, json::error_code& error) {
    return scalar(value ? JsonScalar::Type::kTrue : JsonScalar::Type::kFalse, {}, error);
  }
  bool on_null(json::error_code& error) { return scalar(JsonScalar::Type::kNull, {}, error); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  bool stopped() const { return stopped_; }

 private:
  bool go(bool more, json::error_code& error) {
    if (more) return true;
    stopped_ = true;
    error = json::error::syntax;  // the parser wants some error
    return false;
  }
  bool part(json::string_view text) {
    parts_.append(text.data(), text.size());
    return true;
  }
  std::string_view whole(json::string_view text) {
    if (parts_.empty()) return {text.data(), text.size()};
    part(text);
    return parts_;
  }
  bool scalar(JsonScalar::Type type, json::string_view text, json::error_code& error) {
    const bool more = listener_.scalar({type, whole(text)});
    parts_.clear();
    return go(more, error);
  }

  JsonEvents& listener_;
  std::string parts_;
  bool stopped_ = false;
};

std::string place(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return " at line " + std::to_string(line) + ", column " + std::to_string(offset - start + 1);
}

std::string complaint_of(const json::error_code& error, std::string_view text, std::size_t offset) {
  if (error == json::error::incomplete) return "ends too early";
  if (error == json::error::too_deep)
    return "is nested more than " + std::to_string(kMaxJsonDepth) + " levels deep" +
           place(text, offset);
  if (error == json::error::exponent_overflow)
    return "has a number whose exponent is too large" + place(text, offset);
  return "has a syntax error" + place(text, offset);
}

}  // namespace

JsonOutcome read_json(std::string_view text, JsonEvents& listener) {
  using Kind = JsonOutcome::Kind;
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::basic_parser<Handler> parser(options, listener);
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (parser.handler().stopped()) return {Kind::kStopped};
  if (error) return {Kind::kMalformed, complaint_of(error, text, read)};
  if (read < text.size())
    return {Kind::kMalformed, "has something behind its end" + place(text, read)};
  return {Kind::kWhole};
}

}  // namespace trunkline::transcode

#include "gateway/route/template.hpp"

#include <algorithm>
#include <utility>

#include "gateway/route/percent.hpp"

namespace trunkline::route {
namespace {

bool is_ident_start(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_ident(char c) noexcept {
  return is_ident_start(c) || (c >= '0' && c <= '9');
}

/// RFC 3986's pchar without what the grammar uses itself.
bool is_literal(char c) noexcept {
  if (is_ident(c) || static_cast<unsigned char>(c) >= 0x80) return true;
  return std::string_view("-.~!$&'()+,;@%").find(c) != std::string_view::npos;
}

/// Recursive descent, one function a production. A function that fails sets `complaint_`.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { result_.text = text; }

  grpc::Result<Template> parse() {
    if (template_()) return std::move(result_);
    return grpc::Error{grpc::Code::kInvalidArgument,
                       "path template \"" + result_.text + "\": " + complaint_ + " at position " +
                           std::to_string(at_),
                       grpc::Source::kUpstream};
  }

 private:
  bool template_() {
    if (!take('/')) return complain("expected '/'");
    if (done()) return true;
    if (!segments()) return false;
    if (take(':') && !literal(result_.verb)) return false;
    return done() || complain("unexpected character");
  }

  bool segments() {
    do {
      if (!segment()) return false;
    } while (take('/'));
    return true;
  }

  bool segment() {
    if (ends_with_rest()) return complain("\"**\" must be the last segment");
    if (result_.segments.size() == Template::kMaxSegments) return complain("too many segments");
    if (next() == '{') return variable();
    Segment segment{Segment::Kind::kLiteral, {}};
    if (take('*'))
      segment.kind = take('*') ? Segment::Kind::kRest : Segment::Kind::kAny;
    else if (!literal(segment.literal))
      return false;
    result_.segments.push_back(std::move(segment));
    return true;
  }

  bool variable() {
    if (in_variable_) return complain("a variable inside a variable");
    take('{');
    in_variable_ = true;
    Variable variable{};
    if (!field_path(variable.field_path)) return false;
    variable.first = static_cast<std::uint16_t>(result_.segments.size());
    if (take('=')) {
      if (!segments()) return false;
    } else {
      result_.segments.push_back({Segment::Kind::kAny, {}});
    }
    if (!take('}')) return complain("expected '}'");
    variable.last = static_cast<std::uint16_t>(result_.segments.size());
    variable.multi_segment = variable.last - variable.first > 1 || ends_with_rest();
    in_variable_ = false;
    result_.variables.push_back(std::move(variable));
    return true;
  }

  bool field_path(std::string& path) {
    const std::size_t begin = at_;
    do {
      if (!is_ident_start(next())) return complain("expected a field name");
      while (is_ident(next())) ++at_;
    } while (take('.'));
    path = text_.substr(begin, at_ - begin);
    const bool twice = std::any_of(result_.variables.begin(), result_.variables.end(),
                                   [&](const Variable& v) { return v.field_path == path; });
    return !twice || complain("the field \"" + path + "\" a second time");
  }

  bool literal(std::string& literal) {
    const std::size_t begin = at_;
    while (!done() && is_literal(next())) ++at_;
    if (at_ == begin) return complain("expected a literal, '*', \"**\" or a variable");
    const auto raw = text_.substr(begin, at_ - begin);
    if (!well_encoded(raw)) return complain("a '%' without two hexadecimal digits");
    literal = percent_decoded(raw, Slashes::kDecode);
    return true;
  }

  bool ends_with_rest() const {
    return !result_.segments.empty() && result_.segments.back().kind == Segment::Kind::kRest;
  }

  bool done() const { return at_ == text_.size(); }
  char next() const { return done() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool complain(std::string what) {
    complaint_ = std::move(what);
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_variable_ = false;
  std::string complaint_;
  Template result_;
};

}  // namespace

grpc::Result<Template> Template::parse(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace trunkline::route

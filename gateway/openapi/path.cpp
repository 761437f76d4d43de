#include "gateway/openapi/path.hpp"

#include <algorithm>

#include "gateway/route/template.hpp"

namespace trunkline::openapi {
namespace {

using route::Segment;
using route::Template;
using route::Variable;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 3986's pchar stays, but for the colon, which would begin a verb.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_alphanumeric(c) || std::string_view("-._~!$&'()*+,;=@").find(c) != text.npos) {
      encoded += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      encoded += {'%', kHex[octet >> 4], kHex[octet & 15]};
    }
  }
  return encoded;
}

/// "agents" -> "agent", "companies" -> "company", "boxes" -> "box".
std::string singular(std::string word) {
  const auto drop = [&word](std::string_view end, std::size_t letters) {
    if (!word.ends_with(end) || word.size() <= end.size()) return false;
    word.resize(word.size() - letters);
    return true;
  };
  if (drop("ies", 3)) return word + "y";
  for (const char* hissing : {"sses", "shes", "ches", "xes"}) {
    if (drop(hissing, 2)) return word;
  }
  if (!word.ends_with("ss") && !word.ends_with("us")) drop("s", 1);
  return word;
}

class Translator {
 public:
  explicit Translator(const Template& parsed) : parsed_(parsed) {}

  Path translate() {
    for (std::size_t i = 0; i < parsed_.segments.size(); ++i) add_segment(i);
    if (parsed_.segments.empty()) path_.text = "/";
    if (!parsed_.verb.empty()) path_.text += ":" + percent_encoded(parsed_.verb);
    path_.shape = shape();
    return std::move(path_);
  }

 private:
  void add_segment(std::size_t index) {
    const Segment& segment = parsed_.segments[index];
    path_.text += '/';
    if (segment.kind == Segment::Kind::kLiteral) {
      path_.text += percent_encoded(segment.literal);
      return;
    }
    const Variable* variable = variable_at(index);
    PathPart part{};
    part.rest = segment.kind == Segment::Kind::kRest;
    part.whole_field = variable && variable->last - variable->first == 1;
    if (variable) part.field_path = variable->field_path;
    part.name = free_name(proposed_name(index, variable, part));
    path_.text += "{" + part.name + "}";
    path_.parts.push_back(std::move(part));
    if (variable) tell_shape(*variable);
  }

  const Variable* variable_at(std::size_t index) const {
    for (const Variable& variable : parsed_.variables) {
      if (variable.first <= index && index < variable.last) return &variable;
    }
    return nullptr;
  }

  std::string proposed_name(std::size_t index, const Variable* variable,
                            const PathPart& part) const {
    if (variable && (part.whole_field || part.rest)) return variable->field_path;
    if (index > 0 && parsed_.segments[index - 1].kind == Segment::Kind::kLiteral) {
      std::string name = singular(parsed_.segments[index - 1].literal);
      std::replace_if(
          name.begin(), name.end(), [](char c) { return !is_alphanumeric(c); }, '_');
      return name;
    }
    return variable ? variable->field_path : part.rest ? "rest" : "segment";
  }

  std::string free_name(const std::string& proposed) const {
    const auto taken = [this](const std::string& name) {
      return std::any_of(path_.parts.begin(), path_.parts.end(),
                         [&](const PathPart& part) { return part.name == name; });
    };
    std::string name = proposed;
    for (int n = 2; taken(name); ++n) name = proposed + "_" + std::to_string(n);
    return name;
  }

  /// Written into each part of the variable: the last call has all their names.
  void tell_shape(const Variable& variable) {
    std::string text;
    auto part = std::find_if(path_.parts.begin(), path_.parts.end(), [&](const PathPart& one) {
      return one.field_path == variable.field_path;
    });
    for (std::size_t i = variable.first; i < variable.last; ++i) {
      if (!text.empty()) text += '/';
      const Segment& segment = parsed_.segments[i];
      if (segment.kind == Segment::Kind::kLiteral)
        text += segment.literal;
      else if (part != path_.parts.end())
        text += "{" + (part++)->name + "}";
    }
    for (PathPart& one : path_.parts) {
      if (one.field_path == variable.field_path) one.field_shape = text;
    }
  }

  std::string shape() const {
    std::string shape;
    bool inside = false;
    for (const char c : path_.text) {
      if (c == '}') inside = false;
      if (!inside) shape += c;
      if (c == '{') inside = true;
    }
    return shape;
  }

  const Template& parsed_;
  Path path_;
};

std::string with_names(std::string_view text, const std::vector<PathPart>& from,
                       const std::vector<PathPart>& to) {
  std::string renamed;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}', open);
    renamed += text.substr(0, open);
    if (close == text.npos) break;
    const auto name = text.substr(open + 1, close - open - 1);
    const auto part = std::find_if(from.begin(), from.end(),
                                   [&](const PathPart& one) { return one.name == name; });
    const std::string_view new_name =
        part == from.end()
            ? name
            : std::string_view(to[static_cast<std::size_t>(part - from.begin())].name);
    renamed.append("{").append(new_name).append("}");
    text.remove_prefix(close + 1);
  }
  return renamed;
}

}  // namespace

Path openapi_path(std::string_view path_template) {
  const auto parsed = Template::parse(path_template);
  if (!parsed) return {std::string(path_template), std::string(path_template), {}};
  return Translator(*parsed).translate();
}

void rename_parts(Path& path, const Path& like) {
  const std::vector<PathPart> old = path.parts;
  path.text = like.text;
  for (std::size_t i = 0; i < path.parts.size(); ++i) {
    path.parts[i].name = like.parts[i].name;
    path.parts[i].field_shape = with_names(old[i].field_shape, old, like.parts);
  }
}

}  // namespace trunkline::openapi

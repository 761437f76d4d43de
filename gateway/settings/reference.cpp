// What the declared keys tell: the Markdown reference and the values in effect.

#include <nlohmann/json.hpp>

#include "gateway/settings/keys.hpp"

namespace trunkline::settings {
namespace {

/// In a table a '|' would start the next cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string row(const std::string& key, const std::string& allowed, const std::string& standard,
                const std::string& meaning) {
  return "| `" + key + "` | " + cell(allowed) + " | " + cell(standard) + " | " + cell(meaning) +
         " |\n";
}

}  // namespace

std::string Keys::reference() const {
  std::string table = "| key | allowed | default | meaning |\n|---|---|---|---|\n";
  rows(table, "");
  return table;
}

void Keys::rows(std::string& table, const std::string& prefix) const {
  for (const Key& key : keys_) {
    std::string standard = "`" + key.default_ + "`";
    if (key.default_.empty()) standard.clear();
    if (key.secret_) standard = "***";
    if (key.required_) standard = "required";
    table += row(prefix + key.path_, key.allowed_, standard, key.doc_);
    if (key.entry_rows_) key.entry_rows_(table, prefix + key.path_ + key.entry_mark_ + ".");
  }
}

std::string Keys::effective() const {
  Json values = Json::object();
  show(values);
  return values.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void Keys::show(Json& out) const {
  if (out.is_null()) out = Json::object();
  for (const Key& key : keys_) {
    if (!key.show_) continue;
    Json* at = &out;
    std::string_view rest = key.path_;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      at = &(*at)[std::string(rest.substr(0, dot))];
      rest.remove_prefix(dot + 1);
    }
    Json& value = (*at)[std::string(rest)];
    if (key.secret_) {
      value = "***";
    } else {
      key.show_(value);
    }
  }
}

}  // namespace trunkline::settings

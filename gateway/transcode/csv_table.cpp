#include "gateway/transcode/csv_table.hpp"

#include <google/protobuf/descriptor.h>
#include <nlohmann/json.hpp>

namespace trunkline::transcode {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::json;

// Messages that hold themselves would have columns without end.
constexpr std::size_t kDeepest = 4;
constexpr std::size_t kMostColumns = 500;

bool is_message(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

// Its JSON is no object of its fields: a timestamp, a wrapper, anything.
bool is_well_known(const Descriptor& message) {
  return message.full_name().rfind("google.protobuf.", 0) == 0;
}

void add_columns(const Descriptor& message, std::vector<std::string>& path,
                 std::vector<CsvTable::Column>& columns) {
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    path.push_back(field.json_name());
    const bool opens = is_message(field) && !field.is_repeated() &&
                       !is_well_known(*field.message_type()) && path.size() < kDeepest;
    if (opens) {
      add_columns(*field.message_type(), path, columns);
    } else {
      std::string title;
      for (const auto& part : path) title.append(title.empty() ? "" : ".").append(part);
      columns.push_back({std::move(title), path});
    }
    path.pop_back();
  }
}

void append_cell(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out.append(text);
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

const Json* find(const Json& item, const std::vector<std::string>& path) {
  const Json* value = &item;
  for (const auto& name : path) {
    if (!value->is_object()) return nullptr;
    const auto found = value->find(name);
    if (found == value->end()) return nullptr;
    value = &*found;
  }
  return value;
}

void append_row(const CsvTable& table, const Json& item, std::string& out) {
  bool first = true;
  for (const auto& column : table.columns) {
    if (!first) out += ',';
    first = false;
    const Json* value = find(item, column.path);
    if (value == nullptr || value->is_null()) continue;
    if (value->is_string()) {
      append_cell(value->get_ref<const std::string&>(), out);
    } else {
      append_cell(value->dump(), out);
    }
  }
  out += "\r\n";
}

}  // namespace

std::shared_ptr<const CsvTable> csv_table(const Descriptor& response) {
  CsvTable table;
  const Descriptor* item = nullptr;
  for (int i = 0; i < response.field_count(); ++i) {
    const auto& field = *response.field(i);
    if (field.is_repeated()) {
      // Of several lists nobody can say which is meant.
      if (item != nullptr || !is_message(field) || field.is_map()) return nullptr;
      if (is_well_known(*field.message_type())) return nullptr;
      item = field.message_type();
      table.items = field.json_name();
    } else if (field.name() == "next_page_token" &&
               field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      table.next_token = field.json_name();
    }
  }
  if (item == nullptr) return nullptr;
  std::vector<std::string> path;
  add_columns(*item, path, table.columns);
  if (table.columns.empty() || table.columns.size() > kMostColumns) return nullptr;
  return std::make_shared<const CsvTable>(std::move(table));
}

grpc::Result<Csv> csv_of(const CsvTable& table, std::string_view json) {
  const auto answer = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) {
    return grpc::Error{grpc::Code::kInternal, "The answer is not the list that it should be."};
  }
  Csv csv;
  for (const auto& column : table.columns) {
    if (&column != &table.columns.front()) csv.text += ',';
    append_cell(column.title, csv.text);
  }
  csv.text += "\r\n";
  const auto items = answer.find(table.items);
  if (items != answer.end() && items->is_array()) {
    for (const auto& item : *items) append_row(table, item, csv.text);
  }
  if (table.next_token.empty()) return csv;
  const auto token = answer.find(table.next_token);
  if (token != answer.end() && token->is_string()) csv.next_token = token->get<std::string>();
  return csv;
}

}  // namespace trunkline::transcode

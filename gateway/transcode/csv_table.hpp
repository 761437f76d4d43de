#pragma once

// The answer of a list as a table (RFC 4180): which columns its items have, and the text of one
// answer. Made from descriptors, for every method that answers with a list as AIP-158 has it: one
// repeated message, and maybe a next_page_token. Immutable; any thread.
//
// The columns are the items' fields by their JSON names, those of messages within as
// "login.extension"; lists and maps are one cell of JSON. What is absent, or has the default that
// JSON leaves out, is an empty cell. Nothing is put before cells that a spreadsheet may take for
// formulas: "+32475701263" is a telephone number.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"

namespace google::protobuf {
class Descriptor;
}

namespace trunkline::transcode {

struct CsvTable {
  struct Column {
    std::string title;              ///< "login.extension"
    std::vector<std::string> path;  ///< "login", "extension"
  };

  std::string items;       ///< the JSON name of the list
  std::string next_token;  ///< of the next page's token; empty if there are no pages
  std::vector<Column> columns;
};

/// Null if the message is no list.
std::shared_ptr<const CsvTable> csv_table(const google::protobuf::Descriptor& response);

struct Csv {
  std::string text;        ///< a header and the rows, each with CRLF
  std::string next_token;  ///< empty on the last page
};

/// Of an answer in JSON. An error is INTERNAL: it is not what the table is of.
grpc::Result<Csv> csv_of(const CsvTable& table, std::string_view json);

}  // namespace trunkline::transcode

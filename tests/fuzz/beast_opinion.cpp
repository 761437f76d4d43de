#include "tests/fuzz/beast_opinion.hpp"

#include <ostream>  // Boost.Core 1.81 uses it without including it

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace trunkline::fuzz {

namespace http = boost::beast::http;

bool BeastOpinion::take(std::string_view& bytes) {
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  parser.header_limit(64 * 1024);
  parser.body_limit(boost::none);
  boost::beast::error_code error;
  std::string_view rest = bytes;
  while (!parser.is_done() && !error) {
    const std::size_t taken = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
    rest.remove_prefix(taken);
    if (taken == 0) break;
  }
  error_ = error.message();
  only_strict_ = error == http::error::bad_value || error == http::error::bad_chunk_extension ||
                 (error == http::error::bad_transfer_encoding && parser.is_header_done());
  if (!parser.is_done()) return false;

  const auto& message = parser.get();
  method_ = message.method_string();
  target_ = message.target();
  body_ = message.body();
  fields_.clear();
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    fields_ += "\n" + name + ": " + std::string(field.value());
  }
  fields_ += "\n";
  bytes = rest;
  return true;
}

bool BeastOpinion::has(std::string_view name, std::string_view value) const {
  return fields_.find("\n" + std::string(name) + ": " + std::string(value) + "\n") !=
         std::string::npos;
}

}  // namespace trunkline::fuzz

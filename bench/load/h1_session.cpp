#include "bench/load/h1_session.hpp"

#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace trunkline::load {
namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

// Answers' heads beyond this are taken for nonsense.
constexpr std::uint32_t kHeadBytes = 64 * 1024;

std::string start_line_after_path(const Request& request, bool close) {
  std::string text = " HTTP/1.1\r\nHost: " + request.head.authority + "\r\n";
  for (const auto [name, value] : request.head.headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (close) text += "Connection: close\r\n";
  const bool bodyless = request.head.method == "GET" || request.head.method == "HEAD";
  if (!request.body.empty() || !bodyless) {
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return text + "\r\n" + request.body;
}

}  // namespace

// Hands what it finds straight on.
class H1Session::Parser final : public http::basic_parser<false> {
 public:
  Parser(Ticket ticket, bool head_only) : ticket_(ticket) {
    eager(true);
    skip(head_only);
    header_limit(kHeadBytes);
    body_limit(boost::none);
  }

  /// Takes bytes off the front; false if they are not HTTP.
  bool parse(std::string_view& bytes, Answers& answers) {
    answers_ = &answers;
    error_code error;
    bytes.remove_prefix(put(boost::asio::buffer(bytes), error));
    return !error || error == http::error::need_more;
  }

  bool parse_end(Answers& answers) {
    answers_ = &answers;
    error_code error;
    put_eof(error);
    return !error;
  }

  bool interim() const noexcept { return status_ < 200; }

 private:
  void on_response_impl(int code, string_view, int, error_code&) override {
    status_ = code;
    if (!interim()) answers_->on_status(ticket_, code);
  }
  std::size_t on_body_impl(string_view bytes, error_code&) override {
    answers_->on_body(ticket_, {bytes.data(), bytes.size()});
    return bytes.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& error) override {
    return on_body_impl(bytes, error);
  }
  void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
  void on_field_impl(http::field, string_view, string_view, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  const Ticket ticket_;
  Answers* answers_ = nullptr;
  int status_ = 0;
};

H1Session::H1Session(const Request& request, bool close)
    : head_only_(request.head.method == "HEAD"),
      start_(request.head.method + " "),
      rest_(start_line_after_path(request, close)) {}

H1Session::~H1Session() = default;

void H1Session::ask(Ticket ticket, std::string_view path) {
  output_.append(start_).append(path).append(rest_);
  ticket_ = ticket;
  under_way_ = true;
  parser_ = std::make_unique<Parser>(ticket, head_only_);
}

bool H1Session::feed(std::string_view bytes, Answers& answers) {
  if (left_.empty()) {
    if (!take(bytes, answers)) return false;
    left_.assign(bytes);
    return true;
  }
  left_ += bytes;
  std::string_view all = left_;
  if (!take(all, answers)) return false;
  left_.erase(0, left_.size() - all.size());
  return true;
}

bool H1Session::take(std::string_view& bytes, Answers& answers) {
  while (!bytes.empty()) {
    if (!under_way_) return false;  // nobody has asked
    const std::size_t before = bytes.size();
    if (!parser_->parse(bytes, answers)) return false;
    if (parser_->is_done()) {
      complete(answers);
    } else if (bytes.size() == before) {
      return true;  // it wants a whole line
    }
  }
  return true;
}

void H1Session::complete(Answers& answers) {
  if (parser_->interim()) {
    parser_ = std::make_unique<Parser>(ticket_, head_only_);
    return;
  }
  lasts_ = parser_->keep_alive();
  under_way_ = false;
  answers.on_end(ticket_, true);
}

void H1Session::finish(Answers& answers) {
  lasts_ = false;
  if (!under_way_ || !parser_->got_some()) return;
  // A body without a length ends with the connection.
  if (parser_->parse_end(answers) && parser_->is_done()) complete(answers);
}

bool H1Session::gather(std::string& out) {
  out += output_;
  output_.clear();
  return true;
}

}  // namespace trunkline::load

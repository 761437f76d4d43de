#include "gateway/h1/output.hpp"

#include <algorithm>
#include <utility>

namespace trunkline::h1 {
namespace {

// What an idle connection may keep; also how much dead text is worth a move.
constexpr std::size_t kKeptBytes = 4 * 1024;
constexpr std::size_t kKeptBodies = 16;

}  // namespace

void Output::add(http::SharedBody body) {
  if (body.empty()) return;
  body_bytes_ += body.size();
  bodies_.push_back({text_.size(), std::move(body)});
}

bool Output::gather(std::string& out, std::size_t limit) {
  const std::size_t before = out.size();
  const std::size_t stop = before + limit;
  while (out.size() < stop && first_body_ < bodies_.size()) {
    Piece& piece = bodies_[first_body_];
    take_text(out, piece.text_end, stop);
    const std::string_view rest = piece.body.view().substr(body_taken_);
    const std::size_t size = std::min(rest.size(), stop - out.size());
    out.append(rest.substr(0, size));
    body_taken_ += size;
    body_bytes_ -= size;
    if (size < rest.size()) break;
    piece.body = {};
    ++first_body_;
    body_taken_ = 0;
  }
  if (first_body_ == bodies_.size()) take_text(out, text_.size(), stop);
  recycle();
  return out.size() > before;
}

void Output::take_text(std::string& out, std::size_t end, std::size_t stop) {
  const std::size_t size = std::min(end - text_taken_, stop - out.size());
  out.append(text_, text_taken_, size);
  text_taken_ += size;
}

void Output::recycle() {
  if (empty()) {
    text_.clear();
    bodies_.clear();
    text_taken_ = first_body_ = 0;
    if (text_.capacity() > kKeptBytes) text_.shrink_to_fit();
    if (bodies_.capacity() > kKeptBodies) bodies_.shrink_to_fit();
    return;
  }
  // A stream that never runs dry must not keep what it sent.
  if (text_taken_ > kKeptBytes && text_taken_ > text_.size() / 2) {
    text_.erase(0, text_taken_);
    for (std::size_t i = first_body_; i < bodies_.size(); ++i) bodies_[i].text_end -= text_taken_;
    text_taken_ = 0;
  }
  if (first_body_ > kKeptBodies && first_body_ > bodies_.size() / 2) {
    bodies_.erase(bodies_.begin(), bodies_.begin() + static_cast<std::ptrdiff_t>(first_body_));
    first_body_ = 0;
  }
}

}  // namespace trunkline::h1

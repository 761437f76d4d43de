#include "gateway/exchange/stream/stream_call.hpp"

#include <utility>

#include "gateway/exchange/content/body_type.hpp"
#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/log_note.hpp"
#include "gateway/exchange/metadata.hpp"
#include "gateway/exchange/trailers.hpp"

namespace trunkline::exchange {
namespace {

constexpr auto kNever = Clock::time_point::max();

// Of messages on their way to the backend: with so many, no more lines are read.
constexpr std::size_t kMostOpen = 64 * 1024;

}  // namespace

StreamCall::StreamCall(const Desk& desk, Answerer& answerer, http::StreamId stream,
                       RequestMaker request, std::unique_ptr<StreamForm> form,
                       Clock::time_point now)
    : desk_(desk),
      answerer_(answerer),
      stream_(stream),
      request_(std::move(request)),
      form_(std::move(form)),
      deadline_(now + desk.settings.timeout),
      body_(desk, now, deadline_),
      lines_(desk.settings.body_bytes),
      deframer_(desk.settings.message_bytes),
      quiet_since_(now) {}

StreamCall::~StreamCall() {
  cancel();
}

bool StreamCall::begin(bool end) {
  if (!takes_lines()) return !end || ask({});
  if (!end) deadline_ = kNever;
  return open({}, end);
}

bool StreamCall::ask(std::string_view body) {
  std::string message;
  const auto made = request_.append(body, message);
  if (made) return open(http::SharedBody(std::move(message)), true);
  fail(made.error());
  return false;
}

bool StreamCall::open(http::SharedBody body, bool ended) {
  auto metadata = rest_metadata(desk_, answerer_, stream_, request_.head());
  if (!metadata) {
    fail(metadata.error());
    return false;
  }
  Call call;
  call.path = request_.method().path;
  call.metadata = std::move(*metadata);
  call.permit = answerer_.permit();
  call.body = std::move(body);
  call.ended = ended;
  call.repeatable = request_.method().no_side_effects;
  const auto begun = upstream().begin(std::move(call), *this);
  if (!begun) {
    fail(begun.error());
    return false;
  }
  call_ = *begun;
  note_endpoint(desk_, upstream(), answerer_, stream_, *call_);
  return true;
}

void StreamCall::on_body(std::string_view bytes, bool end) {
  if (over_) return answerer_.consume(stream_, bytes.size());
  if (takes_lines()) {
    body_ends_ = end;
    if (unread_.empty()) return read_lines(bytes);
    unread_.append(bytes);
    return;
  }
  if (call_) return;  // it was whole before
  if (auto refusal = body_.add(bytes)) return refuse(std::move(*refusal));
  answerer_.consume(stream_, bytes.size());
  if (end) ask(body_.take());
}

void StreamCall::read_lines(std::string_view bytes) {
  do {
    send_lines(bytes);
  } while (!over_ && !bytes.empty() && from_client_.settled());
  if (!over_) unread_.assign(bytes);
}

void StreamCall::send_lines(std::string_view& bytes) {
  const std::size_t before = bytes.size();
  std::string frames;
  const auto taken = append_lines(bytes, frames);
  if (!taken) {
    const bool plain = lines_.too_long() && !started_;
    return plain ? refuse({413, taken.error().message}) : fail(taken.error());
  }
  from_client_.came(before - bytes.size());
  if (!frames.empty()) from_client_.went(frames.size());
  const bool end = body_ends_ && bytes.empty();
  if (end) deadline_ = Clock::now() + desk_.settings.timeout;
  if (!frames.empty() || end) {
    upstream().send(*call_, http::SharedBody(std::move(frames)), end);
  }
  answerer_.consume(stream_, from_client_.due());
}

grpc::Result<void> StreamCall::append_lines(std::string_view& bytes, std::string& frames) {
  const auto append = [&](std::string_view line) -> grpc::Result<void> {
    auto made = request_.append(line, frames);
    if (made) return made;
    grpc::Error error = made.error();
    error.message = "Line " + std::to_string(lines_.number()) + " of the body: " + error.message;
    return error;
  };
  while (!bytes.empty() && from_client_.open() + frames.size() < kMostOpen) {
    const auto line = lines_.next(bytes);
    if (!line) {
      desk_.recorder.meters().refuse(observe::Refusal::kBodySize);
      return line.error();
    }
    if (!*line) continue;  // all bytes are taken
    if (auto made = append(**line); !made) return made;
  }
  if (!body_ends_ || !bytes.empty()) return {};
  const auto last = lines_.last();
  return last ? append(*last) : grpc::Result<void>();
}

void StreamCall::on_backend_took(std::size_t bytes) {
  from_client_.taken(bytes);
  answerer_.consume(stream_, from_client_.due());
  if (!unread_.empty() && from_client_.settled()) read_lines(std::exchange(unread_, {}));
}

void StreamCall::on_head(http::ResponseHead&&) {
  note_endpoint(desk_, upstream(), answerer_, stream_, *call_);
}

void StreamCall::on_data(std::string_view bytes) {
  from_backend_.came(bytes.size());
  std::string out;
  grpc::Result<void> printed;
  while (!bytes.empty() && printed) {
    const auto message = deframer_.next(bytes);
    if (!message) {
      printed = message.error();
    } else if (*message) {
      printed = form_ ? print(**message, out) : answer_.take(**message, transcoder());
    }
  }
  send(std::move(out));
  if (!printed && !over_) return fail(printed.error());
  if (call_) upstream().consume(*call_, from_backend_.due());
}

grpc::Result<void> StreamCall::print(std::string_view message, std::string& out) {
  const std::size_t before = out.size();
  form_->begin_message(out);
  auto printed = transcoder().answer(message, out);
  if (printed) {
    form_->end_message(out);
  } else {
    out.resize(before);
  }
  return printed;
}

void StreamCall::start() {
  if (std::exchange(started_, true)) return;
  answerer_.start(stream_, {200,
                            {{"content-type", form_->content_type()},
                             {"cache-control", "no-store"},
                             {"vary", "accept"},
                             {"x-accel-buffering", "no"}}});
}

void StreamCall::send(std::string out) {
  if (out.empty()) return;
  start();
  if (wants_head_alone()) return finish({});
  spoke_ = true;
  from_backend_.went(out.size());
  answerer_.send(stream_, http::SharedBody(std::move(out)));
}

void StreamCall::finish(std::string last) {
  over_ = true;
  cancel();
  start();
  if (!last.empty() && !wants_head_alone()) {
    answerer_.send(stream_, http::SharedBody(std::move(last)));
  }
  answerer_.finish(stream_, {});
}

void StreamCall::on_client_took(std::size_t bytes) {
  from_backend_.taken(bytes);
  if (call_) upstream().consume(*call_, from_backend_.due());
}

void StreamCall::on_tick(Clock::time_point now) {
  if (over_) return;
  if (!call_) {
    if (auto refusal = body_.look(now)) refuse(std::move(*refusal));
  } else if (started_) {
    beat(now);
  } else if (now >= deadline_) {
    fail({grpc::Code::kDeadlineExceeded, "The backend did not answer in time.",
          grpc::Source::kUpstream});
  }
}

void StreamCall::beat(Clock::time_point now) {
  if (std::exchange(spoke_, false)) quiet_since_ = now;
  // A client that has not taken what there is needs no more to show that we are there.
  if (now - quiet_since_ < desk_.settings.heartbeat || !from_backend_.settled()) return;
  std::string out;
  form_->heartbeat(out);
  send(std::move(out));
}

void StreamCall::on_done(const http::Headers& trailers) {
  call_.reset();
  if (over_) return;
  if (const auto error = status_of(trailers)) return fail(*error);
  if (deframer_.partial()) {
    return fail(
        {grpc::Code::kInternal, "The upstream ended within a message.", grpc::Source::kUpstream});
  }
  end_well();
}

void StreamCall::on_failed(const grpc::Error& error) {
  call_.reset();
  if (!over_) fail(error);
}

void StreamCall::end_well() {
  note_status(answerer_, stream_, grpc::Code::kOk);
  if (form_) {
    std::string last;
    form_->end(last);
    return finish(std::move(last));
  }
  auto json = std::move(answer_).json();
  if (!json) return fail(json.error());
  over_ = true;
  answerer_.respond(stream_, {200, {{"content-type", kJsonType}}},
                    http::SharedBody(std::move(*json)));
}

void StreamCall::refuse(HttpRefusal refusal) {
  cancel();
  over_ = true;
  answer_refusal(answerer_, stream_, std::move(refusal));
}

void StreamCall::fail(const grpc::Error& error) {
  cancel();
  over_ = true;
  note_status(answerer_, stream_, error.code);
  if (!started_) return answer_error(answerer_, stream_, error, transcoder());
  note_reason(answerer_, stream_, error.message);
  std::string last;
  form_->end_with_error(error_body(error, transcoder()), last);
  finish(std::move(last));
}

void StreamCall::cancel() {
  if (call_) upstream().cancel(*std::exchange(call_, std::nullopt));
}

}  // namespace trunkline::exchange

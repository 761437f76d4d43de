#include "gateway/exchange/watch/watcher.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/log_note.hpp"
#include "gateway/exchange/metadata.hpp"
#include "gateway/exchange/watch/watches.hpp"

namespace trunkline::exchange {
namespace {

constexpr std::string_view kLastEventId = "last-event-id";

template <class Value>
void append_raw(std::string& key, const Value& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

/// Names what is watched and on whose behalf: the backend and its method, how its messages are
/// read, the request, and the metadata, in whose text no line ends.
std::string key_of(const BackendMethod& method, std::string_view request,
                   const http::Headers& metadata) {
  std::string key = method.path;
  append_raw(key, method.upstream);
  append_raw(key, *method.watch);
  append_raw(key, request.size());
  key.append(request);
  for (const auto [name, value] : metadata) {
    key.append(name).append(1, ':').append(value).append(1, '\n');
  }
  return key;
}

}  // namespace

Watcher::Watcher(const Desk& desk, Answerer& answerer, http::StreamId stream,
                 std::string_view content_type, Clock::time_point now)
    : desk_(desk),
      answerer_(answerer),
      content_type_(content_type),
      deadline_(now + desk.settings.timeout),
      quiet_since_(now),
      stream_(stream),
      form_(watch_form(content_type)) {}

void Watcher::gather(RequestMaker request, Clock::time_point now) {
  incoming_.reset(new Incoming{std::move(request), {desk_, now, deadline_}});
}

void Watcher::on_body(std::string_view bytes, bool end) {
  if (over_ || !incoming_) return answerer_.consume(stream_, bytes.size());
  if (auto refusal = incoming_->body.add(bytes)) return refuse(std::move(*refusal));
  answerer_.consume(stream_, bytes.size());
  if (!end) return;
  const auto whole = std::move(incoming_);
  begin(whole->request, whole->body.take());
}

bool Watcher::begin(const RequestMaker& request, std::string_view body) {
  catalog_ = request.catalog();
  method_ = &request.method();
  head_alone_ = request.head().method == "HEAD";
  if (const auto joined = join(request, body); !joined) {
    fail(joined.error());
  } else {
    tell();
  }
  return !over_;
}

grpc::Result<void> Watcher::join(const RequestMaker& request, std::string_view body) {
  if (auto admitted = desk_.watches.admit(); !admitted) return admitted;
  std::string frame;
  if (const auto made = request.append(body, frame); !made) return made.error();
  auto question =
      take_resume(std::string_view(frame).substr(grpc::kPrefixBytes), method_->watch->resume);
  if (!question) return grpc::Error{grpc::Code::kInternal, "The request's message is broken."};
  resume_ = std::move(question->resume);
  // A client that comes again says where it was, which its URL does not know.
  const auto last = request.head().headers.find(kLastEventId);
  if (form_ == WatchForm::kEvents && last && !last->empty()) resume_ = *last;
  const auto watch = find(request, std::move(question->request));
  if (!watch) return watch.error();
  (*watch)->join(*this);
  return {};
}

grpc::Result<SharedWatch*> Watcher::find(const RequestMaker& request, std::string message) {
  http::Headers metadata;
  const auto allowed = shared_read_metadata(desk_, answerer_, request.head(), metadata);
  if (!allowed) return allowed.error();
  Watches& watches = desk_.watches;
  std::string key = key_of(*method_, message, metadata);
  if (!method_->shared) append_raw(key, watches.next_number());
  if (SharedWatch* found = watches.find(key)) return found;
  name_call(desk_, answerer_, stream_, request.head(), metadata);
  return watches.begin(
      std::make_unique<SharedWatch>(watches, std::move(key),
                                    SharedWatch::Question{catalog_, *method_, std::move(metadata),
                                                          std::move(message), answerer_.permit()},
                                    desk_.settings.message_bytes));
}

void Watcher::tell() {
  if (over_ || open_ > 0 || watch() == nullptr || !watch()->state().known()) return;
  const WatchState& state = watch()->state();
  if (started_ && seen_ == state.revision()) return;
  std::optional<Revision> base;
  if (started_) {
    base = seen_;
  } else if (!resume_.empty() && resume_ == state.version()) {
    base = state.revision();
  }
  const auto event = watch()->event(base, method_->transcoder, watch_piece(form_, !started_));
  if (!event) return fail(event.error());
  seen_ = state.revision();
  const bool first = !started_;
  start();
  if (head_alone_) return finish({});
  if (first && form_ == WatchForm::kEvents) send(desk_.watches.retry());
  send(*event);
  if (desk_.watches.draining()) on_drain();
}

void Watcher::start() {
  if (std::exchange(started_, true)) return;
  resume_ = {};
  answerer_.start(stream_, {200,
                            {{"content-type", content_type_},
                             {"cache-control", "no-store"},
                             {"vary", "accept"},
                             {"x-accel-buffering", "no"}}});
}

void Watcher::send(const http::SharedBody& chunk) {
  spoke_ = true;
  open_ += chunk.size();
  answerer_.send(stream_, chunk);
}

void Watcher::on_client_took(std::size_t bytes) {
  open_ -= std::min(open_, bytes);
  tell();
}

void Watcher::on_tick(Clock::time_point now) {
  if (over_) return;
  if (incoming_) {
    if (auto refusal = incoming_->body.look(now)) refuse(std::move(*refusal));
  } else if (started_) {
    beat(now);
  } else if (now >= deadline_) {
    fail({grpc::Code::kDeadlineExceeded, "The backend did not answer in time.",
          grpc::Source::kUpstream});
  }
}

void Watcher::beat(Clock::time_point now) {
  if (std::exchange(spoke_, false)) quiet_since_ = now;
  if (form_ != WatchForm::kEvents || open_ > 0) return;
  if (now - quiet_since_ >= desk_.settings.heartbeat) send(desk_.watches.heartbeat());
}

void Watcher::on_drain() {
  if (over_ || !started_) return;
  note_status(answerer_, stream_, grpc::Code::kOk);
  finish(write_end(form_, false));
}

void Watcher::finish(std::string last) {
  leave();
  over_ = true;
  if (!last.empty() && !head_alone_) {
    answerer_.send(stream_, http::SharedBody(std::move(last)));
  }
  answerer_.finish(stream_, {});
}

void Watcher::refuse(HttpRefusal refusal) {
  over_ = true;
  answer_refusal(answerer_, stream_, std::move(refusal));
}

void Watcher::fail(const grpc::Error& error) {
  leave();
  note_status(answerer_, stream_, error.code);
  if (!started_) {
    over_ = true;
    return answer_error(answerer_, stream_, error, *method_->transcoder);
  }
  note_reason(answerer_, stream_, error.message);
  finish(write_error(form_, false, error_body(error, *method_->transcoder)));
}

}  // namespace trunkline::exchange

#include "gateway/exchange/read/read.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

#include "gateway/exchange/content/entity_tag.hpp"
#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/log_note.hpp"
#include "gateway/exchange/metadata.hpp"

namespace trunkline::exchange {
namespace {

// Of a message that may be a key: a larger one hardly ever comes twice.
constexpr std::size_t kMostShared = 4096;

http::ResponseHead without_etag(http::ResponseHead head) {
  head.headers.remove("etag");
  return head;
}

/// Names what is asked and on whose behalf: the way in (it decides about the form of the answer),
/// the message, which tells its own length, and the metadata, in whose text no line ends.
void append_key(const BackendMethod& method, std::string_view message,
                const http::Headers& metadata, std::string& key) {
  const auto address = reinterpret_cast<std::uintptr_t>(&method);
  key.append(reinterpret_cast<const char*>(&address), sizeof(address));
  key.append(message);
  for (const auto [name, value] : metadata) {
    key.append(name).append(1, ':').append(value).append(1, '\n');
  }
}

}  // namespace

Read::Read(const Desk& desk, Answerer& answerer, http::StreamId stream, Clock::time_point deadline)
    : desk_(desk), answerer_(answerer), stream_(stream), deadline_(deadline) {}

void Read::gather(RequestMaker request, Clock::time_point now) {
  incoming_.reset(new Incoming{std::move(request), {desk_, now, deadline_}});
}

void Read::on_body(std::string_view bytes, bool end) {
  if (over_ || !incoming_) return answerer_.consume(stream_, bytes.size());
  if (auto refusal = incoming_->body.add(bytes)) {
    over_ = true;
    return answer_refusal(answerer_, stream_, std::move(*refusal));
  }
  answerer_.consume(stream_, bytes.size());
  if (!end) return;
  const auto whole = std::move(incoming_);
  begin(whole->request, whole->body.take());
}

void Read::on_tick(Clock::time_point now) {
  if (over_) return;
  if (incoming_) {
    auto refusal = incoming_->body.look(now);
    if (!refusal) return;
    over_ = true;
    return answer_refusal(answerer_, stream_, std::move(*refusal));
  }
  if (now < deadline_) return;
  give_up({grpc::Code::kDeadlineExceeded, "The backend did not answer in time.",
           grpc::Source::kUpstream});
}

bool Read::begin(const RequestMaker& request, std::string_view body) {
  preference_ = preference_of(request.head());
  if (const auto joined = join(request, body); !joined) on_error(joined.error(), request.method());
  return !over_;
}

grpc::Result<void> Read::join(const RequestMaker& request, std::string_view body) {
  std::string& message = desk_.reads.message;
  message.clear();
  if (const auto made = request.append(body, message); !made) return made.error();
  const bool shared =
      request.method().shared && desk_.reads.flights.enabled() && message.size() <= kMostShared;
  return shared ? join_shared(request) : ask_alone(request);
}

grpc::Result<void> Read::join_shared(const RequestMaker& request) {
  http::Headers& metadata = desk_.reads.metadata;
  const auto allowed = shared_read_metadata(desk_, answerer_, request.head(), metadata);
  if (!allowed) return allowed.error();
  collapse::Flights& flights = desk_.reads.flights;
  std::string& key = desk_.reads.key;
  key.clear();
  append_key(request.method(), desk_.reads.message, metadata, key);
  auto& meters = desk_.recorder.meters().reads();
  if (collapse::Flight* joinable = flights.joinable(key)) {
    meters.joined.add();
    static_cast<SharedRead*>(joinable)->join(*this);
    return {};
  }
  meters.flights.add();
  name_call(desk_, answerer_, stream_, request.head(), metadata);
  auto read = std::make_unique<SharedRead>(key, question(request, metadata), desk_);
  read->join(*this);
  flights.board(std::move(read));
  return {};
}

grpc::Result<void> Read::ask_alone(const RequestMaker& request) {
  auto metadata = rest_metadata(desk_, answerer_, stream_, request.head());
  if (!metadata) return metadata.error();
  auto read =
      std::make_unique<SharedRead>(std::string{}, question(request, *std::move(metadata)), desk_);
  read->join(*this);
  desk_.reads.flights.send_alone(std::move(read));
  return {};
}

SharedRead::Question Read::question(const RequestMaker& request, http::Headers metadata) const {
  return {request.catalog(), request.method(), std::move(metadata), desk_.reads.message};
}

void Read::on_endpoint(std::string_view endpoint) {
  note_endpoint(desk_, answerer_, stream_, endpoint);
}

void Read::on_answer(Representation& answer) {
  over_ = true;
  note_status(answerer_, stream_, grpc::Code::kOk);
  const coding::Coding coding = answer.coding(preference_.coding);
  // Asked before the form is made, which costs more than the question.
  if (preference_.conditions && is_settled(answer, coding)) return;
  const Representation::Form& form = answer.form(coding);
  answerer_.respond(stream_, preference_.gets ? form.head : without_etag(form.head), form.body);
}

/// By its conditions, in the order of RFC 9110 section 13.2.2.
bool Read::is_settled(const Representation& answer, coding::Coding coding) {
  const auto& [if_match, if_none_match] = *preference_.conditions;
  const std::string etag = answer.etag(coding);
  if (!if_match.empty() && !has_entity_tag(if_match, etag, TagComparison::kStrong)) {
    answer_refusal(answerer_, stream_,
                   {412, "What is here is not, or no longer, what If-Match asks for."});
    return true;
  }
  if (if_none_match.empty() || !has_entity_tag(if_none_match, etag, TagComparison::kWeak)) {
    return false;
  }
  answerer_.respond(stream_, answer.not_modified(coding), {});
  return true;
}

void Read::on_error(const grpc::Error& error, const BackendMethod& method) {
  over_ = true;
  note_status(answerer_, stream_, error.code);
  answer_error(answerer_, stream_, error, *method.transcoder);
}

/// An error of our own, without details. The flight goes on without it.
void Read::give_up(const grpc::Error& error) {
  leave();
  over_ = true;
  note_status(answerer_, stream_, error.code);
  answer_error(answerer_, stream_, error);
}

}  // namespace trunkline::exchange

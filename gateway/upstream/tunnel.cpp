#include "gateway/upstream/tunnel.hpp"

#include <algorithm>
#include <utility>

#include <absl/strings/escaping.h>
#include <absl/strings/string_view.h>

#include "gateway/grpc/status.hpp"

namespace trunkline::upstream {
namespace {

// The server's messages stay below 256 KiB.
constexpr std::size_t kServerMessageBytes = 256 * 1024;
// Ours are closed there, unless one call has more.
constexpr std::size_t kMessageBytes = 64 * 1024;
// An id is (count << kSlotBits | slot).
constexpr int kSlotBits = 16;
constexpr std::uint32_t kMostCalls = 1U << kSlotBits;

std::string_view message_of(const CallRecord& call) {
  return call.body.view().substr(std::min(call.body.size(), grpc::kPrefixBytes));
}

/// What a frame with the call takes at most.
std::size_t frame_bytes(const CallRecord& call) {
  constexpr std::size_t kNumbers = 64;  // id, timeout, tags and lengths
  constexpr std::size_t kEach = 16;
  std::size_t bytes = kNumbers + call.body.size() + call.head.target.size();
  for (const auto [name, value] : call.head.headers) bytes += kEach + name.size() + value.size();
  return bytes;
}

/// gRPC's, of an uncompressed message.
std::string prefix_of(std::uint64_t size) {
  std::string prefix(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) prefix.push_back(static_cast<char>(size >> shift));
  return prefix;
}

std::chrono::microseconds time_left(const CallRecord& call, exchange::Clock::time_point now) {
  using std::chrono::microseconds;
  if (call.deadline == exchange::Clock::time_point::max()) return microseconds(0);
  return std::max(std::chrono::ceil<microseconds>(call.deadline - now), microseconds(1));
}

}  // namespace

Tunnel::Tunnel(std::uint64_t credit, Caller& caller)
    : window_(credit), caller_(caller), deframer_(kServerMessageBytes), owed_(credit) {}

std::uint64_t Tunnel::occupy(CallRecord& call) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint16_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint16_t slot = free_.back();
  free_.pop_back();
  ++open_;
  Place& place = places_[slot];
  place.id = ++count_ << kSlotBits | slot;
  place.call = &call;
  call.stream = slot;
  return place.id;
}

void Tunnel::leave(Place& place) {
  owed_ += place.held;
  const auto slot = static_cast<std::uint16_t>(&place - places_.data());
  place = {};
  free_.push_back(slot);
  --open_;
}

Tunnel::Place* Tunnel::place_of(std::uint64_t id) noexcept {
  const std::size_t slot = id & (kMostCalls - 1);
  return id != 0 && slot < places_.size() && places_[slot].id == id ? &places_[slot] : nullptr;
}

CallRecord* Tunnel::call_of(std::uint64_t id) noexcept {
  const Place* place = place_of(id);
  return place == nullptr ? nullptr : place->call;
}

void Tunnel::carry(CallRecord& call, exchange::Clock::time_point now) {
  const std::uint64_t id = occupy(call);
  const std::size_t bytes = frame_bytes(call);
  const std::string_view request = message_of(call);
  if (request.size() > limits_->request_bytes || bytes > limits_->message_bytes) {
    refused_.push_back(id);
    return;
  }
  append_call(message_with_room(bytes),
              {id, call.head.target, time_left(call, now), request, call.head.headers});
}

void Tunnel::cancel(CallRecord& call) {
  Place& place = places_[static_cast<std::size_t>(call.stream)];
  place.call = nullptr;
  place.permit = std::move(call.permit);
  owed_ += std::exchange(place.held, 0);
  if (std::erase(refused_, place.id) > 0) return leave(place);  // the server knows nothing of it
  append_cancel(message_with_room(16), place.id);
}

void Tunnel::consume(const CallRecord& call, std::size_t bytes) {
  Place& place = places_[static_cast<std::size_t>(call.stream)];
  const std::uint64_t prefix = std::min<std::uint64_t>(bytes, place.prefix);
  const std::uint64_t held = std::min<std::uint64_t>(bytes - prefix, place.held);
  place.prefix -= prefix;
  place.held -= held;
  owed_ += held;
}

std::string& Tunnel::message_with_room(std::size_t bytes) {
  const std::size_t most =
      welcomed() ? std::min<std::size_t>(kMessageBytes, limits_->message_bytes) : kMessageBytes;
  if (message_ && out_.size() - *message_ + bytes > most) close_message();
  if (!message_) {
    message_ = out_.size();
    out_.append(grpc::kPrefixBytes, '\0');
  }
  return out_;
}

void Tunnel::close_message() {
  grpc::write_prefix(out_, *message_);
  message_.reset();
}

bool Tunnel::gather(std::string& out) {
  // Half of it at a time: each piece would cost a frame of its own.
  if (owed_ > 0 && owed_ >= window_ / 2) {
    append_credit(message_with_room(16), owed_);
    credit_ += std::exchange(owed_, 0);
  }
  if (message_) close_message();
  if (out_.empty()) return false;
  last_said_ = (count_ << kSlotBits) | (kMostCalls - 1);
  out.append(out_);
  out_.clear();
  return true;
}

grpc::Result<void> Tunnel::take(std::string_view bytes) {
  while (!bytes.empty() && broken_.empty()) {
    const auto message = deframer_.next(bytes);
    if (!message) return message.error();
    if (!*message) continue;  // all bytes are taken
    if (!read_server_frames(**message, *this)) broken("a message of the tunnel can't be read");
    if (!welcomed()) broken("the tunnel did not begin with its limits");
  }
  if (broken_.empty()) return {};
  return grpc::Error{grpc::Code::kInternal, broken_, grpc::Source::kUpstream};
}

void Tunnel::broken(std::string_view why) {
  if (broken_.empty()) broken_ = why;
}

void Tunnel::on_limits(const LimitsFrame& limits) {
  if (welcomed()) return broken("the tunnel said its limits twice");
  limits_ = limits;
  limits_->calls = std::min(limits.calls, kMostCalls);
}

void Tunnel::on_drain(std::uint64_t last_id) {
  last_taken_ = last_id;
}

void Tunnel::on_answer(AnswerFrame&& answer) {
  if (!broken_.empty()) return;
  if (answer.data.size() > credit_) return broken("the backend sent more than it had credit for");
  credit_ -= answer.data.size();
  begin_answer(answer);
  take_data(answer);
  if (answer.end && broken_.empty()) end(answer);
}

void Tunnel::begin_answer(AnswerFrame& answer) {
  CallRecord* call = call_of(answer.id);
  if (call == nullptr) return;
  const bool failed = answer.end && answer.end->code != 0;
  const bool has_message = !failed && (answer.has_data || answer.message_bytes > 0 || answer.end);
  if ((has_message || !answer.metadata.empty()) && !place_of(answer.id)->head_told) {
    place_of(answer.id)->head_told = true;
    caller_.on_head(*call, std::move(answer.metadata));
    // Whoever hears of an answer may end its call, or begin others.
    call = call_of(answer.id);
  }
  if (call == nullptr || !has_message || place_of(answer.id)->message_begun) return;
  Place& place = *place_of(answer.id);
  const std::uint64_t size = std::max<std::uint64_t>(answer.message_bytes, answer.data.size());
  if (size > UINT32_MAX) return broken("an answer in the tunnel is larger than gRPC can say");
  place.message_begun = true;
  place.missing = size;
  place.prefix = grpc::kPrefixBytes;
  caller_.on_data(*call, prefix_of(size));
}

void Tunnel::take_data(const AnswerFrame& answer) {
  CallRecord* const call = call_of(answer.id);
  const bool is_void = call == nullptr || !place_of(answer.id)->message_begun;
  if (is_void) {
    owed_ += answer.data.size();
    return;
  }
  Place& place = *place_of(answer.id);
  if (answer.data.size() > place.missing) {
    return broken("an answer in the tunnel is longer than it said");
  }
  if (answer.data.empty()) return;
  place.missing -= answer.data.size();
  place.held += answer.data.size();
  caller_.on_data(*call, answer.data);
}

void Tunnel::end(AnswerFrame& answer) {
  Place* const place = place_of(answer.id);
  if (place == nullptr) return;
  EndFrame& end = *answer.end;
  CallRecord* const call = place->call;
  const bool cut_short = end.code == 0 && place->missing > 0;
  if (call != nullptr && cut_short)
    return broken("an answer in the tunnel is shorter than it said");
  const bool answering = place->head_told;
  leave(*place);
  if (call == nullptr) return;
  if (end.not_begun && end.code != 0 && !answering) {
    const auto error =
        grpc::status_of(std::to_string(end.code), grpc::encode_message(end.message), {});
    return caller_.on_not_begun(*call, *error);
  }
  http::Headers& trailers = end.metadata;
  trailers.add("grpc-status", std::to_string(end.code));
  if (!end.message.empty()) trailers.add("grpc-message", grpc::encode_message(end.message));
  if (!end.details.empty()) {
    trailers.add("grpc-status-details-bin",
                 absl::Base64Escape(absl::string_view(end.details.data(), end.details.size())));
  }
  caller_.on_end(*call, std::move(trailers));
}

void Tunnel::tell_refused() {
  while (!refused_.empty()) {
    const std::uint64_t id = refused_.back();
    refused_.pop_back();
    Place& place = *place_of(id);
    CallRecord& call = *place.call;
    leave(place);
    caller_.on_end(call, {{"grpc-status", "8"},
                          {"grpc-message", "The request is larger than the backend takes."}});
  }
}

std::vector<Tunnel::GivenUp> Tunnel::give_up_calls() {
  std::vector<GivenUp> calls;
  for (Place& place : places_) {
    if (place.call == nullptr) continue;
    const bool not_taken = last_taken_ && place.id > *last_taken_;
    calls.push_back({place.call, not_taken || place.id > last_said_});
  }
  places_.clear();
  free_.clear();
  refused_.clear();
  open_ = 0;
  return calls;
}

}  // namespace trunkline::upstream

#include "gateway/observe/recorder.hpp"

#include <exception>
#include <utility>

namespace trunkline::observe {
namespace {

constexpr int kClientLeft = 499;

}  // namespace

void Story::clear() {
  for (std::string* text : {&client, &method, &path, &user_agent, &endpoint, &reason}) {
    text->clear();
  }
}

RequestRecord::RequestRecord(RequestRecord&& other) noexcept
    : recorder_(std::exchange(other.recorder_, nullptr)),
      route_(other.route_),
      begun_at_(other.begun_at_),
      bytes_in_(other.bytes_in_),
      bytes_out_(other.bytes_out_),
      story_(std::move(other.story_)),
      identity_(other.identity_),
      status_(other.status_),
      grpc_status_(other.grpc_status_),
      wire_(other.wire_) {}

void RequestRecord::end(Clock::time_point now) noexcept {
  if (Recorder* const recorder = std::exchange(recorder_, nullptr)) recorder->end(*this, now);
}

const Identity& RequestRecord::identify(std::string_view given_id, std::string_view traceparent) {
  if (!identity_) identity_ = recorder_->ids().identify(given_id, traceparent);
  return *identity_;
}

void Recorder::describe(RequestRecord& record, const Asked& asked) {
  if (!logs()) return;
  if (spare_.empty()) {
    record.story_ = std::make_unique<Story>();
  } else {
    record.story_ = std::move(spare_.back());
    spare_.pop_back();
  }
  Story& story = *record.story_;
  story.client = asked.client;
  story.method = asked.method;
  story.path = asked.target.substr(0, asked.target.find('?'));
  story.user_agent = asked.user_agent;
  record.identify(asked.request_id, asked.traceparent);
}

void Recorder::end(RequestRecord& record, Clock::time_point now) noexcept {
  if (record.status_ == 0) record.status_ = kClientLeft;
  const std::chrono::nanoseconds took = now - record.begun_at_;
  meters_.clients(record.wire_).requests_under_way.subtract();
  record.route_->add(record.wire_, record.status_, record.grpc_status_, took);
  if (!record.story_) return;
  try {
    write(record, took);
  } catch (const std::exception&) {
    ring_->lose();  // out of memory: the request goes on without its line
  }
}

void Recorder::write(RequestRecord& record, std::chrono::nanoseconds took) {
  ring_->push(line_.make(record, std::chrono::system_clock::now(), took));
  if (spare_.size() == kSpareStories) return;
  record.story_->clear();
  spare_.push_back(std::move(record.story_));
}

}  // namespace trunkline::observe

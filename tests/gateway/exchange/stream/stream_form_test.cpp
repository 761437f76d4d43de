#include "gateway/exchange/stream/stream_form.hpp"

#include <gtest/gtest.h>

namespace trunkline::exchange {
namespace {

std::unique_ptr<StreamForm> form(std::string_view accept) {
  auto chosen = choose_stream_form({{"accept", accept}}, std::chrono::seconds(2));
  return chosen ? std::move(*chosen) : nullptr;
}

std::string written(std::string_view accept, std::initializer_list<std::string_view> messages,
                    std::string_view error = {}) {
  const auto form_of_it = form(accept);
  std::string out;
  for (const std::string_view message : messages) {
    form_of_it->begin_message(out);
    out += message;
    form_of_it->end_message(out);
  }
  if (error.empty()) {
    form_of_it->end(out);
  } else {
    form_of_it->end_with_error(error, out);
  }
  return out;
}

TEST(StreamForm, IsAnArrayUnlessSomethingElseIsAskedFor) {
  EXPECT_EQ(form("*/*")->content_type(), "application/json");
  EXPECT_EQ(written("*/*", {"1", "2", "3"}), "[1,\n2,\n3]");
  EXPECT_EQ(written("*/*", {}), "[]");
  EXPECT_EQ(written("*/*", {"1"}, "{}"), "[1,\n{}]");
}

TEST(StreamForm, IsLinesByTheNameThatTheyWereAskedForBy) {
  for (const char* name : {"application/x-ndjson", "application/ndjson", "application/jsonl"}) {
    EXPECT_EQ(form(name)->content_type(), name);
    EXPECT_EQ(written(name, {"1", "2"}), "1\n2\n");
    EXPECT_EQ(written(name, {}), "");
    EXPECT_EQ(written(name, {"1"}, "{}"), "1\n{}\n");
  }
}

TEST(StreamForm, IsEventsWithIdsAndOneRetry) {
  EXPECT_EQ(form("text/event-stream")->content_type(), "text/event-stream");
  EXPECT_EQ(written("text/event-stream", {"1", "2"}),
            "retry: 2000\n\nid: 1\ndata: 1\n\nid: 2\ndata: 2\n\n");
  EXPECT_EQ(written("text/event-stream", {}), "retry: 2000\n\n");
  EXPECT_EQ(written("text/event-stream", {"1"}, "{}"),
            "retry: 2000\n\nid: 1\ndata: 1\n\nevent: error\ndata: {}\n\n");
}

TEST(StreamForm, BeatsInEventsAlone) {
  const auto beat = [](std::string_view accept) {
    std::string out;
    form(accept)->heartbeat(out);
    return out;
  };
  EXPECT_EQ(beat("text/event-stream"), ": heartbeat\n\n");
  EXPECT_EQ(beat("application/x-ndjson"), "");
  EXPECT_EQ(beat("application/json"), "");
}

TEST(StreamForm, RefusesWhatItIsNotWith406NamingWhatItIs) {
  const auto refused = choose_stream_form({{"accept", "text/html"}}, std::chrono::seconds(2));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 406);
  for (const char* name : {"application/json", "application/x-ndjson", "text/event-stream"}) {
    EXPECT_NE(refused.error().message.find(name), std::string::npos);
  }
}

}  // namespace
}  // namespace trunkline::exchange

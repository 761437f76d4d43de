#include "gateway/upstream/call_book.hpp"

#include <gtest/gtest.h>

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;
const exchange::Clock::time_point kStart{};

CallRecord& open(CallBook& book, std::chrono::seconds deadline) {
  CallRecord& record = book.open(kStart + deadline);
  record.state = CallRecord::State::kWaiting;
  return record;
}

TEST(CallBook, FindsACallByItsId) {
  CallBook book;
  CallRecord& one = open(book, 1s);
  CallRecord& two = open(book, 1s);
  EXPECT_EQ(book.find(one.id()), &one);
  EXPECT_EQ(book.find(two.id()), &two);
  EXPECT_EQ(book.size(), 2u);
}

TEST(CallBook, FindsNothingOnceACallHasEnded) {
  CallBook book;
  CallRecord& one = open(book, 1s);
  const exchange::CallId old = one.id();
  book.release(one);
  EXPECT_EQ(book.find(old), nullptr);
  CallRecord& next = open(book, 1s);
  EXPECT_EQ(&next, &one) << "the place is used again";
  EXPECT_EQ(book.find(old), nullptr) << "but not the id";
  EXPECT_EQ(book.find(12345), nullptr);
}

TEST(CallBook, KnowsWhichCallIsDueFirst) {
  CallBook book;
  EXPECT_EQ(book.earliest(), nullptr);
  open(book, 3s);
  CallRecord& first = open(book, 1s);
  CallRecord& second = open(book, 2s);
  EXPECT_EQ(book.earliest(), &first);
  book.release(first);
  EXPECT_EQ(book.earliest(), &second);
}

TEST(CallBook, KeepsRecordsWhereTheyAre) {
  CallBook book;
  CallRecord& one = open(book, 1s);
  for (int i = 0; i < 1000; ++i) open(book, 2s);
  EXPECT_EQ(book.find(one.id()), &one);
  EXPECT_EQ(book.earliest(), &one);
}

}  // namespace
}  // namespace trunkline::upstream

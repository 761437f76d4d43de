#include "gateway/exchange/content/representation.hpp"

#include <gtest/gtest.h>

#include "gateway/coding/accept_encoding.hpp"

namespace trunkline::exchange {
namespace {

const std::string kJson = "[" + std::string(2000, '1') + "]";

const Representation::Form& form(Representation& answer, std::string_view accept_encoding) {
  return answer.form(answer.coding(coding::choose(accept_encoding)));
}

std::string etag(const Representation& answer, std::string_view accept_encoding) {
  return answer.etag(answer.coding(coding::choose(accept_encoding)));
}

struct Compressing {
  Compression compression;
  Representation answer{kJson, compression, ""};
};

TEST(Representation, IsTheJsonAsItIsForWhoAsksForNothingElse) {
  Compressing of;
  const auto& made = form(of.answer, "");
  EXPECT_EQ(made.head.status, 200);
  EXPECT_EQ(made.body.view(), kJson);
  EXPECT_EQ(made.head.headers.find("content-type"), "application/json");
  EXPECT_EQ(made.head.headers.find("etag"), etag(of.answer, ""));
  EXPECT_EQ(made.head.headers.find("content-encoding"), std::nullopt);
  EXPECT_EQ(made.head.headers.find("vary"), "accept-encoding");
}

TEST(Representation, IsCodedForWhoTakesIt) {
  Compressing of;
  for (const char* coding : {"gzip", "br", "zstd"}) {
    const auto& made = form(of.answer, coding);
    EXPECT_EQ(made.head.headers.find("content-encoding"), coding);
    EXPECT_EQ(made.head.headers.find("vary"), "accept-encoding");
    EXPECT_LT(made.body.size(), kJson.size() / 4);
  }
}

TEST(Representation, MakesEachFormOnce) {
  Compressing of;
  EXPECT_EQ(&form(of.answer, "gzip"), &form(of.answer, "gzip;q=0.5"));
  EXPECT_EQ(form(of.answer, "br").body.view().data(), form(of.answer, "br").body.view().data());
}

TEST(Representation, HasATagForEachForm) {
  Compressing of;
  EXPECT_NE(etag(of.answer, "gzip"), etag(of.answer, ""));
  EXPECT_NE(etag(of.answer, "gzip"), etag(of.answer, "br"));
}

TEST(Representation, TheTagIsOfTheContentAlone) {
  Compressing one;
  Compressing same;
  EXPECT_EQ(etag(one.answer, ""), etag(same.answer, ""));
  Representation other("[]", one.compression, "");
  EXPECT_NE(etag(one.answer, ""), etag(other, ""));
}

// Every instance of every version has the same: it is kept by clients, and an id of events.
TEST(Representation, TheTagStaysWhatItIs) {
  const Compression compression;
  EXPECT_EQ(etag(Representation("[]", compression, ""), ""),
            "\"39347ff402b6c53d831154110e30ac6a\"");
}

TEST(Representation, StaysAsItIsWhereCodingDoesNotPay) {
  const Compression compression{.least_bytes = 10, .most_bytes = 20};
  for (const std::size_t size : {9u, 21u}) {
    Representation answer(std::string(size, '1'), compression, "");
    EXPECT_EQ(form(answer, "gzip").head.headers.find("content-encoding"), std::nullopt);
    EXPECT_EQ(form(answer, "gzip").head.headers.find("vary"), "accept-encoding");
  }
  for (const std::size_t size : {10u, 20u}) {
    Representation answer(std::string(size, '1'), compression, "");
    EXPECT_EQ(form(answer, "gzip").head.headers.find("content-encoding"), "gzip");
  }
}

TEST(Representation, IsNeverCodedWhereThatIsSwitchedOff) {
  const Compression off{.enabled = false};
  Representation answer(kJson, off, "");
  EXPECT_EQ(form(answer, "gzip").head.headers.find("content-encoding"), std::nullopt);
  EXPECT_EQ(form(answer, "gzip").head.headers.find("vary"), std::nullopt);
}

TEST(Representation, NamesAllFieldsThatDecideAboutIt) {
  const Compression on;
  const Compression off{.enabled = false};
  const auto vary = [](const Compression& compression, std::string_view fields) {
    return std::string(*Representation(kJson, compression, fields)
                            .not_modified(coding::Coding::kIdentity)
                            .headers.find("vary"));
  };
  EXPECT_EQ(vary(on, "accept-language, x-tenant"), "accept-encoding, accept-language, x-tenant");
  EXPECT_EQ(vary(off, "accept-language"), "accept-language");
}

TEST(NotModified, HasTheFieldsThatTheAnswerWouldHaveHad) {
  Compressing of;
  const auto head = of.answer.not_modified(coding::Coding::kGzip);
  EXPECT_EQ(head.status, 304);
  EXPECT_EQ(head.headers.find("etag"), etag(of.answer, "gzip"));
  EXPECT_EQ(head.headers.find("vary"), "accept-encoding");
  EXPECT_EQ(head.headers.find("content-type"), std::nullopt);
}

}  // namespace
}  // namespace trunkline::exchange

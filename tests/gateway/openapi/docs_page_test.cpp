#include "gateway/openapi/docs_page.hpp"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::openapi {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string all_text() {
  std::string text;
  for (const PageFile& file : docs_page()) text += file.bytes;
  return text;
}

TEST(DocsPage, IsAtDocsAndHasAllItsFilesBeneath) {
  const auto files = docs_page();
  EXPECT_EQ(files.front().path, "/docs");
  for (const PageFile& file : files.subspan(1)) {
    EXPECT_TRUE(file.path.starts_with("/docs/")) << file.path;
    // By name from the page, or from a script beside it.
    const std::string name(file.path.substr(std::string_view("/docs/").size()));
    EXPECT_THAT(all_text(), HasSubstr(name)) << file.path;
    EXPECT_FALSE(file.bytes.empty()) << file.path;
  }
}

TEST(DocsPage, ImportsNothingThatIsNotThere) {
  const std::string text = all_text();
  for (auto at = text.find("from './"); at != text.npos; at = text.find("from './", at + 1)) {
    const auto begin = at + std::string_view("from './").size();
    const std::string path = "/docs/" + text.substr(begin, text.find('\'', begin) - begin);
    EXPECT_TRUE(std::any_of(docs_page().begin(), docs_page().end(), [&](const PageFile& file) {
      return file.path == path;
    })) << path;
  }
}

TEST(DocsPage, NamesNoOtherPlaceAndMakesNoMarkupOutOfText) {
  const std::string text = all_text();
  std::string without_namespace = text;  // the name of SVG is an address that nobody asks
  const std::string svg = "http://www.w3.org/2000/svg";
  without_namespace.erase(without_namespace.find(svg), svg.size());
  for (const char* foreign : {"http://", "https://", "src=\"//", "innerHTML", "outerHTML",
                              "insertAdjacentHTML", "document.write", "eval(", " style=\""})
    EXPECT_THAT(without_namespace, Not(HasSubstr(foreign)));
}

}  // namespace
}  // namespace trunkline::openapi

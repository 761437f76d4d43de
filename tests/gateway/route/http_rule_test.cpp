// The text of google/api/http.proto, sentence by sentence, as far as it is about paths: the gist of
// each stands above its cases. Which sentences are about queries and bodies, the tests of
// transcode have.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/route/table.hpp"

namespace trunkline::route {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Outcome = Match::Outcome;
using Rules = std::vector<std::pair<std::string, std::string>>;

/// Each rule's target is its place in the list, whatever the order in which they are added.
Table table(const Rules& rules, const std::vector<std::size_t>& order = {}) {
  std::vector<Rule> list;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::size_t at = order.empty() ? i : order[i];
    list.push_back({rules[at].first, rules[at].second, static_cast<std::uint32_t>(at),
                    "Rule" + std::to_string(at)});
  }
  auto built = Table::build(std::move(list));
  EXPECT_TRUE(built.has_value()) << (built ? "" : built.error().message);
  return built ? std::move(*built) : Table();
}

/// "0 name=agents/7", or "-".
std::string found(const Table& table, std::string_view path, std::string_view method = "GET") {
  const Match match = table.find(method, path);
  if (match.outcome != Outcome::kFound) return "-";
  std::string text = std::to_string(match.target);
  for (const auto& capture : match.captures)
    text += " " + std::string(capture.field_path) + "=" + capture.value;
  return text;
}

/// What the only rule, GET of that template, makes of a path.
std::string caught(const std::string& path_template, std::string_view path) {
  return found(table({{"GET", path_template}}), path);
}

std::string refused(const std::string& path_template) {
  const auto built = Table::build({{"GET", path_template, 0, "S.M"}});
  return built ? "" : built.error().message;
}

// "The path template can refer to fields in the request message": /{message_id}/{sub.subfield}.
TEST(HttpRule, PathRefersToFieldsAndToFieldsOfFields) {
  EXPECT_EQ(caught("/v1/messages/{message_id}/{sub.subfield}", "/v1/messages/123456/foo"),
            "0 message_id=123456 sub.subfield=foo");
}

// "It is possible to define multiple HTTP methods for one RPC by using additional_bindings."
TEST(HttpRule, SeveralPathsLeadToOneMethod) {
  const auto t = table(
      {{"GET", "/v1/messages/{message_id}"}, {"GET", "/v1/users/{user_id}/messages/{message_id}"}});
  EXPECT_EQ(found(t, "/v1/messages/123456"), "0 message_id=123456");
  EXPECT_EQ(found(t, "/v1/users/me/messages/123456"), "1 user_id=me message_id=123456");
}

// "Template = "/" Segments [ Verb ]"
TEST(HttpRule, TemplateIsASlashAndSegmentsAndPerhapsAVerb) {
  EXPECT_EQ(caught("/a", "/a"), "0");
  EXPECT_EQ(caught("/a:go", "/a:go"), "0");
  EXPECT_NE(refused("a"), "");
  EXPECT_NE(refused(":go"), "");
  EXPECT_NE(refused("/:go"), "");
}

// "Segments = Segment { "/" Segment }"
TEST(HttpRule, SegmentsAreNeverEmptyInATemplate) {
  EXPECT_NE(refused("/a//b"), "");
  EXPECT_NE(refused("/a/"), "");
}

// "Segment = "*" | "**" | LITERAL | Variable"
TEST(HttpRule, SegmentIsAllWildcardOrAllLiteralOrAllVariable) {
  EXPECT_EQ(caught("/*/a/{b}/**", "/x/a/y/z"), "0 b=y");
  for (const char* mixed : {"/a*", "/*a", "/a{b}", "/{b}a", "/{a}{b}", "/***"})
    EXPECT_NE(refused(mixed), "") << mixed;
}

// "Variable = "{" FieldPath [ "=" Segments ] "}""
TEST(HttpRule, VariableNamesAFieldAndPerhapsItsSegments) {
  EXPECT_EQ(caught("/{a=b/*/c}", "/b/1/c"), "0 a=b/1/c");
  for (const char* wrong : {"/{}", "/{=a}", "/{a=}", "/{a", "/a}", "/{a=/b}", "/{a=b/}"})
    EXPECT_NE(refused(wrong), "") << wrong;
}

// "FieldPath = IDENT { "." IDENT }"
TEST(HttpRule, FieldPathIsIdentifiersWithDotsBetween) {
  EXPECT_EQ(caught("/{_a1.b_2.C}", "/x"), "0 _a1.b_2.C=x");
  for (const char* wrong : {"/{a.}", "/{.a}", "/{a..b}", "/{1a}", "/{a-b}", "/{a b}"})
    EXPECT_NE(refused(wrong), "") << wrong;
}

// "Verb = ":" LITERAL"
TEST(HttpRule, VerbIsALiteralAtTheVeryEnd) {
  EXPECT_EQ(caught("/v1/{name=agents/*}:login", "/v1/agents/7:login"), "0 name=agents/7");
  for (const char* wrong : {"/a:", "/a:*", "/a:{b}", "/a:b/c", "/a:b:c"})
    EXPECT_NE(refused(wrong), "") << wrong;
}

// "The syntax `*` matches a single path segment."
TEST(HttpRule, StarTakesExactlyOneSegment) {
  EXPECT_EQ(caught("/a/*/c", "/a/b/c"), "0");
  for (const char* other : {"/a/c", "/a//c", "/a/b/b/c", "/a/b"})
    EXPECT_EQ(caught("/a/*/c", other), "-") << other;
}

// "The syntax `**` matches zero or more path segments…"
TEST(HttpRule, TwoStarsTakeAnyNumberOfSegments) {
  EXPECT_EQ(caught("/a/{b=**}", "/a"), "0 b=");
  EXPECT_EQ(caught("/a/{b=**}", "/a/1"), "0 b=1");
  EXPECT_EQ(caught("/a/{b=**}", "/a/1/2/3"), "0 b=1/2/3");
  EXPECT_EQ(caught("/a/{b=c/*/**}", "/a/c/1"), "0 b=c/1");
  EXPECT_EQ(caught("/a/{b=c/*/**}", "/a/c/1/2"), "0 b=c/1/2");
  EXPECT_EQ(caught("/a/{b=c/*/**}", "/a/c"), "-");
}

// "… which must be the last part of the path except the `Verb`."
TEST(HttpRule, NothingButAVerbComesAfterTwoStars) {
  EXPECT_EQ(caught("/a/{b=**}:go", "/a/1/2:go"), "0 b=1/2");
  EXPECT_EQ(caught("/a/{b=**}:go", "/a:go"), "0 b=");
  for (const char* wrong : {"/**/a", "/{a=**}/b", "/{a=**/b}", "/**/*", "/**/**"})
    EXPECT_THAT(refused(wrong), HasSubstr("\"**\" must be the last segment")) << wrong;
}

// "The syntax `LITERAL` matches literal text in the path."
TEST(HttpRule, LiteralTakesItsTextAndNoOther) {
  EXPECT_EQ(caught("/v1/agents", "/v1/agents"), "0");
  for (const char* other : {"/v1/Agents", "/v1/agent", "/v1/agents2", "/v1/agents/"})
    EXPECT_EQ(caught("/v1/agents", other), "-") << other;
}

// A literal means its characters: however either side has them encoded (RFC 3986, 2.3).
TEST(HttpRule, LiteralIsTheSameTextInEveryEncoding) {
  for (const char* literal : {"/caf%C3%A9~", "/caf%c3%a9%7E"}) {
    for (const char* path : {"/caf%C3%A9~", "/caf%c3%a9%7e", "/%63afé~"})
      EXPECT_EQ(caught(literal, path), "0") << literal << " " << path;
  }
}

// "The syntax `Variable` matches part of the URL path as specified by its template."
TEST(HttpRule, VariableTakesWhatItsTemplateTakes) {
  EXPECT_EQ(caught("/v1/{name=agents/*/queues/*}", "/v1/agents/7/queues/8"),
            "0 name=agents/7/queues/8");
  EXPECT_EQ(caught("/v1/{name=agents/*/queues/*}", "/v1/agents/7/teams/8"), "-");
  EXPECT_EQ(caught("/{kind=agents}/{id}", "/agents/7"), "0 kind=agents id=7");
}

// "A variable template must not contain other variables."
TEST(HttpRule, VariablesDoNotNest) {
  EXPECT_THAT(refused("/{a={b}}"), HasSubstr("a variable inside a variable"));
  EXPECT_THAT(refused("/{a=b/{c}}"), HasSubstr("a variable inside a variable"));
}

// "If a variable matches a single path segment, its template may be omitted, e.g. `{var}` is
// equivalent to `{var=*}`."
TEST(HttpRule, VariableWithoutATemplateIsOneSegment) {
  for (const char* path : {"/7", "/a%2Fb", "/", "/7/8", "/a:b"})
    EXPECT_EQ(caught("/{var}", path), caught("/{var=*}", path)) << path;
  EXPECT_EQ(caught("/{var}", "/7"), "0 var=7");
  EXPECT_THAT(Table::build({{"GET", "/{a}", 0, "A"}, {"GET", "/{b=*}", 1, "B"}}).error().message,
              HasSubstr("matches the same paths"));
}

// "If a variable contains exactly one path segment, … all characters except [-_.~0-9a-zA-Z] are
// percent-encoded" by who expands it, so all are decoded here, the slash too.
TEST(HttpRule, VariableOfOneSegmentIsDecodedWhole) {
  for (const char* one : {"/v1/{id}", "/v1/{id=*}"}) {
    EXPECT_EQ(caught(one, "/v1/a%2Fb%2fc"), "0 id=a/b/c") << one;
    EXPECT_EQ(caught(one, "/v1/%3A%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25%20"),
              "0 id=:?#[]@!$&'()*+,;=% ")
        << one;
    EXPECT_EQ(caught(one, "/v1/%C3%A9"), "0 id=é") << one;
  }
}

// "If a variable contains one or more path segments, such as {var=foo/*} or {var=**}, … all
// characters except [-_.~/0-9a-zA-Z] are percent-encoded": what was expanded comes back, and only
// a slash that was no separator cannot; it stays "%2F". (Http.fully_decode_reserved_expansion
// speaks of leaving all of RFC 6570's reserved characters encoded, which would not give back what
// was expanded. Later versions of the text have the rule as it is here.)
TEST(HttpRule, VariableOfSeveralSegmentsKeepsItsEncodedSlashes) {
  EXPECT_EQ(caught("/v1/{name=agents/*}", "/v1/agents/a%2Fb%2fc%3A%20"),
            "0 name=agents/a%2Fb%2fc: ");
  EXPECT_EQ(caught("/{path=**}", "/a/b%2Fc/%3F%23%25"), "0 path=a/b%2Fc/?#%");
  // "**" that has but one segment this time is no other variable.
  EXPECT_EQ(caught("/{path=**}", "/a%2Fb"), "0 path=a%2Fb");
}

TEST(HttpRule, EveryVariableOfATemplateIsDecodedInItsOwnWay) {
  EXPECT_EQ(caught("/{id}/{path=**}", "/a%2Fb/c%2Fd"), "0 id=a/b path=c%2Fd");
}

TEST(HttpRule, EncodedSlashSeparatesNothing) {
  EXPECT_EQ(caught("/a/b", "/a%2Fb"), "-");
  EXPECT_EQ(caught("/{x}", "/a%2Fb"), "0 x=a/b");
  EXPECT_EQ(caught("/{x}/{y}", "/a%2Fb"), "-");
}

TEST(HttpRule, EncodedColonBeginsNoVerb) {
  const auto t = table({{"GET", "/{x}"}, {"GET", "/{x}:go"}});
  EXPECT_EQ(found(t, "/a%3Ago"), "0 x=a:go");
  EXPECT_EQ(found(t, "/a:go"), "1 x=a");
  EXPECT_EQ(found(t, "/a%3Ago:go"), "1 x=a:go");
}

TEST(HttpRule, EncodedStarIsNoWildcard) {
  EXPECT_EQ(caught("/a%2A", "/a*"), "0");
  EXPECT_EQ(caught("/%2A", "/b"), "-");
  EXPECT_EQ(caught("/%2A%2A", "/b/c"), "-");
}

// "This pattern can be used with any of the {get|put|post|delete|patch} methods."
TEST(HttpRule, EachMethodHasARuleOfItsOwn) {
  const auto t =
      table({{"GET", "/a"}, {"PUT", "/a"}, {"POST", "/a"}, {"DELETE", "/a"}, {"PATCH", "/a"}});
  int target = 0;
  for (const char* method : {"GET", "PUT", "POST", "DELETE", "PATCH"})
    EXPECT_EQ(found(t, "/a", method), std::to_string(target++)) << method;
  EXPECT_EQ(t.find("OPTIONS", "/a").outcome, Outcome::kWrongMethod);
}

// "The custom pattern is used for specifying an HTTP method that is not included in the `pattern`
// field, such as HEAD, …"
TEST(HttpRule, CustomKindIsAnyMethod) {
  const auto t = table({{"GET", "/a"}, {"HEAD", "/a"}, {"PURGE", "/a"}});
  EXPECT_EQ(found(t, "/a", "HEAD"), "1");
  EXPECT_EQ(found(t, "/a", "PURGE"), "2");
  EXPECT_EQ(found(t, "/a", "purge"), "-");  // methods are case-sensitive (RFC 9110, 9.1)
}

// "… or "*" to leave the HTTP method unspecified for this rule."
TEST(HttpRule, StarAsKindIsEveryMethodThatNoOtherRuleHas) {
  const auto t = table({{"*", "/{page=**}"}, {"POST", "/form"}});
  for (const char* method : {"GET", "HEAD", "PUT", "PURGE"})
    EXPECT_EQ(found(t, "/form", method), "0 page=form") << method;
  EXPECT_EQ(found(t, "/form", "POST"), "1");
}

// Of rules that match one path, the most specific answers: a literal before "*" before "**",
// segment by segment from the left, and a verb before none. In whatever order they come.
TEST(HttpRule, MostSpecificWinsInWhateverOrder) {
  const Rules rules{{"GET", "/{r=**}"},  {"GET", "/v1/{r=**}"}, {"GET", "/v1/{x}"},
                    {"GET", "/v1/a"},    {"GET", "/v1/{x}:go"}, {"GET", "/v1/{x}/b"},
                    {"GET", "/v1/a/{y}"}};
  std::vector<std::size_t> order{0, 1, 2, 3, 4, 5, 6};
  int permutations = 0;
  do {
    const auto t = table(rules, order);
    ASSERT_EQ(found(t, "/v2"), "0 r=v2");
    ASSERT_EQ(found(t, "/v1/a/b/c"), "1 r=a/b/c");
    ASSERT_EQ(found(t, "/v1/c"), "2 x=c");
    ASSERT_EQ(found(t, "/v1/a"), "3");
    ASSERT_EQ(found(t, "/v1/a:go"), "4 x=a");
    ASSERT_EQ(found(t, "/v1/a:no"), "2 x=a:no");
    ASSERT_EQ(found(t, "/v1/c/b"), "5 x=c");
    // Both have one literal here: the one further to the left decides.
    ASSERT_EQ(found(t, "/v1/a/b"), "6 y=b");
    ++permutations;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(permutations, 5040);
}

// What is more specific and has no rule for the method does not hide what has one.
TEST(HttpRule, MostSpecificOfTheMethodWins) {
  const auto t = table({{"POST", "/v1/a"}, {"GET", "/v1/{x}"}, {"DELETE", "/{r=**}"}});
  EXPECT_EQ(found(t, "/v1/a", "POST"), "0");
  EXPECT_EQ(found(t, "/v1/a", "GET"), "1 x=a");
  EXPECT_EQ(found(t, "/v1/a", "DELETE"), "2 r=v1/a");
  EXPECT_EQ(t.find("PUT", "/v1/a").allow, "DELETE, GET, HEAD, POST");
}

// Two rules that no path tells apart are a mistake: neither may win by chance.
TEST(HttpRule, RulesThatNoPathTellsApartAreRefusedWithBothNamed) {
  const Rules same[] = {{{"GET", "/v1/{name=agents/*}"}, {"GET", "/v1/agents/{id}"}},
                        {{"GET", "/{a}/{b}"}, {"GET", "/*/*"}},
                        {{"GET", "/{a=**}"}, {"GET", "/**"}},
                        {{"GET", "/a%62"}, {"GET", "/ab"}},
                        {{"GET", "/{a}:go"}, {"GET", "/*:g%6F"}},
                        {{"*", "/a"}, {"*", "/a"}}};
  for (const Rules& two : same) {
    const auto built = Table::build({{two[0].first, two[0].second, 0, "one.Service.Get"},
                                     {two[1].first, two[1].second, 1, "two.Service.Get"}});
    ASSERT_TRUE(built.has_error()) << two[0].second << " " << two[1].second;
    EXPECT_THAT(built.error().message,
                AllOf(HasSubstr("one.Service.Get (" + two[0].first + " " + two[0].second + ")"),
                      HasSubstr("two.Service.Get (" + two[1].first + " " + two[1].second + ")"),
                      HasSubstr("matches the same paths")));
  }
}

// Rules that share some paths and not all are no conflict: for each path one is more specific.
TEST(HttpRule, RulesThatOverlapAreBothOffered) {
  const auto t = table({{"GET", "/{x}/b"}, {"GET", "/a/{y}"}, {"GET", "/{z=a/**}"}});
  EXPECT_EQ(found(t, "/a/b"), "1 y=b");
  EXPECT_EQ(found(t, "/c/b"), "0 x=c");
  EXPECT_EQ(found(t, "/a"), "2 z=a");
  EXPECT_EQ(found(t, "/a/b/c"), "2 z=a/b/c");
}

// "*" and "**" meet in one place only where "**" has exactly one segment: "*" is more specific.
TEST(HttpRule, OneSegmentComesBeforeAnyNumber) {
  const auto t = table({{"GET", "/files/{path=**}"}, {"GET", "/files/{name}"}});
  EXPECT_EQ(found(t, "/files"), "0 path=");
  EXPECT_EQ(found(t, "/files/a"), "1 name=a");
  EXPECT_EQ(found(t, "/files/a/b"), "0 path=a/b");
}

// A verb is more specific than none, and does not make its path one of another rule's.
TEST(HttpRule, VerbIsMoreSpecificThanNone) {
  const auto t = table({{"GET", "/v1/{name=**}"}, {"GET", "/v1/{name=agents/*}:login"}});
  EXPECT_EQ(found(t, "/v1/agents/7:login"), "1 name=agents/7");
  EXPECT_EQ(found(t, "/v1/agents/7:logoff"), "0 name=agents/7:logoff");
  EXPECT_EQ(found(t, "/v1/teams/7:login"), "0 name=teams/7:login");
}

}  // namespace
}  // namespace trunkline::route

#include "gateway/services.hpp"

#include <cstdio>
#include <fstream>

#include "tests/gateway/compose/described.hpp"

namespace trunkline {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ServicesTest : public testing::Test {
 protected:
  ~ServicesTest() override {
    for (const std::string& path : files_) std::remove(path.c_str());
  }

  /// The name of a file with that in it.
  std::string file(const std::string& name, const std::string& content) {
    std::string path = testing::TempDir() + "trunkline_services_test_" + name;
    std::ofstream(path, std::ios::binary) << content;
    files_.push_back(path);
    return path;
  }

  void add(const std::string& name, const std::string& descriptors = "") {
    config::Upstream upstream;
    upstream.name = name;
    upstream.descriptors = descriptors;
    config_.upstreams.push_back(upstream);
  }

  Services& services() {
    if (!services_) {
      services_.emplace(config_, [this](const std::shared_ptr<const Offer>& offer) {
        ++published;
        offer_ = offer;
      });
    }
    return *services_;
  }

  std::string begin() {
    const auto begun = services().begin();
    return begun ? "" : begun.error().message;
  }

  void tell(std::size_t upstream, const std::string& set) {
    services().take(upstream, upstream::Described{set, {"x.S", "y.S"}, {}});
  }

  /// Paths that lead to an upstream.
  std::size_t routes(std::size_t upstream) const { return offer_->routes_of(upstream); }

  int published = 0;
  config::Config config_ = [] {
    config::Config config;
    config.upstreams.clear();
    return config;
  }();
  std::shared_ptr<const Offer> offer_;

 private:
  std::optional<Services> services_;
  std::vector<std::string> files_;
};

const std::string kOne = described("x", {{"M", "get: '/x'"}});
const std::string kTwo = described("x", {{"M", "get: '/x'"}, {"N", "get: '/n'"}});
const std::string kOther = described("y", {{"M", "get: '/y'"}});

TEST_F(ServicesTest, OfferTheirOwnPagesBeforeAnybodyHasTold) {
  add("a");
  EXPECT_EQ(begin(), "");
  ASSERT_TRUE(offer_);
  EXPECT_FALSE(offer_->complete());
}

TEST_F(ServicesTest, OfferWhatFilesSayAtOnce) {
  add("a", file("a.pb", kOne));
  EXPECT_EQ(begin(), "");
  EXPECT_TRUE(offer_->complete());
  EXPECT_EQ(routes(0), 1u);
}

TEST_F(ServicesTest, ComeFromFilesAndFromReflectionAtOnce) {
  add("a", file("a.pb", kOne));
  add("b");
  EXPECT_EQ(begin(), "");
  EXPECT_FALSE(offer_->complete());
  tell(1, kOther);
  EXPECT_TRUE(offer_->complete());
  EXPECT_EQ(routes(0), 1u);
  EXPECT_EQ(routes(1), 1u);
}

TEST_F(ServicesTest, RefuseToBeginWithAFileThatCantBeUsedNamingIt) {
  const std::string path = file("bad.pb", "\xff\xff");
  add("a", path);
  EXPECT_THAT(begin(), AllOf(HasSubstr("Upstream a"), HasSubstr(path),
                             HasSubstr("not a google.protobuf.FileDescriptorSet")));
}

TEST_F(ServicesTest, RefuseToBeginWithoutAFileNamingIt) {
  add("a", "/nowhere/a.pb");
  EXPECT_THAT(begin(), AllOf(HasSubstr("Upstream a"), HasSubstr("/nowhere/a.pb")));
}

TEST_F(ServicesTest, RefuseToBeginWithADirectoryOrAnEmptyFile) {
  add("a", testing::TempDir());
  EXPECT_THAT(begin(), HasSubstr("can't be read, or there is nothing in it"));
}

TEST_F(ServicesTest, RefuseToBeginWithFilesInConflictNamingBoth) {
  add("a", file("a.pb", kOne));
  add("b", file("b.pb", described("y", {{"M", "get: '/x'"}})));
  EXPECT_THAT(begin(), AllOf(HasSubstr("y.S.M of upstream b"), HasSubstr("x.S.M of upstream a")));
}

TEST_F(ServicesTest, BeginWithAFileOfWhichOneRuleIsWrong) {
  add("a", file("a.pb", described("x", {{"M", "get: '/x'"}, {"N", "get: '/{gone}'"}})));
  EXPECT_EQ(begin(), "");
  EXPECT_EQ(routes(0), 1u);
  EXPECT_EQ(offer_->methods_of(0), 2u);
}

TEST_F(ServicesTest, AreOfferedAnewOnlyWhenTheyAreOthers) {
  add("a");
  begin();
  tell(0, kOne);
  EXPECT_EQ(published, 2);
  tell(0, kOne);
  EXPECT_EQ(published, 2);
  tell(0, kTwo);
  EXPECT_EQ(published, 3);
  EXPECT_EQ(routes(0), 2u);
}

TEST_F(ServicesTest, StayAsTheyAreWhenWhatIsToldCantBeUsed) {
  add("a");
  begin();
  tell(0, kOne);
  tell(0, "\xff\xff");
  services().take(0, grpc::Error{grpc::Code::kUnavailable, "away"});
  EXPECT_EQ(published, 2);
  EXPECT_EQ(routes(0), 1u);
  tell(0, kTwo);
  EXPECT_EQ(routes(0), 2u);
}

TEST_F(ServicesTest, StayWhereOneThatIsStillListedIsNotDescribedAnyMore) {
  add("a");
  begin();
  tell(0, kOne);
  EXPECT_FALSE(services().take(0, upstream::Described{kOther, {"x.S", "y.S"}, {}}));
  EXPECT_EQ(published, 2);
  EXPECT_FALSE(services().take(0, upstream::Described{kOther, {}, {}}))
      << "as of a backend that begins";
  EXPECT_EQ(published, 2);
  EXPECT_TRUE(services().take(0, upstream::Described{kOther, {"y.S"}, {}}));
  EXPECT_EQ(published, 3);
  EXPECT_EQ(routes(0), 1u);
}

TEST_F(ServicesTest, AreNotAskedForAgainOnceTheyCanBeUsed) {
  add("a");
  begin();
  EXPECT_FALSE(services().take(0, upstream::Described{"\xff\xff", {"x.S"}, {}}));
  EXPECT_FALSE(services().take(0, upstream::Described{"\xff\xff", {"x.S"}, {}}));
  EXPECT_TRUE(services().take(0, upstream::Described{kOne, {"x.S"}, {}}));
  EXPECT_TRUE(services().take(0, upstream::Described{kOne, {"x.S"}, {}}));
}

TEST_F(ServicesTest, StayWhereAFileLosesOneWithAComplaintAndGoWhereItDoesNotSayWhy) {
  add("a", file("a.pb", kOne + kOther));
  begin();
  EXPECT_EQ(routes(0), 2u);
  file("a.pb", kOther + std::string("\x0a\x05\x0a\x01") + "b" + "\x12\x7f");
  services().renew();
  EXPECT_EQ(routes(0), 2u);
  file("a.pb", kOther);
  services().renew();
  EXPECT_EQ(routes(0), 1u);
}

TEST_F(ServicesTest, LeaveOutANewcomerThatIsInConflict) {
  add("a");
  add("b");
  begin();
  tell(1, kOne);
  tell(0, kTwo);
  EXPECT_EQ(routes(0), 0u);
  EXPECT_EQ(routes(1), 1u);
  ASSERT_EQ(offer_->complaints().size(), 1u);
  EXPECT_TRUE(offer_->complaints()[0].conflict);
}

TEST_F(ServicesTest, AreThoseThatABackendHasAndNotAllThatItsFilesDescribe) {
  add("a");
  begin();
  services().take(0, upstream::Described{kOne, {}, {}});
  EXPECT_EQ(offer_->methods_of(0), 0u);
  services().take(0, upstream::Described{kOne, {"x.S"}, {}});
  EXPECT_EQ(offer_->methods_of(0), 1u);
}

TEST_F(ServicesTest, IgnoreWhatIsUnknownWhereTheirUpstreamSaysSo) {
  add("strict");
  add("mild");
  config_.upstreams[1].ignore_unknown = true;
  begin();
  tell(0, kOne);
  tell(1, kOther);
  const auto accepts = [&](std::size_t upstream) {
    const auto& binding = offer_->sources()[upstream].schema->methods().at(0).bindings.at(0);
    std::string message;
    return binding.transcoder->request({}, "nobody=knows", "", message).has_value();
  };
  EXPECT_FALSE(accepts(0));
  EXPECT_TRUE(accepts(1));
}

TEST_F(ServicesTest, AreReadAgainFromTheirFiles) {
  add("a", file("a.pb", kOne));
  begin();
  services().renew();
  EXPECT_EQ(published, 1) << "nothing is new";
  file("a.pb", kTwo);
  services().renew();
  EXPECT_EQ(published, 2);
  EXPECT_EQ(routes(0), 2u);
  file("a.pb", "\xff\xff");
  services().renew();
  EXPECT_EQ(published, 2);
  EXPECT_EQ(routes(0), 2u);
}

}  // namespace
}  // namespace trunkline

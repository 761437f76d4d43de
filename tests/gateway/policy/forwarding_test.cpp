#include "gateway/policy/forwarding.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

using observe::Refusal;

http::RequestHead rest(http::Headers headers) {
  return {"GET", "http", "api.example", "/v1/agents", std::move(headers)};
}

http::RequestHead grpc_call(http::Headers headers) {
  return {"POST", "http", "api.example", "/t.Things/Get", std::move(headers)};
}

class ForwardingTest : public testing::Test {
 protected:
  http::Headers from_rest(http::Headers headers) const {
    return forwarding.for_rest(rest(std::move(headers)), caller).value();
  }
  http::Headers from_grpc(http::Headers headers) const {
    return forwarding.for_grpc(grpc_call(std::move(headers)), caller).value();
  }
  http::Headers shared(const Forwarding& by, const http::RequestHead& head) const {
    http::Headers metadata{{"of", "another read"}};
    by.for_shared_read(head, caller, metadata).value();
    return metadata;
  }
  Refused refused_rest(http::Headers headers) const {
    return forwarding.for_rest(rest(std::move(headers)), caller).error();
  }
  Refused refused_grpc(http::Headers headers) const {
    return forwarding.for_grpc(grpc_call(std::move(headers)), caller).error();
  }

  Forwarding forwarding{ForwardingSettings{}};
  Caller caller = forwarding.caller("192.0.2.7", "");
};

std::string text_of(const http::Headers& headers) {
  std::string text;
  for (const auto [name, value] : headers) {
    text.append(name).append("=").append(value).append("\n");
  }
  return text;
}

constexpr const char* kOurOwn =
    "x-forwarded-for=192.0.2.7\nx-forwarded-proto=http\nx-forwarded-host=api.example\n";

// What no client's field may do, by either way.

TEST_F(ForwardingTest, SaysWhoAskedAndForWhat) {
  EXPECT_EQ(text_of(from_rest({})), kOurOwn);
  EXPECT_EQ(text_of(from_grpc({})), kOurOwn);
}

TEST_F(ForwardingTest, DropsWhatBelongsToOneHop) {
  const http::Headers hop{{"connection", "keep-alive"},
                          {"keep-alive", "timeout=5"},
                          {"proxy-authorization", "Basic x"},
                          {"proxy-connection", "keep-alive"},
                          {"proxy-anything", "x"},
                          {"te", "trailers"},
                          {"trailer", "x"},
                          {"transfer-encoding", "chunked"},
                          {"upgrade", "h2c"},
                          {"http2-settings", "AAMAAABkAAQAAP__"},
                          {"host", "evil.example"},
                          {"content-length", "99"},
                          {"expect", "100-continue"},
                          {"grpc-timeout", "1S"}};
  EXPECT_EQ(text_of(from_rest(hop)), kOurOwn);
  EXPECT_EQ(text_of(from_grpc(hop)), kOurOwn);
}

TEST_F(ForwardingTest, DropsWhatConnectionNominates) {
  const http::Headers headers{{"authorization", "Bearer x"},
                              {"x-tenant", "7"},
                              {"connection", "close,  Authorization\t,, X-TENANT"},
                              {"connection", "user-agent"},
                              {"user-agent", "a"},
                              {"accept-language", "de"}};
  EXPECT_EQ(text_of(from_rest(headers)), std::string("accept-language=de\n") + kOurOwn);
  EXPECT_EQ(text_of(from_grpc(headers)), std::string("accept-language=de\n") + kOurOwn);
}

TEST_F(ForwardingTest, IsNotKeptFromSayingItsOwnByNomination) {
  EXPECT_EQ(text_of(from_grpc({{"connection", "x-forwarded-for, x-forwarded-host"}})), kOurOwn);
}

TEST_F(ForwardingTest, BelievesNoClaimOfAClient) {
  for (const char* name : {"x-forwarded-for",
                           "x-forwarded-proto",
                           "x-forwarded-host",
                           "x-forwarded-port",
                           "x-forwarded-prefix",
                           "x-forwarded-client-cert",
                           "x-forwarded-anything",
                           "x-forwarded",
                           "forwarded",
                           "forwarded-for",
                           "x-real-ip",
                           "x-client-ip",
                           "client-ip",
                           "true-client-ip",
                           "cf-connecting-ip",
                           "x-cluster-client-ip",
                           "x-original-url",
                           "x-rewrite-url",
                           "x-trunkline-identity",
                           "x-trunkline-identity-bin",
                           "x-trunkline-anything",
                           "client-cert",
                           "client-cert-chain",
                           "x-ssl-client-dn",
                           "remote-user",
                           "x-remote-user"}) {
    EXPECT_EQ(text_of(from_rest({{name, "10.0.0.1"}})), kOurOwn) << name;
    EXPECT_EQ(text_of(from_grpc({{name, "10.0.0.1"}})), kOurOwn) << name;
  }
}

TEST_F(ForwardingTest, BelievesNoClaimInAnotherSpelling) {
  for (const char* name : {"x_forwarded_for", "x-forwarded_for", "x_forwarded-for", "x_real_ip",
                           "x_trunkline_identity", "x-trunkline_identity", "x_trunkline-identity",
                           "client_cert", "remote_user"}) {
    EXPECT_EQ(text_of(from_grpc({{name, "10.0.0.1"}})), kOurOwn) << name;
  }
}

TEST_F(ForwardingTest, DropsTheClaimsOfAnInstallation) {
  ForwardingSettings settings;
  settings.claims = {"X-Tenant"};
  settings.rest_headers = {"x-tenant", "x-colour"};
  const Forwarding strict(settings);
  const http::Headers headers{{"x-tenant", "7"}, {"x-colour", "red"}};
  EXPECT_EQ(text_of(strict.for_rest(rest(headers), caller).value()),
            std::string("x-colour=red\n") + kOurOwn);
  EXPECT_EQ(text_of(strict.for_grpc(grpc_call(headers), caller).value()),
            std::string("x-colour=red\n") + kOurOwn);
}

TEST_F(ForwardingTest, SaysAVerifiedIdentityAndNoOther) {
  caller = forwarding.caller("192.0.2.7", "spiffe://example.org/caller");
  const http::Headers headers{{"x-trunkline-identity", "spiffe://example.org/admin"}};
  for (const http::Headers& metadata : {from_rest(headers), from_grpc(headers)}) {
    EXPECT_EQ(metadata.count("x-trunkline-identity"), 1u);
    EXPECT_EQ(metadata.find("x-trunkline-identity"), "spiffe://example.org/caller");
  }
  caller = forwarding.caller("192.0.2.7", "CN=caf\xc3\xa9");
  EXPECT_FALSE(from_grpc(headers).contains("x-trunkline-identity"));
}

// REST clients.

TEST_F(ForwardingTest, CarriesFromRestWhatIsAllowedAndNothingElse) {
  EXPECT_EQ(text_of(from_rest({{"authorization", "Bearer x"},
                               {"accept-language", "de"},
                               {"user-agent", "curl/8"},
                               {"idempotency-key", "k"},
                               {"if-match", "\"a\""},
                               {"if-none-match", "*"},
                               {"accept", "*/*"},
                               {"cookie", "a=b"},
                               {"content-type", "application/json"},
                               {"content-encoding", "gzip"},
                               {"origin", "https://a.example"},
                               {"x-tenant", "7"},
                               {"x!odd", "\xff"}})),
            std::string("authorization=Bearer x\naccept-language=de\nuser-agent=curl/8\n"
                        "idempotency-key=k\nif-match=\"a\"\nif-none-match=*\n") +
                kOurOwn);
}

TEST_F(ForwardingTest, CarriesWithASharedReadWhatIsAskedAndNotWhoAsks) {
  const http::RequestHead head =
      rest({{"authorization", "Bearer x"}, {"user-agent", "curl"}, {"if-none-match", "*"}});
  EXPECT_EQ(text_of(shared(forwarding, head)),
            "authorization=Bearer x\nx-forwarded-proto=http\nx-forwarded-host=api.example\n");
}

TEST_F(ForwardingTest, CarriesWithASharedReadWhatAnInstallationWantsToo) {
  ForwardingSettings settings;
  settings.rest_headers = {"X-Tenant", "User-Agent"};
  settings.unshared = {"user-AGENT"};
  const http::RequestHead head = rest({{"x-tenant", "t"}, {"user-agent", "curl"}});
  EXPECT_EQ(text_of(shared(Forwarding(settings), head)), "x-tenant=t\n" + std::string(kOurOwn));
}

TEST_F(ForwardingTest, NamesWhatASharedReadCarriesButForCredentials) {
  EXPECT_EQ(forwarding.shared_fields(), "accept-language");
  ForwardingSettings settings;
  settings.rest_headers = {"Authorization", "X-Tenant", "te", "user-agent", "Accept-Language"};
  EXPECT_EQ(Forwarding(settings).shared_fields(), "x-tenant, accept-language");
}

TEST_F(ForwardingTest, SharesNoReadAcrossWhatTheGatewaySaysOfAClient) {
  for (const char* name : {"user-agent", "X-Forwarded-For", "x-tenant"}) {
    EXPECT_TRUE(may_be_unshared(name)) << name;
  }
  for (const char* name :
       {"X-Trunkline-Identity", "x-forwarded-proto", "x-forwarded-host", "a b", ""}) {
    EXPECT_FALSE(may_be_unshared(name)) << name;
  }
}

TEST_F(ForwardingTest, RefusesFromASharedReadWhatItRefusesFromAnyOther) {
  http::Headers metadata;
  EXPECT_FALSE(forwarding.for_shared_read(rest({{"x_a", "1"}}), caller, metadata));
  EXPECT_FALSE(forwarding.for_shared_read(rest({{"authorization", "\xff"}}), caller, metadata));
}

TEST_F(ForwardingTest, LetsNoConfigurationAllowWhatMustNotPass) {
  ForwardingSettings settings;
  settings.rest_headers = {"X-Tenant",
                           "te",
                           "connection",
                           "host",
                           "content-type",
                           "grpc-timeout",
                           "grpc-encoding",
                           "grpc-status",
                           "x-data-bin",
                           ":path",
                           "x-forwarded-for",
                           "x-real-ip",
                           "x tenant",
                           "",
                           "x-trunkline-identity",
                           "proxy-x",
                           "x\xff",
                           "grpc-trace-bin"};
  const Forwarding lax(settings);
  http::Headers headers;
  for (const std::string& name : settings.rest_headers) headers.add(name, "1");
  headers.add("x-tenant", "7");
  EXPECT_EQ(text_of(lax.for_rest(rest(headers), caller).value()),
            std::string("x-tenant=7\n") + kOurOwn);
}

TEST_F(ForwardingTest, RefusesNamesWithAnUnderscoreFromRest) {
  for (const char* name : {"x_forwarded_for", "user_agent", "_", "a_b"}) {
    const Refused refused = refused_rest({{name, "1"}});
    EXPECT_EQ(refused.reason, Refusal::kFieldName) << name;
    EXPECT_EQ(refused.error.code, grpc::Code::kInvalidArgument);
  }
}

TEST_F(ForwardingTest, RefusesValuesThatAreNoMetadataFromRest) {
  for (const std::string& value :
       {std::string("\xc3\xa9"), std::string("a\tb"), std::string("\x7f"), std::string("a\0b", 3),
        std::string("a\r\nx: y")}) {
    const Refused refused = refused_rest({{"user-agent", value}});
    EXPECT_EQ(refused.reason, Refusal::kMetadata);
    EXPECT_EQ(refused.error.code, grpc::Code::kInvalidArgument);
    EXPECT_EQ(refused.error.message,
              "The header user-agent has a value that is not allowed; allowed is printable ASCII.");
  }
  EXPECT_EQ(text_of(from_rest({{"cookie", "\xc3\xa9"}})), kOurOwn) << "it stays here anyway";
}

TEST_F(ForwardingTest, RefusesTooMuchFromRestAsABadRequest) {
  const Refused refused = refused_rest({{"authorization", std::string(8'200, 'x')}});
  EXPECT_EQ(refused.reason, Refusal::kMetadata);
  EXPECT_EQ(refused.error.code, grpc::Code::kInvalidArgument) << "429 would ask for another try";
  EXPECT_EQ(from_rest({{"cookie", std::string(20'000, 'x')}}).size(), 3u);
}

// gRPC clients.

TEST_F(ForwardingTest, CarriesTheMetadataOfAGrpcCall) {
  const http::Headers sent{{"content-type", "application/grpc+proto"},
                           {"user-agent", "grpc-c++/1.51.1"},
                           {"grpc-encoding", "gzip"},
                           {"grpc-accept-encoding", "identity, gzip"},
                           {"grpc-message-type", "t.Thing"},
                           {"grpc-previous-rpc-attempts", "1"},
                           {"authorization", "Bearer x"},
                           {"x_tenant", "7"},
                           {"x.y", ""},
                           {"x-data-bin", "QUI="},
                           {"grpc-trace-bin", "AAAA"},
                           {"x-tenant", "a"},
                           {"x-tenant", "b"},
                           {"traceparent", "00-x"}};
  EXPECT_EQ(text_of(from_grpc(sent)), text_of(sent) + kOurOwn);
}

TEST_F(ForwardingTest, DropsReservedNamesOfGrpc) {
  EXPECT_EQ(text_of(from_grpc({{"grpc-status", "0"},
                               {"grpc-message", "x"},
                               {"grpc-status-details-bin", "!"},
                               {"grpc-internal-encoding-request", "gzip"},
                               {"grpc-retry-pushback-ms", "x"},
                               {"grpc-metadata-x", "y"},
                               {"grpc-", "y"}})),
            kOurOwn);
}

TEST_F(ForwardingTest, RefusesKeysThatAreNoMetadata) {
  for (const char* name : {":path", ":authority", "x!y", "x y", "X-Tenant", "x\xff", ""}) {
    const Refused refused = refused_grpc({{name, "1"}});
    EXPECT_EQ(refused.reason, Refusal::kMetadata) << name;
    EXPECT_EQ(refused.error.code, grpc::Code::kInvalidArgument) << name;
  }
}

TEST_F(ForwardingTest, RefusesTextThatIsNotPrintableAscii) {
  EXPECT_EQ(refused_grpc({{"x-tenant", "\xc3\xa9"}}).reason, Refusal::kMetadata);
  EXPECT_EQ(refused_grpc({{"x-tenant", "a\tb"}}).reason, Refusal::kMetadata);
}

TEST_F(ForwardingTest, RefusesBytesThatAreNoBase64) {
  for (const char* value : {"!", "QUJ", "QU-_", "Q", "QQ=", "QQ, QQ"}) {
    const Refused refused = refused_grpc({{"x-data-bin", value}});
    EXPECT_EQ(refused.reason, Refusal::kMetadata) << value;
    EXPECT_EQ(
        refused.error.message,
        "The header x-data-bin has a value that is not allowed; allowed is base64 as RFC 4648 "
        "has it.");
  }
}

TEST_F(ForwardingTest, PartsBinaryValuesThatShareAField) {
  EXPECT_EQ(text_of(from_grpc({{"x-data-bin", "QQ,QUI=,"}, {"x-text", "a,b"}})),
            std::string("x-data-bin=QQ\nx-data-bin=QUI=\nx-data-bin=\nx-text=a,b\n") + kOurOwn);
}

TEST_F(ForwardingTest, RefusesTooMuchFromGrpcAsExhausted) {
  const Refused refused = refused_grpc({{"x-tenant", std::string(8'200, 'x')}});
  EXPECT_EQ(refused.reason, Refusal::kMetadata);
  EXPECT_EQ(refused.error.code, grpc::Code::kResourceExhausted);
  EXPECT_EQ(refused.error.message, "The metadata is over 8192 bytes.");
}

TEST_F(ForwardingTest, CountsManySmallFieldsAndPartedOnes) {
  http::Headers many;
  for (int i = 0; i < 300; ++i) many.add("x", "");
  EXPECT_EQ(refused_grpc(many).error.code, grpc::Code::kResourceExhausted);
  EXPECT_EQ(refused_grpc({{"x-bin", std::string(300, ',')}}).error.code,
            grpc::Code::kResourceExhausted);
  EXPECT_EQ(from_grpc({{"te", std::string(10'000, 'x')}}).size(), 3u)
      << "what stays is not counted";
}

TEST_F(ForwardingTest, CountsAnAuthorityToo) {
  http::RequestHead head = grpc_call({});
  head.authority = std::string(9'000, 'a');
  EXPECT_EQ(forwarding.for_grpc(head, caller).error().error.code, grpc::Code::kResourceExhausted);
}

// Proxies in front.

class BehindAProxy : public ForwardingTest {
 protected:
  BehindAProxy() {
    ForwardingSettings settings;
    settings.trusted_proxies = {"10.0.0.0/8", "2001:db8::1", "no address"};
    forwarding = Forwarding(settings);
    caller = forwarding.caller("10.1.2.3", "");
  }
};

TEST_F(BehindAProxy, AppendsToWhatATrustedProxySays) {
  const http::Headers metadata = from_grpc({{"x-forwarded-for", "203.0.113.1, 203.0.113.2"},
                                            {"x-forwarded-proto", "https"},
                                            {"x-forwarded-host", "www.example"},
                                            {"x-forwarded-for", "203.0.113.3"},
                                            {"x-trunkline-identity", "admin"}});
  EXPECT_EQ(text_of(metadata),
            "x-forwarded-for=203.0.113.1, 203.0.113.2, 203.0.113.3, 10.1.2.3\n"
            "x-forwarded-proto=https\nx-forwarded-host=www.example\n");
}

TEST_F(BehindAProxy, SaysItsOwnWhereTheProxySaysNothingOfUse) {
  EXPECT_EQ(text_of(from_rest({{"x-forwarded-for", ""},
                               {"x-forwarded-proto", "gopher"},
                               {"x-forwarded-host", "a"},
                               {"x-forwarded-host", "b"}})),
            "x-forwarded-for=10.1.2.3\nx-forwarded-proto=http\nx-forwarded-host=api.example\n");
  EXPECT_EQ(text_of(from_rest({{"x-forwarded-host", "a, b"}})),
            "x-forwarded-for=10.1.2.3\nx-forwarded-proto=http\nx-forwarded-host=api.example\n");
}

TEST_F(BehindAProxy, RefusesAChainThatIsNoMetadata) {
  EXPECT_EQ(refused_rest({{"x-forwarded-for", "203.0.113.1\xff"}}).reason, Refusal::kMetadata);
}

TEST_F(BehindAProxy, BelievesOnlyThoseThatAreTrusted) {
  for (const char* address : {"11.0.0.1", "2001:db8::2", "127.0.0.1", "", "no address"}) {
    EXPECT_FALSE(forwarding.caller(address, "").trusted_proxy) << address;
  }
  for (const char* address : {"10.255.255.255", "2001:db8::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(forwarding.caller(address, "").trusted_proxy) << address;
  }
}

}  // namespace
}  // namespace trunkline::policy

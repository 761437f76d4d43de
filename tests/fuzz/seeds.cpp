// Writes a seed corpus: `seeds FOLDER` makes FOLDER/TARGET/… with conversations and texts that are
// right, for the fuzzer to make wrong.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "torture.pb.h"
#include <google/protobuf/util/json_util.h>

#include "tests/fuzz/input.hpp"
#include "tests/gateway/h2/wire.hpp"
#include "tests/gateway/transcode/random_message.hpp"

namespace trunkline::fuzz {
namespace {

using namespace h2;  // frames

using Seeds = std::vector<std::string>;

/// The four choices (see input.hpp), and what is fed.
std::string input(std::uint8_t options, std::uint8_t variant, std::string_view bytes) {
  const std::string choices{static_cast<char>(options), static_cast<char>(variant), '\1', '\2'};
  return choices + std::string(bytes);
}

std::string headers(std::uint32_t stream, std::string_view fields, bool end = true) {
  return frame(kHeaders, kEndHeaders | (end ? kEndStream : 0), stream, fields);
}

std::string number(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string setting(std::uint8_t id, std::uint32_t value) {
  return std::string{'\0', static_cast<char>(id)} + number(value);
}

std::string post_fields() {
  return field(":method", "POST") + field(":scheme", "http") + field(":authority", "a.example") +
         field(":path", "/a.B/C") + field("content-type", "application/grpc") +
         field("te", "trailers");
}

Seeds h2_conversations() {
  const std::string post = post_fields();
  std::string busy;
  for (std::uint32_t stream = 1; stream < 20; stream += 2) busy += headers(stream, get_fields());
  return {
      headers(1, get_fields()),
      busy,
      headers(1, get_fields("/v1/agents?page_size=5")) + headers(3, get_fields()),
      headers(1, post, false) + frame(kData, 0, 1, "hello") + frame(kData, kEndStream, 1, "world"),
      headers(1, post, false) + frame(kData, 0, 1, std::string(300, 'd')) +
          headers(1, field("x-sum", "1")),
      headers(1, post, false) + frame(kData, 0x8, 1, std::string("\x03") + "abc" + "\0\0\0"),
      frame(kHeaders, kEndStream, 1, get_fields().substr(0, 10)) +
          frame(kContinuation, kEndHeaders, 1, get_fields().substr(10)),
      // Priority and padding in HEADERS; fields out of HPACK's tables, and into the dynamic one.
      frame(kHeaders, 0x2d, 1, std::string("\x01") + number(3) + "\x10" + get_fields() + '\0'),
      headers(1,
              "\x82\x86\x84\x41\x01"
              "a\x40\x03x-a\x03"
              "abc") +
          headers(3, "\x82\x86\x84\xbe\xbf"),
      headers(1, field(":method", "CONNECT") + field(":authority", "a.example:80")),
      headers(1, field(":method", "OPTIONS") + field(":scheme", "http") + field(":path", "*") +
                     field("host", "a.example")),
      frame(kSettings, 0, 0, setting(4, 10) + setting(5, 16'384) + setting(1, 0)) +
          headers(1, get_fields()) + frame(kWindowUpdate, 0, 1, number(1000)) +
          frame(kWindowUpdate, 0, 0, number(1000)),
      frame(kPing, 0, 0, "12345678") + headers(1, get_fields(), false) +
          frame(kRstStream, 0, 1, number(8)) + frame(kData, 0, 1, "late"),
      headers(1, get_fields()) + frame(kGoaway, 0, 0, number(0) + number(0)),
      frame(2, 0, 1, number(0) + "\x10") + frame(0xbe, 0, 0, "unknown") + headers(1, get_fields()),
      headers(1, get_fields()) + frame(kPing, kAck, 0, "draining") + headers(3, get_fields()),
  };
}

Seeds h2_server() {
  Seeds seeds;
  std::uint8_t variant = 0;
  for (const auto& conversation : h2_conversations()) {
    seeds.push_back(input(0b010, variant += 16, conversation));
    seeds.push_back(input(0b111, variant, conversation));
    seeds.push_back(input(0b100, variant, hello() + conversation));
  }
  return seeds;
}

Seeds h2_client() {
  const std::string head = "\x88" + field("content-type", "application/grpc");
  const std::string trailers = field("grpc-status", "0") + field("grpc-message", "fine");
  const Seeds answers = {
      headers(1, head, false) + frame(kData, 0, 1, std::string("\0\0\0\0\x05hello", 10)) +
          headers(1, trailers),
      headers(1, head + trailers) + headers(3, head, false) + frame(kData, kEndStream, 3, "all"),
      headers(1, field(":status", "103"), false) + headers(1, head, false) +
          frame(kData, kEndStream, 1, ""),
      headers(1, head, false) + frame(kRstStream, 0, 1, number(7)) + headers(3, head),
      frame(kGoaway, 0, 0, number(1) + number(0)) + headers(1, head),
      frame(kSettings, 0, 0, setting(3, 1) + setting(4, 5)) + frame(kSettings, kAck, 0, "") +
          frame(kWindowUpdate, 0, 0, number(100)) + frame(kPing, kAck, 0, "12345678"),
      frame(5, kEndHeaders, 1, number(2) + get_fields()) + headers(1, head),
  };
  Seeds seeds;
  std::uint8_t variant = 0;
  for (const auto& answer : answers) {
    seeds.push_back(input(0b010, variant += 16, answer));
    seeds.push_back(input(0b001, variant + 3, frame(kSettings, 0, 0, "") + answer));
  }
  return seeds;
}

Seeds h1_server() {
  const Seeds requests = {
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\nGET /v1/agents?page_size=5 HTTP/1.1\r\nHost: a.example:8080\r\nAccept: */*\r\n\r\n",
      "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nHEAD / HTTP/1.0\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /y HTTP/1.1\r\n"
      "Host: a\r\nConnection: close\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
      "5;e=\"1\"\r\nhello\r\nb\r\n, my world!\r\n000\r\nX-Sum: 1\r\nY: \t2 \r\n\r\n"
      "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
      "GET http://b.example/x HTTP/1.1\r\nHost: a\r\nConnection: x-a, y\r\nX-A: 1\r\nTE: z\r\n\r\n",
      "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
  };
  Seeds seeds;
  std::string all;
  for (const auto& request : requests) {
    seeds.push_back(input(0b000, 200, request));
    seeds.push_back(input(0b101, 20, request));
    if (all.size() < 400) all += request;
  }
  seeds.push_back(input(0b000, 70, all));
  return seeds;
}

Seeds grpc_framing() {
  const std::string one("\0\0\0\0\x05hello", 10);
  const std::string empty(5, '\0');
  return {input(0, 3, one + empty + one), input(1, 4, one), input(0, 9, "\1" + one),
          input(0, 1, one.substr(0, 7)), input(0, 200, one + std::string("\0\xff\xff\xff\xff", 5))};
}

Seeds grpc_web() {
  return {input(0, 5, "AAAAAAVoZWxsbw=="), input(0, 3, "AAAAAAVoZQ==bGxvAA==Zm9vYmFy"),
          input(0, 4, "gAAAAA9ncnBjLXN0YXR1czowDQo="), input(0, 1, "AAA"), input(0, 2, "A===")};
}

Seeds grpc_text() {
  return {"100m", "99999999H", "0n", "5", "16", "17", "caf%C3%A9 100%25", "%zz%4",
          "application/grpc", "application/grpc-web-text+proto;charset=utf-8",
          "text/html, application/grpc-web",
          // google.rpc.Status with a BadRequest
          "CAMSA2JhZBo5Cih0eXBlLmdvb2dsZWFwaXMuY29tL2dvb2dsZS5ycGMuQmFkUmVxdWVzdBINCgsKBW5hbWVzEgJu"
          "bw=="};
}

Seeds route() {
  const std::string table =
      "GET /v1/agents\nGET /v1/{name=agents/*}\nPOST /v1/{name=agents/*}:login\n"
      "* /v1/files/{path=**}\nGET /v1/{a}/b/{c.d=x/*/y}\nDELETE /**\n\n";
  Seeds seeds;
  for (const char* line : {"GET /v1/agents", "GET /v1/agents/7", "POST /v1/agents/7:login",
                           "PUT /v1/files/a/b%2Fc", "GET /v1/q/b/x/z/y", "HEAD /v1/agents/%37",
                           "PATCH /", "GET /v1/agents/7:", "GET /v1//agents", "GET /%"}) {
    seeds.push_back(table + line);
  }
  return seeds;
}

Seeds path() {
  return {"/",           "*",      "/v1/agents?page_size=5",
          "/a/./b/../c", "/a//b/", "/%7Euser/%61%2e%2E/x",
          "/caf%c3%a9",  "/a%2Fb", "/..",
          "/a/..:watch", "/%252F", "/a?b=%zz#",
          "/a/.%2e/",    "/%"};
}

Seeds forwarding() {
  return {input(0, 0, "accept-language: de\nauthorization: Bearer x\nx-a: 1\nx-b-bin: AAA=,AA"),
          input(2, 0, "x-forwarded-for: 10.0.0.1\nx-forwarded-proto: https\nx_forwarded_for: y"),
          input(3, 0, "connection: x-a, keep-alive\nx-a: 1\nte: trailers\ngrpc-timeout: 1S"),
          input(0, 0,
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n"
                "tracestate: a=1,b@c=2\nx-trunkline-identity: me\nx-user: you")};
}

Seeds address() {
  return {
      "127.0.0.1:8080",   "[::1]:8443", "localhost:50051", "10.0.0.0/8",         "2001:db8::/32",
      "::ffff:127.0.0.1", "::1",        "fe80::1%eth0",    "[::ffff:1.2.3.4]:1", "a:65536"};
}

Seeds settings() {
  return {
      "{}",
      R"({"listen": {"http": "[::1]:80"}, "limits": {"bytes": 1024, "patience_ms": 5}})",
      R"({"idle_s": 1, /* a comment */ "collapse": false, "origins": ["https://a", "b"]})",
      R"({"upstreams": [{"address": "a:1", "mode": "tunnel", "lines": 64}, {"address": "b:2"}]})",
      R"({"upstreams": [{"lines": 1.5}], "lisen": {}, "listen.http": 1, "collapse": null})",
      R"({"a": {"a": [[[{"a": 1e400, "a": "\u0000\ud800"}]]]}})"};
}

Seeds transcode() {
  Seeds seeds;
  transcode::RandomMessage random(1);
  for (int sparseness = 4; sparseness < 40; sparseness += 2) {
    torture::Everything message;
    random.fill(message, 2, sparseness);
    for (const auto& wire : {message.SerializeAsString(), random.disordered(message)}) {
      if (wire.size() < 2000) seeds.push_back(input(1, 0, wire));
    }
  }
  for (const char* text :
       {"doubleField=1.5&floatField=-2e3&int32Field=-7&int64Field=-9223372036854775808",
        "uint32Field=4294967295&uint64Field=18446744073709551615&sint32Field=-5&fixed64Field=7",
        "boolField=true&stringField=hi&bytesField=YWJj&color=BLUE&string%5Ffield=a+b%2Bc",
        "child.child.name=x&child.tags=a&child.tags=b&int32s=3&int32s=1&colors=RED&colors=-3",
        "time=2015-04-01T14:00:00.5%2B02:00&duration=-1.5s&mask=aB.c,d&doubleValue=Infinity",
        "choiceNumber=0&optionalInt32=0&bytesValue=_-8&int64Values=1&int64Values=0",
        "a b\nint32Field=1&child.name=x\n{\"int32Field\": 7, \"child\": {\"name\": \"x\"}}"}) {
    seeds.push_back(input(0, 0, text));
  }
  return seeds;
}

Seeds transcode_request() {
  Seeds seeds;
  transcode::RandomMessage random(2);
  for (int sparseness = 4; sparseness < 60; sparseness += 2) {
    torture::Everything message;
    random.fill(message, 2, sparseness);
    std::string json;
    if (google::protobuf::util::MessageToJsonString(message, &json).ok() && json.size() < 2000)
      seeds.push_back(input(0, 4, json));
  }
  for (const char* json :
       {R"({"int32s": [1.0, 1e5, 100E-2, -0, "7"], "doubles": ["NaN", 1e-400, "-Infinity"]})",
        R"({"far_away": "z", "color": -3, "bool_field": true, "int32_field": 1, "child": null})",
        R"({"any": {"name": "x", "@type": "a/trunkline.torture.Child", "tags": ["y"]}})",
        R"({"any": {"value": {"value": "1s", "@type": "b/google.protobuf.Duration"}, "@type":)"
        R"( "a/google.protobuf.Any"}})",
        R"({"struct": {"b": [1, "x", {"y": null}], "a": true}, "value": [[], {}], "list": [0]})",
        R"({"int32Map": {"20": {}, "-1": {"name": "x"}}, "boolMap": {"true": "", "false": ""}})",
        R"({"time": "2015-04-01T14:00:00.5+02:00", "mask": "aB.c,d", "bytesValue": "_-8"})",
        R"({"stringField": "\u00e9\ud83d\ude00\n\/", "choiceNull": null})"})
    seeds.push_back(input(0, 4, json));
  seeds.push_back(
      input(0, 0, R"({"child": {"child": {"name": "x"}}, "strings": [], "time": null})"));
  seeds.push_back(input(0, 1, R"({"child": {"tags": ["a"], "name": "x"}, "int32Field": 1})"));
  seeds.push_back(input(1, 2, R"({"tags": ["a"], "stranger": {"a": [1, {}]}})"));
  seeds.push_back(input(0, 3, R"([{"name": "x"}, {}])"));
  return seeds;
}

Seeds negotiation() {
  return {"gzip, deflate, br, zstd", "gzip;q=0.5, br;q=0.25,*;q=0", "identity;q=0, x-gzip", "0.125",
          R"("0123abcd-gzip")",      R"(W/"0123abcd-gzip", "x" ,*)"};
}

const std::map<std::string, Seeds (*)()> kTargets = {{"h2_server", h2_server},
                                                     {"h2_client", h2_client},
                                                     {"h1_server", h1_server},
                                                     {"grpc_framing", grpc_framing},
                                                     {"grpc_web", grpc_web},
                                                     {"grpc_text", grpc_text},
                                                     {"negotiation", negotiation},
                                                     {"route", route},
                                                     {"path", path},
                                                     {"address", address},
                                                     {"settings", settings},
                                                     {"transcode", transcode},
                                                     {"forwarding", forwarding},
                                                     {"transcode_request", transcode_request}};

}  // namespace
}  // namespace trunkline::fuzz

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "Usage: seeds FOLDER\n");
    return 2;
  }
  for (const auto& [target, make] : trunkline::fuzz::kTargets) {
    const auto folder = std::filesystem::path(arguments[1]) / target;
    std::filesystem::create_directories(folder);
    int index = 0;
    for (const std::string& seed : make()) {
      std::ofstream file(folder / std::to_string(index++), std::ios::binary);
      file << seed;
      if (!file.flush()) {
        std::fprintf(stderr, "seeds: cannot write to %s\n", folder.c_str());
        return 1;
      }
    }
  }
  return 0;
}

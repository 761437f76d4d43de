// gRPC by Node's own HTTP/2 and nothing else: what stands in its frames. Arguments: the gateway's
// URL and the backend's.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';

import protobuf from 'protobufjs';

const { root } = protobuf.parse(
  readFileSync(new URL('../echo/echo.proto', import.meta.url), 'utf8'), { keepCase: true });
const Call = root.lookupType('echo.v1.Call');
const Answer = root.lookupType('echo.v1.Answer');

const [gateway, backend] = process.argv.slice(2).map((url) => http2.connect(url));
after(() => { gateway.close(); backend.close(); });

const END_STREAM = 0x1;

function framed(message, compressed = false) {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt8(compressed ? 1 : 0, 0);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

/// Head, body and trailers of the answer; `whole`: there was a head and nothing else.
function ask(session, headers, body) {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ...headers });
    const got = { trailers: {}, chunks: [] };
    stream.on('response', (head, flags) => {
      got.head = head;
      got.whole = (flags & END_STREAM) !== 0;
    });
    stream.on('trailers', (trailers) => { got.trailers = trailers; });
    stream.on('data', (chunk) => got.chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => resolve({ ...got, body: Buffer.concat(got.chunks) }));
    stream.end(body);
  });
}

const say = (headers = {}) => (
  { ':path': '/echo.v1.Echo/Say', 'content-type': 'application/grpc', te: 'trailers', ...headers });

function without(fields, ...names) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

test('compressed messages are left as they are, both ways', async () => {
  const payload = Buffer.alloc(100000, 'squeeze');
  const message = gzipSync(Call.encode({ payload, gzip: true }).finish());
  const headers = say({ 'grpc-encoding': 'gzip', 'grpc-accept-encoding': 'gzip' });
  const through = await ask(gateway, headers, framed(message, true));
  assert.equal(through.head['grpc-encoding'], 'gzip');
  assert.equal(through.body[0], 1);
  assert.ok(through.body.length < 2000, `${through.body.length} bytes`);
  assert.ok(payload.equals(Answer.decode(gunzipSync(through.body.subarray(5))).payload));
  const direct = await ask(backend, headers, framed(message, true));
  assert.ok(through.body.equals(direct.body));
});

test('an answer has the fields and trailers that the backend gave it', async () => {
  const headers = say({ 'x-initial-a': 'b', 'x-trailing-c-bin': 'AAEC' });
  const message = framed(Call.encode({ text: 'hello' }).finish());
  const through = await ask(gateway, headers, message);
  const direct = await ask(backend, headers, message);
  assert.deepEqual(without(through.head, 'date', 'x-request-id', 'traceparent'),
    without(direct.head, 'date'));
  assert.deepEqual({ ...through.trailers }, { ...direct.trailers });
  assert.ok(through.body.equals(direct.body));
});

test('an error without an answer is a head alone', async () => {
  const got = await ask(gateway, say(), framed(Call.encode({ code: 5, message: 'no' }).finish()));
  assert.equal(got.head[':status'], 200);
  assert.equal(got.head['content-type'], 'application/grpc');
  assert.equal(got.head['grpc-status'], '5');
  assert.equal(got.head['grpc-message'], 'no');
  assert.ok(got.whole);
});

test('an unknown method is UNIMPLEMENTED, in gRPC', async () => {
  for (const path of ['/echo.v1.Echo/Sing', '/nobody.Offers/This', '/']) {
    const got = await ask(gateway, say({ ':path': path }), framed(Buffer.alloc(0)));
    assert.equal(got.head[':status'], 200, path);
    assert.equal(got.head['grpc-status'], '12', path);
  }
});

test('a call is made by POST', async () => {
  const got = await ask(gateway, say({ ':method': 'GET' }));
  assert.equal(got.head[':status'], 405);
  assert.equal(got.head.allow, 'POST');
});

test('a call is made in a type that its method has', async () => {
  const got = await ask(gateway, say({ 'content-type': 'application/xml' }), '<a/>');
  assert.equal(got.head[':status'], 415);
});

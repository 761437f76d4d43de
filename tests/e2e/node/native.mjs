// @grpc/grpc-js against the gateway. Arguments: its address; for TLS also who vouches for it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import grpc from '@grpc/grpc-js';

import { echo, health, reflection } from './echo_proto.mjs';

const [address, authority] = process.argv.slice(2);
const credentials = authority
  ? grpc.credentials.createSsl(readFileSync(authority))
  : grpc.credentials.createInsecure();
const MiB = 1024 * 1024;
const options = { 'grpc.max_receive_message_length': 64 * MiB };

const client = new echo.Echo(address, credentials, options);
after(() => client.close());

/// What a unary or client-streaming call brought, whether it went well or not.
function answered(begin) {
  return new Promise((resolve) => {
    const got = { metadata: null, answer: null, error: null, status: null };
    const call = begin((error, answer) => Object.assign(got, { error, answer }));
    call.on('metadata', (metadata) => { got.metadata = metadata; });
    call.on('status', (status) => { got.status = status; setImmediate(() => resolve(got)); });
  });
}

/// The status with which a call ends; errors, too, are told by it.
function ended(call) {
  call.on('error', () => {});
  return new Promise((resolve) => call.on('status', resolve));
}

/// What a call with a streamed answer brought.
async function streamed(call) {
  const got = { metadata: null, answers: [], error: null, status: null };
  call.on('metadata', (metadata) => { got.metadata = metadata; });
  call.on('data', (answer) => got.answers.push(answer));
  call.on('error', (error) => { got.error = error; });
  got.status = await ended(call);
  return got;
}

async function fate(text, so) {
  for (const until = Date.now() + 5000; Date.now() < until; await pause(5)) {
    const { answer } = await answered((done) => client.Tell({ text }, done));
    if (so(answer)) return answer;
  }
  assert.fail(`the backend never saw it of ${text}`);
}

const name = (text) => `${text} ${address} ${process.pid}`;

test('a unary call is answered', async () => {
  const { answer, status } = await answered((done) => client.Say({ text: 'héllo' }, done));
  assert.equal(answer.text, 'héllo');
  assert.equal(status.code, grpc.status.OK);
});

test('a streamed answer comes whole and in order', async () => {
  const got = await streamed(client.Repeat({ text: 'again', times: 1000 }));
  assert.equal(got.status.code, grpc.status.OK);
  assert.deepEqual(got.answers.map((answer) => answer.number), [...Array(1000).keys()]);
});

test('messages of a streamed answer come as they are sent, not at its end', async () => {
  const call = client.Repeat({ times: 60, pause_ms: 1000 });
  const begun = Date.now();
  await once(call, 'data');
  assert.ok(Date.now() - begun < 10_000);
  call.on('error', () => {});
  call.cancel();
});

test('a streamed request comes whole', async () => {
  const got = await answered((done) => {
    const call = client.Gather(done);
    for (let i = 0; i < 1000; ++i) call.write({ payload: Buffer.alloc(100) });
    call.end();
    return call;
  });
  assert.deepEqual(got.answer, { messages: 1000, bytes: 100000 });
});

test('two streams talk to each other', async () => {
  const call = client.Converse();
  for (let i = 0; i < 50; ++i) {
    call.write({ text: `word ${i}` });
    const [answer] = await once(call, 'data');
    assert.equal(answer.text, `word ${i}`);
    assert.equal(answer.number, i);
  }
  call.end();
  call.resume();
  const status = await ended(call);
  assert.equal(status.code, grpc.status.OK);
});

test('many calls at once each get their own answer', async () => {
  const answers = await Promise.all([...Array(500).keys()].map(
    (i) => answered((done) => client.Say({ text: `${i}` }, done))));
  assert.deepEqual(answers.map(({ answer }) => answer.text), answers.map((_, i) => `${i}`));
});

test('metadata and trailers travel both ways, bytes as well', async () => {
  const metadata = new grpc.Metadata();
  metadata.set('x-initial-text', 'there');
  metadata.set('x-initial-bytes-bin', Buffer.from([0, 1, 254, 255]));
  metadata.set('x-trailing-text', 'and back');
  metadata.set('x-trailing-bytes-bin', Buffer.from([255, 0]));
  metadata.add('x-trailing-twice', 'one');
  metadata.add('x-trailing-twice', 'two');
  const got = await answered((done) => client.Say({}, metadata, done));
  assert.deepEqual(got.metadata.get('x-initial-text'), ['there']);
  assert.deepEqual(got.metadata.get('x-initial-bytes-bin'), [Buffer.from([0, 1, 254, 255])]);
  assert.deepEqual(got.status.metadata.get('x-trailing-text'), ['and back']);
  assert.deepEqual(got.status.metadata.get('x-trailing-bytes-bin'), [Buffer.from([255, 0])]);
  // Node joins fields of one name.
  assert.deepEqual(got.status.metadata.get('x-trailing-twice').join(', '), 'one, two');
});

test('an error without an answer has its code, message and trailers', async () => {
  const metadata = new grpc.Metadata();
  metadata.set('x-trailing-why', 'because');
  const { error } = await answered(
    (done) => client.Say({ code: 5, message: 'no such “thing”\n100%' }, metadata, done));
  assert.equal(error.code, grpc.status.NOT_FOUND);
  assert.equal(error.details, 'no such “thing”\n100%');
  assert.deepEqual(error.metadata.get('x-trailing-why'), ['because']);
});

test('an error in the middle of a streamed answer comes after what was sent', async () => {
  const got = await streamed(client.Repeat({ times: 3, code: 10, message: 'enough' }));
  assert.equal(got.answers.length, 3);
  assert.equal(got.status.code, grpc.status.ABORTED);
  assert.equal(got.status.details, 'enough');
});

test('a backend may end a call while its client still sends', async () => {
  const call = client.Converse();
  call.write({ code: 8, message: 'too much' });
  const got = await streamed(call);
  assert.equal(got.status.code, grpc.status.RESOURCE_EXHAUSTED);
  const gathered = await answered((done) => {
    const sending = client.Gather(done);
    sending.write({ code: 7, message: 'not you' });
    return sending;
  });
  assert.equal(gathered.error.code, grpc.status.PERMISSION_DENIED);
});

test('a service that nobody offers is UNIMPLEMENTED', async () => {
  const stranger = new (grpc.makeGenericClientConstructor({
    Get: {
      path: '/nobody.Offers/This', requestStream: false, responseStream: false,
      requestSerialize: () => Buffer.alloc(0), responseDeserialize: (bytes) => bytes,
    },
  }))(address, credentials);
  const { error } = await answered((done) => stranger.Get({}, done));
  assert.equal(error.code, grpc.status.UNIMPLEMENTED);
  stranger.close();
});

test('messages of 8 MiB pass, larger than any window', async () => {
  const payload = Buffer.alloc(8 * MiB);
  for (let i = 0; i < payload.length; i += 4096) payload.writeUInt32LE(i, i);
  const { answer, error } = await answered((done) => client.Say({ payload }, done));
  assert.equal(error, null);
  assert.ok(payload.equals(answer.payload));
});

test('a stream of 64 MiB passes a client that reads slowly', async () => {
  const call = client.Repeat({ payload: Buffer.alloc(MiB, 'x'), times: 64 });
  let count = 0;
  for await (const answer of call) {
    assert.equal(answer.number, count++);
    await pause(2);
  }
  assert.equal(count, 64);
});

test('compressed messages pass both ways', async () => {
  const squeezing = new echo.Echo(address, credentials, {
    ...options, 'grpc.default_compression_algorithm': 2,  // gzip
    'grpc.use_local_subchannel_pool': 1,
  });
  const payload = Buffer.alloc(4 * MiB, 'gateway');
  const got = await answered((done) => squeezing.Say({ payload, gzip: true }, done));
  assert.equal(got.error, null);
  assert.ok(payload.equals(got.answer.payload));
  squeezing.close();
});

test('a deadline ends the call in time, and the backend knows of it', async () => {
  const text = name('deadline');
  const begun = Date.now();
  const { error } = await answered(
    (done) => client.Wait({ text }, { deadline: Date.now() + 300 }, done));
  assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
  assert.ok(Date.now() - begun < 5000);
  const { allowed_ms } = await fate(text, ({ cancelled }) => cancelled);
  assert.ok(allowed_ms > 0 && allowed_ms <= 310, `the backend was allowed ${allowed_ms} ms`);
});

test('a call without a deadline reaches the backend without one', async () => {
  const text = name('no deadline');
  const call = client.Wait({ text }, () => {});
  const { allowed_ms } = await fate(text, ({ begun }) => begun);
  assert.equal(allowed_ms, -1);
  call.cancel();
});

test('a client that cancels ends the call at the backend', async () => {
  const text = name('cancel');
  const outcome = answered((done) => {
    const call = client.Wait({ text }, done);
    fate(text, ({ begun }) => begun).then(() => call.cancel());
    return call;
  });
  assert.equal((await outcome).error.code, grpc.status.CANCELLED);
  await fate(text, ({ cancelled }) => cancelled);
});

test('a client that is gone ends its calls at the backend', async () => {
  const text = name('gone');
  const wait = fileURLToPath(new URL('wait.mjs', import.meta.url));
  const leaving = spawn(process.execPath, [wait, address, text, ...(authority ? [authority] : [])]);
  await fate(text, ({ begun }) => begun);
  leaving.kill('SIGKILL');
  await fate(text, ({ cancelled }) => cancelled);
});

test('health is asked through the gateway, once and as a stream', async () => {
  const asking = new health.Health(address, credentials);
  const { answer } = await answered((done) => asking.Check({ service: '' }, done));
  assert.equal(answer.status, 1);
  const watching = asking.Watch({ service: '' });
  watching.on('error', () => {});
  const [first] = await once(watching, 'data');
  assert.equal(first.status, 1);
  watching.cancel();
  const unknown = await answered((done) => asking.Check({ service: 'nobody' }, done));
  assert.equal(unknown.error.code, grpc.status.NOT_FOUND);
  asking.close();
});

test('reflection tells the services and their files', async () => {
  const asking = new reflection.ServerReflection(address, credentials);
  const call = asking.ServerReflectionInfo();
  call.write({ list_services: '*' });
  const [listed] = await once(call, 'data');
  const names = listed.list_services_response.service.map((service) => service.name);
  assert.ok(names.includes('echo.v1.Echo'), names.join(' '));
  call.write({ file_containing_symbol: 'echo.v1.Echo' });
  const [file] = await once(call, 'data');
  assert.ok(file.file_descriptor_response.file_descriptor_proto[0].includes('echo.proto'));
  call.end();
  call.resume();
  await ended(call);
  asking.close();
});

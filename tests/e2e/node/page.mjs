// Runs in the browser: grpc-web, and the client of @improbable-eng, against the gateway, which is
// of another origin. Tells what it found to where it came from.

import { GrpcWebClientBase, MethodDescriptor, MethodType } from '/grpc-web.mjs';

/* global protobuf, grpc */

const gateway = new URLSearchParams(location.search).get('gateway');
const { root } = protobuf.parse(await (await fetch('/echo.proto')).text(), { keepCase: true });
const results = [];

function same(got, wanted) {
  const [left, right] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`it is ${left} and not ${right}`);
}

function so(condition, what) {
  if (!condition) throw new Error(`it is not so that ${what}`);
}

async function test(name, body) {
  const late = new Promise((_, reject) => setTimeout(reject, 20000, new Error('it took too long')));
  try {
    await Promise.race([body(), late]);
    results.push({ name });
  } catch (error) {
    results.push({ name, error: String(error?.stack ?? error) });
  }
}

function method(name, answer, type = MethodType.UNARY, path = `/echo.v1.Echo/${name}`) {
  const [Call, Answer] = [root.lookupType('echo.v1.Call'), root.lookupType(`echo.v1.${answer}`)];
  return new MethodDescriptor(path, type, Object, Object,
    (call) => Call.encode(call).finish(),
    (bytes) => Answer.toObject(Answer.decode(bytes), { longs: Number, defaults: true }));
}

const methods = {
  say: method('Say', 'Answer'),
  gather: method('Gather', 'Summary'),
  wait: method('Wait', 'Answer'),
  tell: method('Tell', 'Fate'),
  repeat: method('Repeat', 'Answer', MethodType.SERVER_STREAMING),
  waiting: method('Wait', 'Answer', MethodType.SERVER_STREAMING),
  nobody: method('', 'Answer', MethodType.UNARY, '/nobody.Offers/This'),
};

for (const format of ['text', 'binary']) {
  const client = new GrpcWebClientBase({ format });
  const ask = (descriptor, call, metadata = {}) => new Promise((resolve) => {
    const got = { metadata: {} };
    client.rpcCall(gateway + descriptor.getName(), call, metadata, descriptor,
      (error, answer) => resolve(Object.assign(got, { error, answer })))
      .on('metadata', (fields) => { got.metadata = fields; });
  });
  const begin = (descriptor, call, metadata = {}) => (
    client.serverStreaming(gateway + descriptor.getName(), call, metadata, descriptor));
  const streamed = (stream) => new Promise((resolve) => {
    const got = { answers: [], at: [], error: null };
    const done = () => resolve(got);
    stream.on('data', (answer) => { got.answers.push(answer); got.at.push(performance.now()); });
    stream.on('error', (error) => { got.error = error; done(); });
    stream.on('status', (status) => { got.status = status; });
    stream.on('end', done);
  });
  const fate = async (text, wanted) => {
    for (;;) {
      const { answer } = await ask(methods.tell, { text });
      if (wanted(answer)) return answer;
    }
  };

  await test(`${format}: a unary call is answered`, async () => {
    const { answer, error } = await ask(methods.say, { text: 'héllo' });
    same(error, null);
    same(answer.text, 'héllo');
  });

  await test(`${format}: a streamed answer comes whole and in order`, async () => {
    const got = await streamed(begin(methods.repeat, { text: 'again', times: 300 }));
    same(got.answers.map(({ number }) => number), [...Array(300).keys()]);
    same(got.status.code, 0);
  });

  await test(`${format}: metadata and trailers come back`, async () => {
    const { metadata } = await ask(methods.say, {}, { 'x-initial-text': 'there' });
    same(metadata['x-initial-text'], 'there');
    const got = await streamed(begin(methods.repeat, { times: 1 }, { 'x-trailing-text': 'back' }));
    same(got.status.metadata['x-trailing-text'], 'back');
  });

  await test(`${format}: an error without an answer has its code and message`, async () => {
    const { error } = await ask(methods.say, { code: 5, message: 'no such “thing”: 100%' });
    same([error.code, error.message], [5, 'no such “thing”: 100%']);
  });

  await test(`${format}: an error after answers has its code, message and trailers`, async () => {
    const got = await streamed(
      begin(methods.repeat, { times: 3, code: 10, message: 'enough' }, { 'x-trailing-why': 'so' }));
    same(got.answers.length, 3);
    same([got.error.code, got.error.message], [10, 'enough']);
    same(got.error.metadata['x-trailing-why'], 'so');
  });

  await test(`${format}: a service that nobody offers is UNIMPLEMENTED`, async () => {
    same((await ask(methods.nobody, {})).error.code, 12);
  });

  await test(`${format}: a deadline ends the call, at the backend too`, async () => {
    const text = `deadline ${format} ${gateway}`;
    const { error } = await ask(methods.wait, { text }, { deadline: `${Date.now() + 300}` });
    same(error.code, 4);
    const { allowed_ms } = await fate(text, ({ cancelled }) => cancelled);
    so(allowed_ms > 0 && allowed_ms <= 300, `${allowed_ms} ms are at most 300`);
  });

  await test(`${format}: a page that cancels ends the call at the backend`, async () => {
    const text = `cancel ${format} ${gateway}`;
    const stream = begin(methods.waiting, { text });
    await fate(text, ({ begun }) => begun);
    stream.cancel();
    await fate(text, ({ cancelled }) => cancelled);
  });

  await test(`${format}: a request of 8 MiB passes, and an answer of 3`, async () => {
    const MiB = 1024 * 1024;
    const { answer } = await ask(methods.gather, { payload: new Uint8Array(8 * MiB) });
    same(answer.bytes, 8 * MiB);
    const payload = Uint8Array.from({ length: 3 * MiB }, (_, i) => i * i);
    const echoed = await ask(methods.say, { payload });
    so(payload.every((byte, i) => byte === echoed.answer.payload[i]), 'the bytes come back');
  });
}

await test('text: messages come as they are sent, not at the end', async () => {
  const stream = new GrpcWebClientBase({ format: 'text' }).serverStreaming(
    `${gateway}/echo.v1.Echo/Repeat`, { times: 60, pause_ms: 1000 }, {}, methods.repeat);
  const begun = performance.now();
  await new Promise((resolve) => { stream.on('data', resolve); });
  so(performance.now() - begun < 10_000, 'the first message was not kept back');
  stream.cancel();
});

/// The other client, which reads a binary answer as it comes, by fetch.
function invoke(name, call) {
  const [Call, Answer] = [root.lookupType('echo.v1.Call'), root.lookupType('echo.v1.Answer')];
  return new Promise((resolve) => {
    const got = { answers: [], at: [] };
    const begun = performance.now();
    grpc.invoke({
      methodName: name,
      service: { serviceName: 'echo.v1.Echo' },
      requestStream: false,
      responseStream: true,
      requestType: Object,
      responseType: { deserializeBinary: (bytes) => Answer.decode(bytes) },
    }, {
      host: gateway,
      request: { serializeBinary: () => Call.encode(call).finish() },
      onMessage: (answer) => { got.answers.push(answer); got.at.push(performance.now() - begun); },
      onEnd: (code, message) => resolve({ ...got, code, message }),
    });
  });
}

await test('improbable: a streamed answer comes as it is sent, and its status at the end', async () => {
  const got = await invoke('Repeat', { times: 3, pause_ms: 400, code: 9, message: 'not “now”' });
  same(got.answers.length, 3);
  same([got.code, got.message], [9, 'not “now”']);
  so(got.at[2] - got.at[0] > 600, 'messages were not kept back');
});

await test('improbable: an error without an answer has its code and message', async () => {
  const got = await invoke('Say', { code: 7, message: 'not you' });
  same([got.code, got.message], [7, 'not you']);
});

await test('a page whose origin is not allowed gets nothing', async () => {
  const frame = document.createElement('iframe');
  frame.src = `http://localhost:${location.port}/refused.html?gateway=${gateway}`;
  const told = new Promise((resolve) => { onmessage = ({ data }) => resolve(data); });
  document.body.append(frame);
  same(await told, 'TypeError');
});

await fetch('/result', { method: 'POST', body: JSON.stringify(results) });

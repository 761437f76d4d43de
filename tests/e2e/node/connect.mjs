// Connect's own client in Node against the gateway. Arguments: a file with echo.proto's descriptors;
// the gateway's URL; which HTTP to speak; for TLS also who vouches for it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';

const [descriptors, baseUrl, httpVersion, authority] = process.argv.slice(2);

const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));

const client = (options = {}) => createClient(
  registry.getService('echo.v1.Echo'),
  createConnectTransport({
    baseUrl, httpVersion, useBinaryFormat: false,
    nodeOptions: authority ? { ca: readFileSync(authority) } : {},
    ...options,
  }));

/// The error with which a call ends.
async function failure(call) {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error('It did not fail.');
}

test('a message comes back, and what travels beside it', async () => {
  let header = null;
  let trailer = null;
  const payload = new Uint8Array([0, 255, 1]);
  const answer = await client().say({ text: 'hi', payload }, {
    headers: { 'x-initial-text': 'there', 'x-trailing-text': 'and back' },
    onHeader: (fields) => { header = fields; },
    onTrailer: (fields) => { trailer = fields; },
  });
  assert.equal(answer.text, 'hi');
  assert.deepEqual(answer.payload, payload);
  assert.equal(header.get('x-initial-text'), 'there');
  assert.equal(trailer.get('x-trailing-text'), 'and back');
});

test('a call without side effects may go by GET', async () => {
  const answer = await client({ useHttpGet: true }).say({ text: 'ä&=?' });
  assert.equal(answer.text, 'ä&=?');
});

test('an error has its code, its words and its details', async () => {
  const error = await failure(client().say({
    code: Code.FailedPrecondition, message: 'not nöw', detailed: true, text: 'hi',
  }));
  assert.equal(error.code, Code.FailedPrecondition);
  assert.equal(error.rawMessage, 'not nöw');
  const [call] = error.findDetails(registry.getMessage('echo.v1.Call'));
  assert.equal(call.text, 'hi');
});

test('a timeout ends the call', async () => {
  const error = await failure(client().wait({ text: 'connect' }, { timeoutMs: 200 }));
  assert.equal(error.code, Code.DeadlineExceeded);
});

test('a method that is not there is said to be so', async () => {
  const elsewhere = client({ baseUrl: `${baseUrl}/nowhere` });
  assert.equal((await failure(elsewhere.say({}))).code, Code.Unimplemented);
});

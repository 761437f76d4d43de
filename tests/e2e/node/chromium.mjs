// Serves page.html on an origin of its own, opens it in headless Chromium and tells what it found.
// Arguments: the port to serve at, and the gateway's URL.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [port, gateway] = process.argv.slice(2);
const PATIENCE = 90_000;

const files = {
  '/': ['text/html', 'page.html'],
  '/refused.html': ['text/html', 'refused.html'],
  '/page.mjs': ['text/javascript', 'page.mjs'],
  '/echo.proto': ['text/plain', '../echo/echo.proto'],
  '/grpc-web.mjs': ['text/javascript', 'node_modules/grpc-web/index.esm.js'],
  '/improbable.js':
    ['text/javascript', 'node_modules/@improbable-eng/grpc-web/dist/grpc-web-client.umd.js'],
  '/protobuf.js': ['text/javascript', 'node_modules/protobufjs/dist/protobuf.js'],
};

let tell;
const told = new Promise((resolve) => { tell = resolve; });

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'POST' && pathname === '/result') {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      tell(JSON.parse(Buffer.concat(chunks)));
    });
    return;
  }
  const [type, path] = files[pathname] ?? [];
  if (!path) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': type });
  response.end(readFileSync(new URL(path, import.meta.url)));
});
await new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve); });

const profile = mkdtempSync(join(tmpdir(), 'trunkline-chromium-'));
const browser = spawn('chromium', [
  '--headless=new', `--user-data-dir=${profile}`, '--disable-gpu', '--disable-dev-shm-usage',
  '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--no-proxy-server', '--enable-logging=stderr',
  // It ends when this pipe does, and so when this program does.
  '--remote-debugging-pipe',
  // Chromium's sandbox does not run for root. The gateway's authority is of these tests alone.
  '--no-sandbox', '--ignore-certificate-errors',
  `http://127.0.0.1:${port}/?gateway=${encodeURIComponent(gateway)}`,
], { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
const gone = new Promise((resolve) => { browser.on('close', resolve); });
let log = '';
browser.stderr.on('data', (chunk) => { log += chunk; });
browser.on('error', (error) => { log += error; tell([]); });
browser.on('exit', () => tell([]));
const late = setTimeout(() => tell([]), PATIENCE);

const results = await told;
clearTimeout(late);
for (const pipe of browser.stdio) pipe?.on('error', () => {});
browser.stdio[3].write('{"id":1,"method":"Browser.close"}\0');
await gone;
server.close();
server.closeAllConnections();
rmSync(profile, { recursive: true, force: true, maxRetries: 10 });

for (const { name, error } of results) {
  console.log(error ? `not ok: ${name}\n  ${error}` : `ok: ${name}`);
}
if (results.length === 0) console.log(`The page told nothing. Chromium logged:\n${log}`);
process.exitCode = results.length > 0 && results.every(({ error }) => !error) ? 0 : 1;

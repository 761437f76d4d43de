// The reference at /docs in headless Chromium, and the document at /openapi.json that it shows.
// Arguments: the gateway's URL, and which backend stands behind it: agents or echo.

import { execFileSync } from 'node:child_process';

import { Validator } from '@seriousme/openapi-schema-validator';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const [gateway, behind] = process.argv.slice(2);
const faults = [];

function so(what, text) {
  if (!what) throw new Error(text);
}

function same(left, right) {
  const [a, b] = [JSON.stringify(left), JSON.stringify(right)];
  so(a === b, `${a} is not ${b}`);
}

async function test(name, run) {
  try {
    await run();
    console.log(`ok: ${name}`);
  } catch (error) {
    console.log(`not ok: ${name}\n  ${error.message}`);
    process.exitCode = 1;
  }
}

const response = await fetch(`${gateway}/openapi.json`);
const text = await response.text();
const api = JSON.parse(text);
const operations = Object.values(api.paths).flatMap((item) => Object.values(item));

const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--no-proxy-server'],
});

/** A page that is done loading. What it complains of, or asks of others, is a fault. */
async function opened({ hash = '', width = 1280, height = 900, colorScheme = 'light', all = true } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.setDefaultTimeout(20_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${gateway}/`) && !request.url().startsWith('data:')) {
      faults.push(`asks ${request.url()}`);
    }
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (violation) => {
      console.error(`violates ${violation.effectiveDirective}: ${violation.blockedURI}`);
    });
  });
  await page.goto(`${gateway}/docs${hash}`);
  await page.locator('.operation').first().waitFor();
  const button = page.getByRole('button', { name: 'Open all' });
  if (all && await button.isVisible()) await button.click();
  if (all) {
    await page.waitForFunction(() => [...document.querySelectorAll('.operation')]
      .every((operation) => operation.open && operation.children.length > 1));
  }
  return page;
}

const card = (page, id) => page.locator(`[id="${id}"]`);
const send = (within) => within.getByRole('button', { name: 'Send' }).click();
const status = (within) => within.locator('.status');

await test('the document is valid OpenAPI 3.1', async () => {
  same(response.headers.get('content-type'), 'application/json');
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  so(valid, JSON.stringify(errors));
  same(api.openapi, '3.1.0');
});

await test('every operation and every schema is named once', async () => {
  const ids = operations.map(({ operationId }) => operationId);
  same(ids.length, new Set(ids).size);
  same(await (await fetch(`${gateway}/openapi.json`)).text(), text);
});

await test('the page may load nothing but what is its own', async () => {
  const { headers } = await fetch(`${gateway}/docs`);
  const policy = headers.get('content-security-policy');
  so(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'"), policy);
  so(!policy.includes('unsafe'), policy);
  same(headers.get('x-content-type-options'), 'nosniff');
});

await test('every service and every method is shown', async () => {
  const page = await opened();
  for (const { name } of api.tags) {
    await page.getByRole('region', { name }).waitFor();
  }
  same(await page.locator('.operation').count(), operations.length);
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const shown = card(page, operation.operationId);
      same(await shown.locator('summary .path').first().innerText(), path);
      same(await shown.locator('summary .method').first().innerText(), method.toUpperCase());
      const names = await shown.locator('.parameters .name').allInnerTexts();
      same(names, (operation.parameters ?? []).map((parameter) => parameter.name));
      so((await shown.locator('.command code').innerText()).startsWith('curl '), 'a curl line');
    }
  }
  await page.close();
});

await test('it fits a phone, a tablet and a desk, in the light and in the dark', async () => {
  for (const width of [320, 390, 900, 1280, 2560]) {
    const page = await opened({ width, colorScheme: width % 20 ? 'light' : 'dark' });
    same(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await page.close();
  }
});

await test('those who see or hear otherwise can use it', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await opened({ colorScheme });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    same(violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]), []);
    await page.close();
  }
});

await test('a link leads to its method, and the keyboard to the filter', async () => {
  const { operationId } = operations.at(-1);
  const page = await opened({ hash: `#${operationId}`, all: false });
  const shown = card(page, operationId);
  so(await shown.evaluate((element) => element.open), 'it is open');
  same(await page.evaluate(() => document.activeElement.parentElement.id), operationId);
  await page.keyboard.press('/');
  await page.keyboard.type(operationId.toLowerCase());
  await page.getByText(`1 of ${operations.length} methods`).waitFor();
  same(await page.locator('.operation:visible').count(), 1);
  await page.keyboard.press('Escape');
  same(await page.locator('.operation:visible').count(), operations.length);
  await page.close();
});

// What no service of ours has.
const foreign = {
  openapi: '3.1.0',
  info: { title: 'Foreign', version: '1' },
  tags: [{
    name: 'a.Files',
    description: '<img src=x onerror=alert(1)> and `<b>code</b>`',
    'x-grpc-only': [{ rpc: '/a.Files/Flow', description: 'Goes on.' }],
  }],
  paths: {
    '/files/{path}': {
      'x-operations': [{
        method: 'PURGE',
        template: '/files/{path=**}',
        operation: {
          tags: ['a.Files'],
          operationId: 'Files_Purge',
          parameters: [
            {
              name: 'path',
              in: 'path',
              required: true,
              'x-multi-segment': true,
              schema: { type: 'string' },
            },
            { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
            { name: 'how', in: 'query', schema: { $ref: '#/components/schemas/a.How' } },
          ],
          responses: {
            200: {
              content: { 'application/json': { schema: { $ref: '#/components/schemas/a.Tree' } } },
            },
          },
        },
      }],
    },
  },
  components: {
    schemas: {
      'a.How': { type: 'string', enum: ['SOFT', 'HARD'] },
      'a.Tree': { type: 'object', properties: { inner: { $ref: '#/components/schemas/a.Tree' } } },
    },
  },
};

await test('methods, paths and texts of every kind are shown', async () => {
  const page = await browser.newPage();
  await page.route('**/openapi.json', (route) => route.fulfill({ json: foreign }));
  await page.goto(`${gateway}/docs`);
  const purge = card(page, 'Files_Purge');
  await purge.locator('[name=path]').fill('a b/c?');
  await purge.locator('[name=tags]').fill('x\n"y"');
  await purge.locator('[name=how]').selectOption('HARD');
  same(await purge.locator('.command code').innerText(),
    `curl -X PURGE '${gateway}/files/a%20b/c%3F?tags=x&tags=%22y%22&how=HARD'`);
  // A schema that holds itself opens as far as it is asked.
  await purge.locator('.tree summary').first().click();
  await purge.locator('.tree .tree summary').first().click();
  const third = purge.locator('.tree .tree .tree > li');
  await third.first().waitFor();  // what is opened is filled a moment later
  same(await third.count(), 1);
  await page.getByText('<img src=x onerror=alert(1)> and').waitFor();
  same(await page.locator('main img, main b').count(), 0);
  await page.getByText('/a.Files/Flow').waitFor();
  await page.close();
});

await test('a body of messages that all have each other begins with an example of a size to read', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `M${i}`);
  const properties = Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/schemas/a.${name}` }]));
  const schemas = Object.fromEntries(names.map((name) => [`a.${name}`, { type: 'object', properties }]));
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/a.M0' } } };
  const put = { tags: ['a.Files'], operationId: 'Files_Put', requestBody: { content }, responses: {} };
  const page = await browser.newPage();
  await page.route('**/openapi.json', (route) => route.fulfill({
    json: { ...foreign, paths: { '/files': { put } }, components: { schemas } },
  }));
  await page.goto(`${gateway}/docs`);
  const example = await card(page, 'Files_Put').locator('[name=body]').inputValue();
  so(Object.keys(JSON.parse(example)).length > 0 && example.length < 10_000, `${example.length}`);
  await page.close();
});

await test('a link that leads nowhere leaves the page as it is', async () => {
  const page = await opened({ hash: '#%E0', all: false });
  await page.getByRole('button', { name: /^(Open|Close) all$/ }).waitFor();
  same(await page.locator('#state').innerText(), '');
  await page.close();
});

await test('a description that can\'t be had is said', async () => {
  const page = await browser.newPage();
  await page.route('**/openapi.json', (route) => route.fulfill({ status: 503 }));
  await page.goto(`${gateway}/docs`);
  await page.getByText("services can't be read: the gateway says 503.").waitFor();
  await page.close();
});

async function tryAgents() {
  await test('ListAgents is tried by a click, and shows 50 agents', async () => {
    const page = await opened();
    const list = card(page, 'AgentService_ListAgents');
    await send(list);
    const answer = JSON.parse(await list.locator('.answer pre').innerText());
    same(answer.agents.length, 50);
    so((await status(list).innerText()).startsWith('200 OK'), await status(list).innerText());
    await list.getByLabel('pageSize').fill('3');
    await list.getByLabel('pageSize').press('Enter');
    await list.getByText('"nextPageToken"').waitFor();
    same(JSON.parse(await list.locator('.answer pre').innerText()).agents.length, 3);
    await page.close();
  });

  await test('the curl line says what the form does', async () => {
    const page = await opened();
    const list = card(page, 'AgentService_ListAgents');
    await list.getByLabel('pageSize').fill('2');
    const line = await list.locator('.command code').innerText();
    const answer = execFileSync('sh', ['-c', line.replace('curl', 'curl -s --noproxy "*"')]);
    same(JSON.parse(answer).agents.length, 2);
    await page.close();
  });

  await test('an error is shown as it came', async () => {
    const page = await opened();
    const get = card(page, 'AgentService_GetAgent');
    await get.locator('[name=agent]').fill('4/2 ü');
    await send(get);
    await get.getByText('"INVALID_ARGUMENT"').waitFor();
    so((await status(get).innerText()).startsWith('400 '), await status(get).innerText());
    for (let waits = 0; faults.length === 0 && waits < 100; ++waits) {
      await page.waitForTimeout(50);  // the console may hear of it after the page
    }
    same(faults.splice(0).map((fault) => /status of 400/.test(fault)), [true]);
    await page.close();
  });

  await test('comments of fields are where the fields are', async () => {
    const page = await opened();
    const get = card(page, 'AgentService_GetAgent');
    await get.locator('summary', { hasText: 'login' }).click();
    await get.getByText('When the agent logged in.').waitFor();
    await page.close();
  });
}

async function tryEcho() {
  const values = async (within, filled) => {
    for (const [name, value] of Object.entries(filled)) {
      await within.locator(`[name="${name}"]`).first().fill(value);
    }
  };

  for (const type of ['text/event-stream', 'application/x-ndjson']) {
    await test(`${type} is shown as it comes, and stopped by a click`, async () => {
      const page = await opened();
      const repeat = card(page, 'Echo_Repeat');
      await values(repeat, { text: 'again', times: '1000', pauseMs: '50' });
      await repeat.getByLabel('accept').selectOption(type);
      await send(repeat);
      await repeat.locator('.items li').nth(2).waitFor();
      await repeat.getByRole('button', { name: 'Stop' }).click();
      await repeat.getByText('Stopped after').waitFor();
      so(await repeat.locator('.items li').count() < 1000, 'it was stopped');
      same(JSON.parse(await repeat.locator('.items pre').nth(1).innerText()),
        { text: 'again', number: 1 });
      so(await repeat.getByRole('button', { name: 'Send' }).isEnabled(), 'it may be sent again');
      await page.close();
    });
  }

  await test('an error within a stream stands out', async () => {
    const page = await opened();
    const repeat = card(page, 'Echo_Repeat');
    await values(repeat, { text: 'a', times: '2', code: '10', message: 'enough' });
    await send(repeat);
    await repeat.locator('.items .bad').waitFor();
    same(await repeat.locator('.items li').count(), 3);
    so((await repeat.locator('.items .bad').innerText()).includes('enough'), 'it says why');
    await page.close();
  });

  await test('a body is sent, and a stream of lines', async () => {
    const page = await opened();
    const say = card(page, 'Echo_Say');
    await values(say, { body: '{"text": "it\'s <b>here</b>"}' });
    await send(say);
    same(JSON.parse(await say.locator('.answer pre').innerText()), { text: "it's <b>here</b>" });
    const line = await say.locator('.command code').innerText();
    const answer = execFileSync('sh', ['-c', line.replace('curl', 'curl -s --noproxy "*"')]);
    same(JSON.parse(answer), { text: "it's <b>here</b>" });
    const gather = card(page, 'Echo_Gather');
    await values(gather, { body: '{"text": "a"}\n{"text": "b"}\n' });
    await send(gather);
    same(JSON.parse(await gather.locator('.answer pre').innerText()), { messages: 2 });
    await page.close();
  });
}

await (behind === 'echo' ? tryEcho() : tryAgents());
await test('nobody complained, and nobody else was asked', () => same(faults, []));
await browser.close();

// The wallboard and the public page in headless Chromium. Arguments: the gateway's URL, the database
// behind it, and a file that makes the gateway go away and come back when it is put there.

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';

import axe from 'axe-core';
import { chromium } from 'playwright-core';

const [gateway, conninfo, restart] = process.argv.slice(2);
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

const sql = (text) => execFileSync('psql', [conninfo, '-qAtc', text], { encoding: 'utf8' }).trim();

const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--no-proxy-server'],
});

async function opened({ path = '/', width = 1280, height = 800, colorScheme = 'light', live = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme, ignoreHTTPSErrors: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${gateway}/`) && !request.url().startsWith('data:')) {
      faults.push(`asks ${request.url()}`);
    }
  });
  await page.goto(`${gateway}${path}`);
  if (live) await page.locator('#link[data-state=live]').waitFor();
  return page;
}

const tile = (page, id) => page.locator(`[data-agent="agents/${id}"]`);
const inState = (page, id, state) => page.locator(`[data-agent="agents/${id}"][data-state=${state}]`);
const count = (page, state) => page.locator(`#states [data-state=${state}] .count`);

sql('TRUNCATE agent_login_status, agent_membership_status, trunkline.live_state, trunkline.idempotency_keys');

await test('everybody is shown, by what they do', async () => {
  const page = await opened();
  same(await page.locator('.tile').count(), Number(sql('SELECT count(*) FROM agentfeatures')));
  same(await count(page, 'LOGGED_OUT').innerText(), sql('SELECT count(*) FROM agentfeatures'));
  same(await page.locator('.queue').count(), Number(sql('SELECT count(*) FROM queuefeatures')));
  await page.context().close();
});

await test('what is changed in psql is there within a second', async () => {
  const page = await opened();
  await page.evaluate(() => {
    new MutationObserver(() => {
      if (document.querySelector('[data-agent="agents/7"][data-state=IN_CALL]')) globalThis.seen ??= Date.now();
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  const asked = Date.now();
  sql(`INSERT INTO agent_login_status (agent_id, agent_number, extension, context, interface,
      state_interface) SELECT id, number, '1077', 'default', 'x7', 'x7' FROM agentfeatures WHERE id = 7;
    INSERT INTO trunkline.live_state VALUES (7, 'reachable', now(), 'talking', now())`);
  await inState(page, 7, 'IN_CALL').waitFor();
  const took = await page.evaluate(() => globalThis.seen) - asked;
  console.log(`    after ${took} ms`);
  so(took < 1000, `it took ${took} ms`);
  same(await count(page, 'IN_CALL').innerText(), '1');
  await page.context().close();
});

await test('an agent logs in, pauses, goes on and logs off by clicks', async () => {
  const page = await opened();
  await tile(page, 1).click();
  await page.getByLabel('Extension').fill('1001');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await inState(page, 1, 'AVAILABLE').waitFor();
  same(sql('SELECT extension FROM agent_login_status WHERE agent_id = 1'), '1001');
  await tile(page, 1).click();
  await page.getByLabel('Reason').fill('lunch');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await inState(page, 1, 'PAUSED').waitFor();
  so((await tile(page, 1).innerText()).includes('lunch'), 'the reason is shown');
  await tile(page, 1).click();
  await page.getByRole('button', { name: 'Take calls again' }).click();
  await inState(page, 1, 'AVAILABLE').waitFor();
  await tile(page, 1).click();
  await page.getByRole('button', { name: 'Log off' }).click();
  await inState(page, 1, 'LOGGED_OUT').waitFor();
  same(sql('SELECT count(*) FROM agent_login_status WHERE agent_id = 1'), '0');
  await page.context().close();
});

await test('what cannot be done is said where it was asked for', async () => {
  const page = await opened();
  await tile(page, 2).click();
  await page.getByLabel('Extension').fill('1077');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('alert').getByText('in use by another agent').waitFor();
  await page.getByLabel('Extension').fill('10 77');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.locator('input[name=extension][aria-invalid=true]').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  same(sql('SELECT count(*) FROM agent_login_status WHERE agent_id = 2'), '0');
  for (let waits = 0; faults.length < 2 && waits < 100; ++waits) await page.waitForTimeout(50);
  same(faults.splice(0).map((fault) => /status of 4/.test(fault)), [true, true]);
  await page.context().close();
});

await test('search, states and queues narrow what is shown, and the address keeps it', async () => {
  const page = await opened();
  const all = await page.locator('.tile').count();
  await page.keyboard.press('/');
  await page.keyboard.type('1077');
  await page.waitForFunction(() => document.querySelectorAll('.tile').length === 1);
  await page.locator('#states [data-state=AVAILABLE]').click();
  await page.getByText('Nobody is like that').waitFor();
  so(page.url().includes('q=1077') && page.url().includes('state=AVAILABLE'), page.url());
  await page.keyboard.press('Escape');
  await page.waitForFunction((number) => document.querySelectorAll('.tile').length === number, all);
  await page.locator('.queue').first().click();
  await page.locator('.queue[aria-pressed=true]').waitFor();
  so(page.url().includes('queue='), page.url());
  await page.context().close();
});

await test('names are text, whatever is in them', async () => {
  const before = sql('SELECT firstname FROM agentfeatures WHERE id = 3');
  const page = await opened();
  sql("UPDATE agentfeatures SET firstname = '<img src=x onerror=alert(1)>' WHERE id = 3");
  await page.getByText('<img src=x').first().waitFor();
  same(await page.locator('main img').count(), 0);
  sql(`UPDATE agentfeatures SET firstname = '${before}' WHERE id = 3`);
  await page.context().close();
});

await test('a gateway that went away is said to be, and comes back by itself', async () => {
  const page = await opened();
  writeFileSync(restart, '');
  await page.locator('#link[data-state=stale]').waitFor();
  so((await page.locator('#link').innerText()).includes('trying again'), 'it says so');
  sql("UPDATE trunkline.live_state SET call = 'on_hold' WHERE agent_id = 7");
  await page.locator('#link[data-state=live]').waitFor();
  await inState(page, 7, 'ON_HOLD').waitFor();
  while (existsSync(restart)) await page.waitForTimeout(50);
  faults.length = 0;  // the browser says which connections failed
  await page.context().close();
});

await test('it fits a phone, a desk and a wall, in the light and in the dark', async () => {
  for (const [width, height] of [[320, 640], [390, 844], [1280, 800], [1920, 1080], [3840, 2160]]) {
    const page = await opened({ width, height, colorScheme: width % 20 ? 'light' : 'dark' });
    await page.locator('.tile').first().waitFor();
    same(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    if (width >= 1920) {
      so(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight),
        `fifty agents fit ${width} by ${height}`);
    }
    await page.context().close();
  }
});

await test('those who see or hear otherwise can use it', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const path of ['/', '/public']) {
      const page = await opened({ path, colorScheme, live: path === '/' });
      await page.locator(path === '/' ? '.tile' : '#people li').first().waitFor();
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      same(violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]), []);
      await page.context().close();
    }
  }
});

await test('the public page tells names and whether they are available, and nothing else', async () => {
  const page = await opened({ path: '/public', live: false });
  await page.locator('#people li').first().waitFor();
  same(await page.locator('#people li').count(), Number(sql('SELECT count(*) FROM agentfeatures')));
  const { headers } = { headers: (await page.request.get(`${gateway}/public`)).headers() };
  so(headers['content-security-policy'].includes('frame-ancestors *'), 'it may be embedded');
  const snapshot = await page.evaluate(async () => {
    const answer = await fetch('/v1/agents?view=PUBLIC');
    return Object.keys((await answer.json()).agents[0]);
  });
  so(snapshot.every((name) => ['name', 'displayName', 'available'].includes(name)), `${snapshot}`);
  await page.context().close();
});

await test('nobody complained, and nobody else was asked', () => same(faults, []));
await browser.close();

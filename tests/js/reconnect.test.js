const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open, STARTED_MS } = require('./page');

const HELLO = { k: 'hello', release: 'r1', now: STARTED_MS, topics: ['kpis'] };

function connected(given = {}) {
  const element = { dataset: { topics: 'kpis,vehicles', audience: 'operator' }, lang: 'vi', closest: () => null };
  return open(['08-frames.js', '10-live.js'], { elements: { '[data-topics]': [element] }, ...given });
}

function lines(page) {
  return page.told.filter(([name]) => name === 'ioc:line').map(([, heard]) => heard);
}

// The server beats every two seconds for `seconds`.
async function beating(page, seconds) {
  for (let i = 0; i < seconds; i += 2) {
    await page.clock.move(2000);
    page.sockets.at(-1).say({ k: 'hb', now: page.IOC.now() });
  }
}

test('the socket asks for what the page shows', () => {
  const page = connected();
  assert.equal(page.sockets.length, 1);
  assert.equal(page.sockets[0].address, 'ws://centre/live?audience=operator&lang=vi&topics=kpis%2Cvehicles');
});

test('the public asks for nothing the map adds', () => {
  const map = { dataset: { live: 'places' } };
  const asked = ['operator', 'public'].map((audience) => {
    const element = { dataset: { topics: 'kpis', audience }, lang: 'vi', closest: () => null };
    return open(['08-frames.js', '10-live.js'], { elements: { '[data-topics]': [element], '#map': [map] } }).sockets[0].address;
  });
  assert.match(asked[0], /topics=kpis%2Cplaces$/);
  assert.match(asked[1], /topics=kpis$/);
});

test('a socket that breaks is opened again, and counted', async () => {
  const page = connected();
  page.sockets[0].say(HELLO);
  assert.deepEqual([page.IOC.connected, page.IOC.reconnects], [true, 0]);
  page.sockets[0].close();
  assert.equal(page.IOC.connected, false);
  await page.clock.move(299);
  assert.equal(page.sockets.length, 1, 'not at once: a server that restarts is not stormed');
  await page.clock.move(1);
  assert.equal(page.sockets.length, 2);
  page.sockets[1].say(HELLO);
  assert.deepEqual([page.IOC.connected, page.IOC.reconnects], [true, 1]);
});

test('a server that was never heard is said to be silent, and no longer when it speaks', async () => {
  const page = connected();
  await page.clock.move(9000);
  assert.deepEqual(lines(page), [], 'it may be slow');
  await page.clock.move(1500);
  assert.deepEqual(lines(page), [false]);
  page.sockets[0].say(HELLO);
  assert.deepEqual(lines(page), [false, true]);
});

test('a socket that opens and never says anything is given up for another', async () => {
  const page = connected();
  await page.clock.move(19_000);
  assert.equal(page.sockets.length, 1);
  await page.clock.move(4000);
  assert.equal(page.sockets.length, 2);
  assert.deepEqual(lines(page), [false], 'one silence is told once');
});

test('it never gives up: pauses double up to five seconds, and no socket is opened before the server answers', async () => {
  let healthy = false;
  const page = connected({ healthy: () => healthy });
  page.sockets[0].close();
  const knocks = [], began = page.clock.now;
  for (let at = 0; at < 60_000; at += 100) {
    const before = page.asked;
    await page.clock.move(100);
    if (page.asked > before) knocks.push(page.clock.now);
  }
  const pauses = knocks.map((at, i) => at - (knocks[i - 1] ?? began));
  assert.deepEqual(pauses.slice(0, 6), [300, 600, 1200, 2400, 4800, 5000]);
  assert.ok(pauses.slice(6).every((pause) => pause === 5000), String(pauses));
  assert.equal(page.sockets.length, 1);
  healthy = true;
  await page.clock.move(5000);
  assert.equal(page.sockets.length, 2);
});

test('pauses differ between pages, so that a hundred walls do not come at once', async () => {
  const early = connected(), late = connected();
  early.random = 0;
  late.random = 0.999;
  [early, late].forEach((page) => { page.sockets[0].close(); });
  await Promise.all([early.clock.move(160), late.clock.move(160)]);
  assert.deepEqual([early.sockets.length, late.sockets.length], [2, 1]);
});

test('after a word from the server the next pause is short again', async () => {
  let healthy = false;
  const page = connected({ healthy: () => healthy });
  page.sockets[0].close();
  await page.clock.move(30_000);
  healthy = true;
  await page.clock.move(5000);
  page.sockets[1].say(HELLO);
  page.sockets[1].close();
  await page.clock.move(300);
  assert.equal(page.sockets.length, 3);
});

test('a server that is not heard for 3.5 s is named, and named back as soon as it is heard', async () => {
  const page = connected();
  page.sockets[0].say(HELLO);
  await beating(page, 20);
  assert.deepEqual(lines(page), [], 'a beat every two seconds is heard');
  await page.clock.move(3400);
  assert.deepEqual(lines(page), []);
  await page.clock.move(600);
  assert.deepEqual(lines(page), [false]);
  page.sockets[0].say({ k: 'hb', now: page.IOC.now() });
  assert.deepEqual(lines(page), [false, true]);
});

test('a line that is open and says nothing for twenty seconds is taken for dead', async () => {
  const page = connected();
  page.sockets[0].say(HELLO);
  await page.clock.move(20_000);
  assert.equal(page.sockets[0].closed, false);
  await page.clock.move(1000);
  assert.deepEqual([page.sockets[0].closed, page.sockets.length], [true, 2]);
  page.sockets[0].onmessage({ data: JSON.stringify({ k: 'kpis', cards: [] }) });
  assert.ok(!page.told.some(([name]) => name === 'ioc:kpis'), 'what the dead one still says is not heard');
});

test('the clock is the server\'s, runs on without it, and follows when somebody sets it', async () => {
  const page = connected();
  page.sockets[0].say({ ...HELLO, now: STARTED_MS + 3_600_000 });
  await page.clock.move(1000);
  assert.equal(page.IOC.now(), STARTED_MS + 3_601_000);
  page.sockets[0].say({ k: 'hb', now: STARTED_MS + 3_600_500 });
  assert.equal(page.IOC.now(), STARTED_MS + 3_601_000, 'a message that came late sets no clock back');
  page.sockets[0].say({ k: 'hb', now: STARTED_MS + 1000 });
  assert.equal(page.IOC.now(), STARTED_MS + 1000, 'an hour is no delay');
});

test('another release reloads the page once, the same one never', async () => {
  const page = connected();
  page.sockets[0].say(HELLO);
  await page.clock.move(10_000);
  assert.equal(page.reloads, undefined);
  page.sockets[0].say({ ...HELLO, release: 'r2' });
  page.sockets[0].say({ ...HELLO, release: 'r2' });
  await page.clock.move(10_000);
  assert.equal(page.reloads, 1);
});

test('a list of maps that did not change is not told again', () => {
  const page = connected();
  ['a', 'a', 'b'].forEach((version) => { page.sockets[0].say({ k: 'maps', version }); });
  assert.deepEqual(page.told.filter(([name]) => name === 'ioc:maps').map(([, said]) => said.version), ['a', 'b']);
});

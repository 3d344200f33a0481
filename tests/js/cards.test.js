const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open, plain } = require('./page');

const SPEED = { key: 'speed', place: '80', value: '5', unit: 'km/h', fill: 0.5, status: 'normal' };

function cards(options) {
  const page = open(['05-first.js', '08-frames.js', '10-live.js', '30-cards.js'], options);
  page.say = (full, ...told) => page.tell('kpis', { k: 'kpis', seq: 1, full, cards: told, gone: [] });
  page.card = () => plain(page.IOC.card('speed') ?? null);
  return page;
}

test('a change tells what changed of a card, and the rest stays', () => {
  const page = cards();
  page.say(true, SPEED);
  page.say(false, { key: 'speed', place: '80', value: '6', fill: null });
  assert.deepEqual(page.card(), { ...SPEED, value: '6', fill: null });
});

test('a card that is new in a change comes whole', () => {
  const page = cards();
  page.say(true);
  page.say(false, SPEED);
  assert.deepEqual(page.card(), SPEED);
});

test('nothing of before is left in a full list', () => {
  const page = cards();
  page.say(true, { ...SPEED, gap: 'thiếu 3' });
  page.say(true, SPEED);
  assert.deepEqual(page.card(), SPEED);
  page.say(true);
  assert.equal(page.card(), null);
});

// ---- regions that the server draws again ----

function wall(followed, options) {
  const page = cards(options);
  page.elements['[data-topics]'] = [{ dataset: { screen: 'wall', regions: followed }, closest: () => null }];
  page.say(true, SPEED);
  return page;
}

test('regions are drawn again ten seconds after a figure they follow changed, once for all its changes', async () => {
  const page = wall('length speed');
  page.say(false, { key: 'speed', as_of_ms: 1, value: '6' });
  await page.clock.move(9000);
  page.say(false, { key: 'speed', as_of_ms: 2, value: '7' });
  assert.deepEqual(page.props, []);
  await page.clock.move(1000);
  assert.deepEqual(plain(page.props), [['wall-revision', { data: 1 }]]);
  await page.clock.move(120000);
  assert.equal(page.props.length, 1);
});

test('a figure that only became newer, or that they do not follow, has them drawn again within a minute', async () => {
  for (const told of [{ key: 'speed', as_of_ms: 1 }, { key: 'other', value: '6' }]) {
    const page = wall('speed');
    page.say(false, told);
    await page.clock.move(59000);
    assert.deepEqual(page.props, []);
    await page.clock.move(1000);
    assert.equal(page.props.length, 1);
  }
});

test('a change that they follow does not wait for the minute of one before it', async () => {
  const page = wall('speed');
  page.say(false, { key: 'speed', as_of_ms: 1 });
  await page.clock.move(1000);
  page.say(false, { key: 'speed', value: '6' });
  await page.clock.move(10000);
  assert.equal(page.props.length, 1);
  await page.clock.move(60000);
  assert.equal(page.props.length, 1);
});

test('while the page of the first response stands nothing is asked of Dash', async () => {
  const first = { isConnected: true }, page = wall('speed', { elements: { '#ioc-first': [first] } });
  page.say(false, { key: 'speed', value: '6' });
  await page.clock.move(60000);
  assert.deepEqual(page.props, []);
  first.isConnected = false;
  page.say(false, { key: 'speed', value: '7' });
  await page.clock.move(10000);
  assert.equal(page.props.length, 1);
});

test('a page without regions asks for none', async () => {
  const page = wall('');
  page.say(false, { key: 'speed', value: '6' });
  await page.clock.move(60000);
  assert.deepEqual(page.props, []);
});

function listed(following) {
  const page = wall('speed');
  if (following) page.elements['[data-topics]'][0].dataset.lists = '';
  page.IOC.rows = () => undefined;
  page.tell('rows', { k: 'rows', id: 'alarms', seq: 1, rows: [] });
  return page;
}

test('a list that comes again, not the first, has regions that follow lists drawn again', async () => {
  const page = listed(true);
  await page.clock.move(60000);
  assert.deepEqual(page.props, []);
  page.IOC.rows = () => [];
  page.tell('rows', { k: 'rows', id: 'alarms', seq: 2, rows: [] });
  await page.clock.move(10000);
  assert.equal(page.props.length, 1);
});

test('regions that follow no list wait for a minute after news of one', async () => {
  const page = listed(false);
  page.IOC.rows = () => [];
  page.tell('rows', { k: 'rows', id: 'alarms', seq: 2, rows: [] });
  await page.clock.move(59000);
  assert.deepEqual(page.props, []);
  await page.clock.move(1000);
  assert.equal(page.props.length, 1);
});

// ---- one picture for what changes ----

function drawn() {
  const value = { textContent: '5' }, told = {};
  const card = {
    dataset: { kpi: 'speed' }, classList: { toggle: () => {} }, closest: () => null,
    getAttribute: (name) => told[name], setAttribute: (name, said) => { told[name] = said; },
    querySelector: (selector) => (selector === '[data-part=value]' ? value : null),
  };
  const page = cards({ elements: { '[data-kpi="speed"]': [card], '[data-public][data-kpi="speed"]': [card] } });
  page.say(true, SPEED);
  return Object.assign(page, { value });
}

test('a full list is written at once, a change with the next second or picture, the newest alone', async () => {
  const page = drawn();
  assert.equal(page.value.textContent, '5');
  page.say(false, { key: 'speed', value: '6' });
  page.say(false, { key: 'speed', value: '7' });
  assert.equal(page.value.textContent, '5');
  await page.clock.move(1100);
  assert.equal(page.value.textContent, '7');
  page.say(false, { key: 'speed', value: '8' });
  page.IOC.written();
  assert.equal(page.value.textContent, '8');
});

test('what the public may no longer see leaves at once and does not come back with the next picture', async () => {
  const page = drawn();
  page.say(false, { key: 'speed', value: '6' });
  page.tell('kpis', { k: 'kpis', seq: 2, full: false, cards: [], gone: ['speed'] });
  assert.equal(page.value.textContent, '—');
  await page.clock.move(1100);
  assert.equal(page.value.textContent, '—');
});

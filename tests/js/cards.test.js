const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open, plain } = require('./page');

const SPEED = { key: 'speed', place: '80', value: '5', unit: 'km/h', fill: 0.5, status: 'normal' };

function cards() {
  const page = open(['08-frames.js', '10-live.js', '30-cards.js']);
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

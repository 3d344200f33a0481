const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { open } = require('./page');

const BYTES = Buffer.from(readFileSync(join(__dirname, 'frame.hex'), 'ascii').trim(), 'hex');
const NOW_S = Date.UTC(2026, 10, 22, 8, 0, 0) / 1000;

// A copy, since a Buffer may share its memory with others.
function bytes(change = (_) => {}) {
  const copy = Uint8Array.from(BYTES);
  change(copy);
  return copy.buffer;
}

function connected() {
  const page = open(['10-live.js'], { elements: { '[data-topics]': [{ dataset: { topics: 'vehicles', audience: 'operator' }, lang: 'vi', closest: () => null }] } });
  return page;
}

test('a frame as the server makes it is read column by column', () => {
  const page = connected();
  page.sockets[0].say(bytes());
  const [name, frame] = page.told.at(-1);
  assert.equal(name, 'ioc:vehicles');
  assert.deepEqual([frame.full, frame.seq, frame.now, frame.n], [true, 7, NOW_S * 1000, 2]);
  assert.deepEqual(Array.from(frame.at), [NOW_S, NOW_S - 100]);
  assert.deepEqual(Array.from(frame.lon, (x) => x.toFixed(4)), ['106.4000', '106.5000']);
  assert.deepEqual(Array.from(frame.lat, (x) => x.toFixed(4)), ['10.5000', '10.6000']);
  assert.deepEqual([Array.from(frame.slot), Array.from(frame.course), Array.from(frame.state)], [[0, 1], [64, 255], [1, 3]]);
});

test('bytes of another type, or of another length than they say, are no frame', () => {
  const page = connected();
  const wrong = [bytes((b) => { b[0] = 2; }), bytes((b) => { b[16] = 3; }), bytes().slice(0, -1), new ArrayBuffer(24)];
  wrong.forEach((data) => {
    assert.throws(() => { page.sockets[0].say(data); }, /not a vehicle frame/);
  });
  assert.ok(!page.told.some(([name]) => name === 'ioc:vehicles'));
});

test('a frame without vehicles is one', () => {
  const page = connected();
  page.sockets[0].say(bytes((b) => { b[16] = 0; }).slice(0, 24));
  assert.equal(page.told.at(-1)[1].n, 0);
});

test('who watches vehicles since before the scripts came is told of the first frame', () => {
  const seen = [];
  const page = open(['10-live.js', '45-fleet.js'], {
    elements: { '[data-topics]': [{ dataset: { topics: 'vehicles', audience: 'operator' }, lang: 'vi', closest: () => null }] },
    early: (IOC) => { IOC.onVehicles = (ids, at_s) => { seen.push([ids.length, at_s.length]); }; },
  });
  page.sockets[0].say(bytes());
  assert.deepEqual(seen, [[2, 2]]);
});

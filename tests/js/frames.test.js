const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { open } = require('./page');

// A drive as the server tells it, and what its own reader made of each frame (tests/live/test_frames.py).
const DRIVE = readFileSync(join(__dirname, 'frames.jsonl'), 'utf-8').trim().split('\n').map(JSON.parse);

// A copy, since a Buffer may share its memory with others.
function bytes(n, change = (copy) => copy) {
  return change(Uint8Array.from(Buffer.from(DRIVE[n].frame, 'hex'))).buffer;
}
function changed(n, at, value) { return bytes(n, (copy) => { copy[at] = value; return copy; }); }

function connected() {
  return open(['08-frames.js', '10-live.js'], { elements: { '[data-topics]': [{ dataset: { topics: 'vehicles', audience: 'operator' }, lang: 'vi', closest: () => null }] } });
}
function frames(page) { return page.told.filter(([name]) => name === 'ioc:vehicles').map(([, frame]) => frame); }

test('a drive is read as the server reads it: full, moved, gone and back, across the world, full again', () => {
  const page = connected();
  DRIVE.forEach((wanted, n) => {
    page.sockets[0].say(bytes(n));
    const frame = frames(page)[n];
    assert.deepEqual([frame.full, frame.seq, frame.now, frame.n], [wanted.full, wanted.seq, wanted.now, wanted.slot.length]);
    assert.deepEqual(Array.from(frame.at), wanted.at_s);
    ['slot', 'lon', 'lat', 'course', 'state'].forEach((name) => { assert.deepEqual(Array.from(frame[name]), wanted[name], `${name} of frame ${n}`); });
  });
  assert.equal(frames(page).length, DRIVE.length);
  assert.equal(page.IOC.frames, DRIVE.length);
});

test('a page that joins later reads on from a full frame', () => {
  const page = connected();
  [9, 10, 11].forEach((n) => { page.sockets[0].say(bytes(n)); });
  const wanted = DRIVE[11], frame = frames(page)[2];
  assert.deepEqual([Array.from(frame.lon), Array.from(frame.lat)], [wanted.lon, wanted.lat]);
});

const HEADER = 20;
const WRONG = {
  'of another type': () => changed(0, 0, 1),
  'with more vehicles than it says': () => changed(0, 16, 2),
  'with fewer': () => changed(0, 16, 200),
  'with a number that does not end': () => bytes(0, (copy) => copy.fill(255, HEADER)),
  'of a slot below zero': () => changed(0, HEADER, 1),
  'cut short': () => bytes(0, (copy) => copy.slice(0, -1)),
  'with more behind it': () => bytes(0, (copy) => Uint8Array.from([...copy, 0])),
  'without its header': () => new ArrayBuffer(3),
  'that changes what was never told': () => bytes(1),
};
Object.entries(WRONG).forEach(([what, data]) => {
  test(`a frame ${what} ends the connection, and a new one begins from a full frame`, async () => {
    const page = connected();
    page.sockets[0].say(data());
    assert.equal(frames(page).length, 0);
    assert.equal(page.faults.length, 1);
    assert.ok(page.sockets[0].closed);
    await page.clock.move(2000);
    assert.equal(page.sockets.length, 1, 'not at once: the next frame may be as wrong');
    await page.clock.move(6000);
    page.sockets[1].say(bytes(0));
    assert.equal(frames(page).length, 1);
  });
});

test('a frame that was lost on the way is noticed by the next', async () => {
  const page = connected();
  [0, 1, 3].forEach((n) => { page.sockets[0].say(bytes(n)); });
  assert.equal(frames(page).length, 2);
  assert.match(String(page.faults[0]), /frame 3 does not follow 1/);
  await page.clock.move(8000);
  page.sockets[1].say(bytes(9));
  assert.deepEqual(Array.from(frames(page)[2].lon), DRIVE[9].lon);
});

test('a frame without vehicles is one', () => {
  const page = connected();
  page.sockets[0].say(bytes(0, (copy) => { copy[16] = 0; return copy.slice(0, HEADER); }));
  assert.equal(frames(page)[0].n, 0);
});

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open, plain } = require('./page');

const NONE = { key: '', well: null };
const HIGH = { id: 'a', tone: 'high' }, OLDER = { id: 'b', tone: 'high' };
const WORST = { id: 'c', tone: 'critical' }, LATER = { id: 'd', tone: 'advisory' };

function focus() {
  const { IOC } = open(['08-frames.js', '10-live.js', '35-focus.js']);
  return {
    worst: (...rows) => plain(IOC.focusWorst(rows)),
    next: (slot, worst, seen, now, known = true) => plain(IOC.focusNext(slot, worst, seen, known, now)),
  };
}

test('what can wait never comes, the others stay in the order of the list', () => {
  assert.deepEqual(focus().worst(WORST, OLDER, LATER, HIGH, { id: 'e', tone: '' }).map((row) => row.id), ['c', 'b', 'a']);
});

test('an alarm lasts five seconds before it is shown', () => {
  const { next } = focus();
  assert.deepEqual(next(NONE, [HIGH], { a: 0 }, 4999), NONE);
  assert.deepEqual(next(NONE, [HIGH], { a: 0 }, 5000), { key: 'a', well: null });
});

test('it stays thirty seconds after it is well, and the count begins again when it is not', () => {
  const { next } = focus();
  const began = next({ key: 'a', well: null }, [], {}, 1000);
  assert.deepEqual(began, { key: 'a', well: 1000 });
  assert.deepEqual(next(began, [], {}, 30_999), began);
  assert.deepEqual(next(began, [HIGH], { a: 20_000 }, 20_000), { key: 'a', well: null });
  assert.deepEqual(next(began, [], {}, 31_000), NONE);
});

test('one that is worse takes the slot over, one that is as bad does not', () => {
  const { next } = focus();
  const shown = { key: 'a', well: null };
  assert.equal(next(shown, [OLDER, HIGH], { a: 0, b: 0 }, 60_000).key, 'a');
  assert.equal(next(shown, [WORST, HIGH], { a: 0, c: 56_000 }, 60_000).key, 'a', 'not before five seconds');
  assert.equal(next(shown, [WORST, HIGH], { a: 0, c: 55_000 }, 60_000).key, 'c');
});

test('what follows an alarm that is over is the worst of the others', () => {
  assert.equal(focus().next({ key: 'd', well: 0 }, [HIGH], { a: 0 }, 30_000).key, 'a');
});

test('what the server drew stays until the list has come', () => {
  assert.deepEqual(focus().next({ key: 'a', well: null }, [], {}, 90_000, false), { key: 'a', well: null });
});

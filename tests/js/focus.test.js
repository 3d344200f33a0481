const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open, plain } = require('./page');

const NONE = { key: '', well: null };
const HIGH = { key: 'a', status: 'warning', since_ms: 2000 }, OLDER = { key: 'b', status: 'warning', since_ms: 1000 };
const WORST = { key: 'c', status: 'critical', since_ms: 9000 }, WELL = { key: 'd', status: 'normal', since_ms: 0 };

function focus() {
  const { IOC } = open(['08-frames.js', '10-live.js', '35-focus.js']);
  return {
    worst: (...cards) => plain(IOC.focusWorst(cards)),
    next: (slot, worst, seen, now, known = true) => plain(IOC.focusNext(slot, worst, seen, known, now)),
  };
}

test('critical comes before high, then what has lasted longest; what is normal, stale or unknown never comes', () => {
  const stale = { key: 'e', status: 'stale', since_ms: 0 }, none = { key: 'f', status: 'no_data', since_ms: 0 };
  assert.deepEqual(focus().worst(HIGH, WELL, OLDER, stale, WORST, none).map((vm) => vm.key), ['c', 'b', 'a']);
});

test('a KPI is abnormal for five seconds before it is shown', () => {
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

test('what follows a KPI that is well again is the worst of the others', () => {
  assert.equal(focus().next({ key: 'd', well: 0 }, [HIGH], { a: 0 }, 30_000).key, 'a');
});

test('what the server drew stays until its card has come', () => {
  assert.deepEqual(focus().next({ key: 'a', well: null }, [], {}, 90_000, false), { key: 'a', well: null });
});

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open } = require('./page');

function element(data) {
  const classes = new Set();
  return {
    dataset: data, firstChild: null, textContent: '', classes, closest: () => null,
    classList: { toggle: (name, on) => { if (on) classes.add(name); else classes.delete(name); } },
  };
}

test('an age is told in the largest unit that is not yet doubtful', () => {
  const { IOC } = open(['08-frames.js', '10-live.js', '20-age.js']);
  const words = [[0, '0 giây'], [59, '59 giây'], [60, '1 phút'], [3599, '59 phút'], [3600, '1 giờ'],
    [48 * 3600 - 1, '47 giờ'], [48 * 3600, '2 ngày'], [23.9 * 86400, '23 ngày'], [729.9 * 86400, '729 ngày'], [1429 * 86400, '3 năm']];
  words.forEach(([seconds, said]) => { assert.equal(IOC.ageWords(seconds), said); });
});

test('English counts one and many apart', () => {
  const { IOC } = open(['08-frames.js', '10-live.js', '20-age.js'], { language: 'en' });
  assert.deepEqual([1, 2, 60, 7200].map(IOC.ageWords), ['1 second', '2 seconds', '1 minute', '2 hours']);
});

test('a figure of the future, by a clock that goes wrong, is new and not negative', () => {
  const { IOC } = open(['08-frames.js', '10-live.js', '20-age.js']);
  assert.equal(IOC.ageWords(-5), '0 giây');
});

test('a figure ages from half its limit on and is stale beyond it', () => {
  const { IOC } = open(['08-frames.js', '10-live.js', '20-age.js']);
  assert.deepEqual([0, 50, 51, 100, 101].map((s) => IOC.ageStage(s, 100)), ['fresh', 'fresh', 'ageing', 'ageing', 'stale']);
});

test('numbers go on ageing each second although nothing is received', async () => {
  const page = open(['08-frames.js', '10-live.js', '20-age.js']);
  const time = element({ asOf: String(page.IOC.now()), staleAfter: '10' });
  page.elements['time[data-as-of]'] = [time];
  await page.clock.move(1010);
  assert.deepEqual([time.textContent, time.dataset.stage], ['1 giây', 'fresh']);
  await page.clock.move(10_000);
  assert.deepEqual([time.textContent, time.dataset.stage], ['11 giây', 'stale']);
  assert.ok(time.classes.has('ioc-age--stale'));
  assert.ok(!time.classes.has('ioc-age--ageing'));
});

test('what changes each second changes together, just after the full second of the server', async () => {
  const page = open(['08-frames.js', '10-live.js']), told = [];
  page.IOC.seconds.push(() => told.push(page.IOC.now() % 1000));
  await page.clock.move(3500);
  assert.equal(told.length, 3);
  assert.ok(told.every((ms) => ms >= 0 && ms < 20), told.join());
});

test('what fails in one second stops neither the others nor the next second', async () => {
  const page = open(['08-frames.js', '10-live.js']);
  let told = 0;
  page.IOC.seconds.push(() => { throw new Error('broken'); }, () => { told += 1; });
  page.IOC.soon(() => { throw new Error('broken, too'); });
  await page.clock.move(3500);
  assert.equal(told, 3);
  assert.equal(page.faults.length, 4);
});

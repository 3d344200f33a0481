const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open, STARTED_MS } = require('./page');

const FIRST_S = STARTED_MS / 1000, STATES = { MOVING: 1, AGEING: 3, SILENT: 4 };

function fleet(hung = {}) {
  const page = open(['08-frames.js', '10-live.js', '45-fleet.js'], { hung });
  page.tell('names', { full: true, first: 0, ids: ['LA-001', 'LA-002'], of: [1, 0], fleets: ['buses', 'waste_trucks'] });
  return page;
}

function frame(page, vehicles, full = false) {
  const column = (name, kind) => kind.from(vehicles.map((one) => one[name]));
  page.tell('vehicles', {
    full, seq: 1, now: page.IOC.now(), n: vehicles.length, at: column('at', Uint32Array), lon: column('lon', Float32Array),
    lat: column('lat', Float32Array), slot: column('slot', Uint16Array), course: column('course', Uint8Array),
    state: column('state', Uint8Array),
  });
}

function seen(page, gliding = true) {
  const found = {};
  page.IOC.fleet.each(page.clock.now, gliding, (slot, lon, lat, state) => { found[slot] = { lon, lat, state }; });
  return found;
}

function truck(at, lon, more) {
  return { slot: 0, at, lon, lat: 10.5, course: 64, state: STATES.MOVING, ...more };
}

function near(actual, wanted) {
  assert.ok(Math.abs(actual - wanted) < 1e-5, `${actual} is not ${wanted}`);
}

test('the first position is shown where it is', () => {
  const page = fleet();
  frame(page, [truck(FIRST_S, 106.4)], true);
  near(seen(page)[0].lon, 106.4);
  assert.equal(seen(page)[1], undefined, 'a name without a position is no vehicle');
});

test('a near position is ridden to, a little longer than the time between the two', async () => {
  const page = fleet();
  frame(page, [truck(FIRST_S, 106.4)], true);
  frame(page, [truck(FIRST_S + 10, 106.401)]);
  near(seen(page)[0].lon, 106.4);
  await page.clock.move(5250);
  near(seen(page)[0].lon, 106.4005);
  near(seen(page, false)[0].lon, 106.401);
  await page.clock.move(60_000);
  near(seen(page)[0].lon, 106.401);
});

test('a position on the way is ridden to from where the vehicle is shown, without a jump back', async () => {
  const page = fleet();
  frame(page, [truck(FIRST_S, 106.4)], true);
  frame(page, [truck(FIRST_S + 10, 106.401)]);
  await page.clock.move(5250);
  frame(page, [truck(FIRST_S + 20, 106.402)]);
  near(seen(page)[0].lon, 106.4005);
});

test('the same position told again does not begin the ride anew', async () => {
  const page = fleet();
  frame(page, [truck(FIRST_S, 106.4)], true);
  frame(page, [truck(FIRST_S + 10, 106.401)]);
  await page.clock.move(5250);
  frame(page, [truck(FIRST_S + 10, 106.401)], true);
  near(seen(page)[0].lon, 106.4005);
});

test('a far jump and the first sign of life after silence are no rides', () => {
  const page = fleet();
  frame(page, [truck(FIRST_S, 106.4), truck(FIRST_S, 106.4, { slot: 1 })], true);
  frame(page, [truck(FIRST_S + 10, 106.5), truck(FIRST_S + 600, 106.401, { slot: 1 })]);
  near(seen(page)[0].lon, 106.5);
  near(seen(page)[1].lon, 106.401);
});

test('a vehicle grows old by the limits of the contract although nothing is received', async () => {
  const page = fleet();
  frame(page, [truck(FIRST_S, 106.4)], true);
  await page.clock.move(90_000);
  assert.equal(seen(page)[0].state, STATES.MOVING);
  await page.clock.move(1000);
  assert.equal(seen(page)[0].state, STATES.AGEING);
  await page.clock.move(510_000);
  assert.equal(seen(page)[0].state, STATES.SILENT);
});

test('a vehicle that a full frame does not tell is gone, after a delta it is still there', () => {
  const page = fleet();
  const both = [truck(FIRST_S, 106.4), truck(FIRST_S, 106.5, { slot: 1 })];
  frame(page, both, true);
  frame(page, [both[0]]);
  assert.deepEqual(Object.keys(seen(page)), ['0', '1']);
  frame(page, [both[0]], true);
  assert.deepEqual(Object.keys(seen(page)), ['0']);
});

test('a slot that means another vehicle is not ridden from the one before', () => {
  const page = fleet();
  frame(page, [truck(FIRST_S, 106.4)], true);
  page.tell('names', { full: true, first: 0, ids: ['LA-009', 'LA-002'], of: [0, 0], fleets: ['waste_trucks'] });
  assert.deepEqual(seen(page), {}, 'nothing is shown under a wrong name');
  frame(page, [truck(FIRST_S + 10, 106.401)], true);
  near(seen(page)[0].lon, 106.401);
});

test('there is room for more vehicles than at first', () => {
  const page = fleet();
  frame(page, [truck(FIRST_S, 106.4, { slot: 1300 })], true);
  assert.deepEqual(Object.keys(seen(page)), ['1300']);
});

test('each slot knows whose fleet it is, and a slot that comes later too', () => {
  const page = fleet();
  page.tell('names', { full: false, first: 2, ids: ['B-1'], of: [0], fleets: ['buses'] });
  assert.deepEqual(Array.from(page.IOC.fleet.of), ['waste_trucks', 'buses', 'buses']);
});

test('what was hung on IOC before the scripts is told of each frame', () => {
  const heard = [];
  const page = fleet({ onVehicles: (ids, at) => heard.push([...ids, ...at]) });
  frame(page, [truck(FIRST_S, 106.4)], true);
  assert.deepEqual(heard, [['LA-001', FIRST_S]]);
});

test('a picture is drawn again once a vehicle may have moved a pixel, within one and four seconds', () => {
  const { still } = fleet().IOC.fleet;
  assert.equal(still(1), 1000, 'close up a vehicle moves several pixels a second');
  assert.equal(still(25), 2500);
  assert.equal(still(180), 4000, 'the whole province: a vehicle that appears or falls silent does not wait longer');
});

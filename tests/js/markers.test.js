const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open } = require('./page');

const IOC = open(['08-frames.js', '10-live.js', '54-map-markers.js']).IOC;

// Where the steps of an outline lead, from its middle on.
function corners(data) {
  let x = 0, y = 0, begun = [0, 0];
  return [...data.matchAll(/([mlaz])([^mlaz]*)/g)].map(([, command, said]) => {
    const numbers = (said.match(/-?[\d.]+/g) || []).map(Number);
    if (command === 'z') [x, y] = begun;
    else { x += numbers.at(-2); y += numbers.at(-1); }
    if (command === 'm') begun = [x, y];
    return [Math.round(x), Math.round(y)];
  });
}

test('an arrow that is not turned is its outline', () => {
  assert.deepEqual(corners(IOC.outline('arrow', 0, 10)), [[0, -140], [120, 140], [0, 75], [-120, 140], [0, -140]]);
});

test('a course to the east turns the point to the right', () => {
  assert.deepEqual(corners(IOC.outline('arrow', 90, 1))[0], [14, 0]);
  assert.deepEqual(corners(IOC.outline('arrow', 180, 1))[0], [0, 14]);
});

test('a ring has its inner circle around the same middle', () => {
  assert.deepEqual(corners(IOC.outline('ring', 0, 1)), [[-11, 0], [11, 0], [-11, 0], [-11, 0], [-7, 0], [7, 0], [-7, 0], [-7, 0]]);
});

test('every marker of the contract has an outline that closes', () => {
  for (const name of Object.keys(IOC.contract.MARKERS)) {
    const outline = IOC.outline(name, 30, 0.7);
    assert.match(outline, /^m[^A-Z]*z$/, name);
    assert.ok(!outline.includes('NaN'), name);
  }
});

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open } = require('./page');

const clear = open(['08-frames.js', '10-live.js', '37-seams.js']).IOC.clear;

test('what lies on no seam stays', () => {
  assert.equal(clear([[0, 20], [30, 50]], [100], 4), 0);
});

test('a line on a seam moves to its far side with a gap', () => {
  assert.equal(clear([[90, 110]], [100], 4), 14);
});

test('lines that move together all clear every seam', () => {
  const lines = [[60, 80], [85, 105], [110, 130]], shift = clear(lines, [100, 200], 4);
  for (const [from, to] of lines) {
    for (const seam of [100, 200]) assert.ok(from + shift >= seam + 4 || to + shift <= seam - 4);
  }
  assert.ok(shift > 0);
});

test('a line that is longer than from seam to seam cannot clear them and stays', () => {
  assert.equal(clear([[0, 150]], [100, 200, 300, 400, 500, 600], 4), 0);
});

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open } = require('./page');

const camera = open(['08-frames.js', '10-live.js', '51-map-camera.js']).IOC.camera;
const BOX = [105.5, 10.3, 106.8, 11.1];

// A map's element of some size; what lies on it by its selector.
function host(wide, high, parts = {}) {
  const found = { '.ioc-map__foot': { offsetTop: high, offsetHeight: 0 }, ...parts };
  return { clientWidth: wide, clientHeight: high, parentElement: { querySelector: (selector) => found[selector] || null } };
}
function finite(view) {
  assert.ok([...view.center, view.zoom].every(Number.isFinite), JSON.stringify(view));
  assert.ok(Math.abs(view.center[1]) < 85, 'it lies on the map');
}

test('a view of a map with room shows the box in its middle', () => {
  const view = camera.look(host(800, 600), BOX, false);
  finite(view);
  assert.ok(Math.abs(view.center[0] - 106.15) < 1e-9);
  assert.ok(view.zoom > 8 && view.zoom < 10);
});

test('a hidden map has a view, limits and degrees all the same', () => {
  for (const [wide, high] of [[0, 0], [0, 400], [390, 0], [10, 10]]) {
    const mine = host(wide, high);
    for (const close of [false, true]) finite(camera.look(mine, BOX, close));
    assert.ok(camera.within(mine, BOX).flat().every(Number.isFinite));
    assert.ok(camera.degrees(mine, camera.look(mine, BOX, true), [0, 0]).every(Number.isFinite));
  }
});

test('a room without size still has its view', () => {
  finite(camera.look(host(390, 300, { '.ioc-map__room': { clientWidth: 0, clientHeight: 0, offsetLeft: 195, offsetTop: 0 } }), BOX, false));
});

test('a small map that its parts cover shows the whole box behind them', () => {
  const covered = host(390, 200, { '.ioc-map__inset:not([hidden])': { offsetTop: 10, offsetHeight: 240 } });
  const view = camera.look(covered, BOX, true);
  finite(view);
  assert.ok(view.zoom >= camera.look(host(390, 200), BOX, true).zoom);
});

test('a pixel of a nearer view is so much shorter', () => {
  const far = camera.pixel({ center: [106.4, 10.6], zoom: 9 });
  assert.ok(Math.abs(far - 150.3) < 0.1, String(far));
  assert.ok(Math.abs(camera.pixel({ center: [106.4, 10.6], zoom: 12 }) - far / 8) < 1e-9);
});

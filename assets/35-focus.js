// The wall's focus slot: the worst KPI of the wall grows into it by itself, and leaves it calmly. Others hear of it by
// ioc:focus on document (detail: the KPI, '' for none). Highest priority first, then the one that has lasted longest.
(function () {
  'use strict';
  // A KPI waits before it is shown and stays a while after it is well again, so that the slot does not flap.
  var HOLD_BEFORE_MS = 5000, HOLD_AFTER_MS = 30000, LOOK_EVERY_MS = 1000;
  var RANK = { critical: 0, warning: 1 };
  var slot = null, since = {}, well = null;
  IOC.focus = '';

  function lines() { return Array.from(document.querySelectorAll('.ioc-wall__left [data-kpi]')); }

  function abnormal(now) {
    var held = {};
    var found = lines().map(function (line) {
      var vm = IOC.card(line.dataset.kpi);
      if (!vm || RANK[vm.status] === undefined) return null;
      held[vm.key] = since[vm.key] === undefined ? now : since[vm.key];
      return { vm: vm, line: line };
    }).filter(Boolean);
    since = held;
    return found.sort(function (a, b) { return RANK[a.vm.status] - RANK[b.vm.status] || a.vm.since_ms - b.vm.since_ms; });
  }

  function look() {
    if (!slot || !slot.isConnected) return;
    var now = performance.now(), found = abnormal(now);
    var best = found.find(function (one) { return now - since[one.vm.key] >= HOLD_BEFORE_MS; });
    var shown = found.find(function (one) { return one.vm.key === IOC.focus; });
    if (!IOC.focus) { if (best) show(best.vm.key); }
    else if (shown) {
      well = null;
      if (best && RANK[best.vm.status] < RANK[shown.vm.status]) show(best.vm.key);
    } else if (IOC.card(IOC.focus)) {
      if (well === null) well = now;
      if (now - well >= HOLD_AFTER_MS) show(best ? best.vm.key : '');
    }
    others(found);
  }

  function show(key) {
    well = null;
    IOC.focus = key;
    var card = slot.querySelector('.ioc-card');
    card.dataset.kpi = key;
    if (key) IOC.putCard(card);
    slot.hidden = !key;
    IOC.tell('focus', key);
  }

  function others(found) {
    var rest = found.filter(function (one) { return one.vm.key !== IOC.focus; });
    var line = slot.querySelector('[data-focus-others]');
    IOC.text(line, rest.map(function (one) {
      return one.vm.glyph + ' ' + one.line.querySelector('.ioc-name').textContent;
    }).join(' · '));
    if (line.parentElement.hidden !== !rest.length) line.parentElement.hidden = !rest.length;
  }

  IOC.whenever('[data-focus]', function (element) {
    slot = element;
    since = {};
    well = null;
    IOC.focus = element.hidden ? '' : element.querySelector('.ioc-card').dataset.kpi;
    IOC.tell('focus', IOC.focus);
  });
  setInterval(look, LOOK_EVERY_MS);
})();

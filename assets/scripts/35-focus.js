// The wall's focus slot shows the wall's worst KPI: highest priority first, then the one that has lasted longest.
// Tells the other scripts by ioc:focus on document (detail: the KPI, '' for none).
(function () {
  'use strict';
  // Show a KPI only after a wait, and keep it a while after it is normal again, so that the slot does not flap.
  var HOLD_BEFORE_MS = 5000, HOLD_AFTER_MS = 30000;
  var RANK = { critical: 0, warning: 1 };
  var slot = null, since = {}, well = null;
  IOC.focus = '';

  // Cards that are critical or high, worst first, then the one that has lasted longest.
  IOC.focusWorst = function (cards) {
    return cards.filter(function (vm) { return RANK[vm.status] !== undefined; }).sort(function (a, b) {
      return RANK[a.status] - RANK[b.status] || a.since_ms - b.since_ms;
    });
  };

  // The slot's next state. `slot`: its KPI ('' for none) and since when that KPI is normal (null while it is not);
  // `worst`: see above; `seen`: since when this page knows each of them; `known`: whether the shown KPI has a card.
  IOC.focusNext = function (slot, worst, seen, known, now) {
    var best = worst.find(function (vm) { return now - seen[vm.key] >= HOLD_BEFORE_MS; });
    var shown = worst.find(function (vm) { return vm.key === slot.key; }), next = best ? best.key : '';
    if (!slot.key) return { key: next, well: null };
    if (shown) return { key: best && RANK[best.status] < RANK[shown.status] ? next : slot.key, well: null };
    if (!known) return slot;
    var well = slot.well === null ? now : slot.well;
    return now - well >= HOLD_AFTER_MS ? { key: next, well: null } : { key: slot.key, well: well };
  };

  function look() {
    if (!slot || !slot.isConnected) return;
    var now = performance.now(), named = {}, held = {};
    document.querySelectorAll('[data-focus-from] [data-kpi]').forEach(function (line) {
      named[line.dataset.kpi] = line.querySelector('.ioc-name').textContent;
    });
    var worst = IOC.focusWorst(Object.keys(named).map(IOC.card).filter(Boolean));
    worst.forEach(function (vm) { held[vm.key] = since[vm.key] === undefined ? now : since[vm.key]; });
    since = held;
    var next = IOC.focusNext({ key: IOC.focus, well: well }, worst, since, Boolean(IOC.card(IOC.focus)), now);
    if (next.key !== IOC.focus) show(next.key);
    well = next.well;
    others(worst, named);
  }

  function show(key) {
    IOC.focus = key;
    var card = slot.querySelector('.ioc-card');
    card.dataset.kpi = key;
    if (key) IOC.putCard(card);
    slot.hidden = !key;
    IOC.tell('focus', key);
  }

  function others(worst, named) {
    var rest = worst.filter(function (vm) { return vm.key !== IOC.focus; });
    var line = slot.querySelector('[data-focus-others]');
    IOC.text(line, rest.map(function (vm) { return vm.glyph + ' ' + named[vm.key]; }).join(' · '));
    if (line.parentElement.hidden !== !rest.length) line.parentElement.hidden = !rest.length;
  }

  IOC.whenever('[data-focus]', function (element) {
    slot = element;
    since = {};
    well = null;
    IOC.focus = element.hidden ? '' : element.querySelector('.ioc-card').dataset.kpi;
    IOC.tell('focus', IOC.focus);
  });
  IOC.seconds.push(look);
})();

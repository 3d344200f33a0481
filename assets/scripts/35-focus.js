// The wall's focus slot shows the most urgent alarm, with the figure that tells it; in a quiet time, since when.
// Tells the other scripts by ioc:focus on document (detail: the alarm's KPI, '' for none).
(function () {
  'use strict';
  // Show an alarm only after a wait, and keep it a while after it is over, so that the slot does not flap.
  var HOLD_BEFORE_MS = 5000, HOLD_AFTER_MS = 30000;
  var RANK = { critical: 0, high: 1 };
  var SAID = ['glyph', 'what', 'meta', 'do', 'effects'];
  var slot = null, key = '', since = {}, well = null;
  IOC.focus = '';

  // Alarms that somebody must act on; the list is worst first already.
  IOC.focusWorst = function (rows) { return rows.filter(function (row) { return RANK[row.tone] !== undefined; }); };

  // The slot's next state. `slot`: its alarm ('' for none) and since when that is over (null while it is not); `worst`:
  // see above; `seen`: since when this page knows each of them; `known`: whether the list has come.
  IOC.focusNext = function (slot, worst, seen, known, now) {
    if (!known) return slot;
    var best = worst.find(function (row) { return now - seen[row.id] >= HOLD_BEFORE_MS; });
    var shown = worst.find(function (row) { return row.id === slot.key; }), next = best ? best.id : '';
    if (!slot.key) return { key: next, well: null };
    if (shown) return { key: best && RANK[best.tone] < RANK[shown.tone] ? next : slot.key, well: null };
    var well = slot.well === null ? now : slot.well;
    return now - well >= HOLD_AFTER_MS ? { key: next, well: null } : { key: slot.key, well: well };
  };

  function look() {
    if (!slot || !slot.isConnected) return;
    var now = performance.now(), held = {}, rows = IOC.rows('alarms'), worst = IOC.focusWorst(rows || []);
    worst.forEach(function (row) { held[row.id] = since[row.id] === undefined ? now : since[row.id]; });
    since = held;
    var next = IOC.focusNext({ key: key, well: well }, worst, since, rows !== undefined, now);
    well = next.well;
    if (next.key !== key) change(next.key);
    var row = worst.find(function (one) { return one.id === key; });
    if (row) say(row);
    over(key !== '' && !row && rows !== undefined);
    if (mark()) IOC.recount('alarms');
  }

  // The slot's row in the list leaves out what to do, which the slot says; whether another row is marked now.
  function mark() {
    var changed = false;
    document.querySelectorAll('[data-rows=alarms] > tr').forEach(function (tr) {
      var on = key !== '' && tr.dataset.row === key;
      if (tr.hasAttribute('data-focused') === on) return;
      tr.toggleAttribute('data-focused', on);
      changed = true;
    });
    return changed;
  }

  function change(next) {
    key = slot.dataset.focus = next;
    if (!next) quiet();
    slot.querySelector('.ioc-focus__calm').hidden = next !== '';
    slot.querySelector('.ioc-focus__alarm').hidden = next === '';
  }

  function say(row) {
    SAID.forEach(function (name, i) { put(name, row.cells[i] ? row.cells[i].t : ''); });
    put('who', row.who);
    var link = slot.querySelector('[data-focus-said=href]');
    var href = row.href && IOC.at(row.href);
    link.hidden = !href;
    if (link.getAttribute('href') !== href) link.setAttribute('href', href);
    slot.className = 'ioc-focus ioc-focus--' + row.tone;
    figure(row.kpi);
  }

  function put(name, text) { IOC.words(slot.querySelector('[data-focus-said=' + name + ']'), text || ''); }

  function figure(kpi) {
    if (IOC.focus === kpi) return;
    IOC.focus = kpi;
    var card = slot.querySelector('.ioc-card');
    card.dataset.kpi = kpi;
    card.hidden = !kpi;
    if (kpi) IOC.putCard(card);
    IOC.tell('focus', kpi);
  }

  // Over and about to leave: without colour.
  function over(yes) { slot.classList.toggle('ioc-focus--over', yes); }

  function quiet() {
    slot.className = 'ioc-focus ioc-focus--calm';
    figure('');
    var calm = slot.querySelector('.ioc-focus__calm'), time = calm.querySelector('time');
    time.dataset.asOf = String(IOC.now());
    time.dataset.staleAfter = '1000000000';
    calm.lastElementChild.hidden = false;
    IOC.ageNow(time);
  }

  IOC.whenever('[data-focus]', function (element) {
    slot = element;
    since = {};
    well = null;
    key = element.dataset.focus;
    IOC.focus = element.querySelector('.ioc-card').dataset.kpi;
    IOC.tell('focus', IOC.focus);
  });
  IOC.seconds.push(look);
})();

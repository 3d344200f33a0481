// Inlined in the frame of every page: counts ages from the first paint, even when no other script arrives.
// Without scripts, ages stay clock times. If React's page is not there after STUCK_MS, the page says that it is stuck.
(function () {
  'use strict';
  var AGEING_FROM = 0.5, STUCK_MS = 12000, SECOND_MS = 1000, LATE_MS = 5;  // a timer may be early by a millisecond
  var root = document.documentElement, IOC = window.IOC, contract = IOC.contract;
  var served = Number(root.dataset.now) - performance.now();

  root.classList.add('ioc-ticking');

  // The address of a path of the centre, which a proxy may show under a path of its own.
  IOC.at = function (path) { return (root.dataset.base || '') + path; };

  setTimeout(function () { if (document.getElementById('ioc-first')) root.classList.add('ioc-stuck'); }, STUCK_MS);

  // The server's clock now, in epoch ms, counted from the instant in the page; assets/scripts/10-live.js replaces this by a
  // better one once it is connected.
  IOC.now = function () { return served + performance.now(); };

  IOC.ageWords = function (seconds) {
    var unit = contract.AGE_FROM_S.findLastIndex(function (from) { return seconds >= from || from === 0; });
    var count = Math.floor(Math.max(0, seconds) / contract.AGE_UNITS_S[unit]);
    return count + ' ' + contract.AGE_WORDS[root.lang === 'en' ? 'en' : 'vi'][unit][count === 1 ? 0 : 1];
  };

  // Stage of a figure by its age and its limit (s): fresh, ageing or stale.
  IOC.ageStage = function (seconds, limit) {
    return seconds > limit ? 'stale' : seconds > AGEING_FROM * limit ? 'ageing' : 'fresh';
  };

  // Changes text in place: the browser lays out only what changed, and React keeps its node.
  IOC.text = function (element, text) {
    var node = element.firstChild;
    if (node && node.nodeType === 3 && !node.nextSibling) { if (node.nodeValue !== text) node.nodeValue = text; }
    else if (element.textContent !== text) element.textContent = text;
  };

  /** @param {HTMLElement} element @param {number} now server's time, epoch ms */
  function age(element, now) {
    var seconds = (now - Number(element.dataset.asOf)) / 1000, limit = Number(element.dataset.staleAfter);
    var stage = IOC.ageStage(seconds, limit);
    IOC.text(element, IOC.ageWords(seconds));
    if (element.dataset.stage === stage) return;
    element.dataset.stage = stage;
    element.classList.toggle('ioc-age--stale', stage === 'stale');
    element.classList.toggle('ioc-age--ageing', stage === 'ageing');
    var card = element.dataset.part === 'age' && element.closest('[data-kpi]');
    if (card && stage === 'stale') card.classList.add('ioc-card--stale');
  }

  IOC.ageNow = function (element) { if (element.dataset.asOf) age(element, IOC.now()); };
  IOC.ageAll = function () {
    var now = IOC.now();
    document.querySelectorAll('time[data-as-of]').forEach(function (element) { age(element, now); });
  };

  // While the page loads, age before each paint.
  var reading = new MutationObserver(IOC.ageAll);
  reading.observe(root, { subtree: true, childList: true });
  document.addEventListener('DOMContentLoaded', function () { reading.disconnect(); IOC.ageAll(); });

  // What may wait for the next picture is written with whatever changes first, the second or the vehicles.
  // One that fails stops no other, nor the next second.
  var waiting = [];
  function each(acts) { acts.forEach(function (act) { try { act(); } catch (fault) { reportError(fault); } }); }
  IOC.soon = function (write) { if (waiting.indexOf(write) < 0) waiting.push(write); };
  IOC.written = function () { each(waiting.splice(0)); };

  // What changes each second changes at once, so that the browser draws one picture for all: on the server's full second.
  IOC.seconds = [IOC.written, IOC.ageAll];
  (function next() {
    setTimeout(function () { next(); each(IOC.seconds); }, SECOND_MS + LATE_MS - IOC.now() % SECOND_MS);
  })();
})();

// A public screen turns its slides and keeps itself awake; it does nothing else.
(function () {
  'use strict';
  var NEUTRAL_AFTER_MS = 30 * 60 * 1000, SLIDES_EVERY_MS = 60 * 1000;
  var timer = null;

  function slides() { return Array.from(document.querySelectorAll('[data-slide]')); }

  function turn() {
    var all = slides(), on = all.findIndex(function (slide) { return slide.hasAttribute('data-on'); });
    if (!all.length) { timer = null; return; }
    var next = all[(on + 1) % all.length];
    if (on >= 0) all[on].removeAttribute('data-on');
    next.setAttribute('data-on', '');
    dots(all.indexOf(next));
    timer = setTimeout(turn, 1000 * Number(next.dataset.dwell || 8));
  }

  function dots(index) {
    document.querySelectorAll('.ioc-kiosk__dots i').forEach(function (dot, i) {
      if (i === index) dot.setAttribute('data-on', ''); else dot.removeAttribute('data-on');
    });
  }

  // After half an hour without the server, hide all numbers on a public screen, even though each shows its age.
  setInterval(function () {
    var kiosk = document.querySelector('[data-kiosk]');
    if (kiosk && IOC.heardAt) kiosk.classList.toggle('ioc-kiosk--silent', performance.now() - IOC.heardAt > NEUTRAL_AFTER_MS);
  }, 10000);

  // A figure without a slide (withheld or absent before): reload, so that the server draws one.
  document.addEventListener('ioc:kpis', function (event) {
    if (!document.querySelector('[data-kiosk]')) return;
    var missing = event.detail.cards.some(function (vm) {
      return !vm.stale && !document.querySelector('[data-public][data-kpi="' + vm.key + '"]');
    });
    if (!missing || Date.now() - Number(sessionStorage.getItem('ioc-slides') || 0) < SLIDES_EVERY_MS) return;
    sessionStorage.setItem('ioc-slides', String(Date.now()));
    setTimeout(IOC.reloadWhenServed, 5000 * Math.random());
  });

  function stayAwake() {
    if (!navigator.wakeLock || document.visibilityState !== 'visible') return;
    navigator.wakeLock.request('screen').catch(function () {});  // refused without TLS: the system's settings apply
  }
  document.addEventListener('visibilitychange', stayAwake);
  stayAwake();

  IOC.whenever('[data-slide]', function () {
    if (timer !== null) return;
    var on = document.querySelector('[data-slide][data-on]');
    dots(Math.max(0, slides().indexOf(on)));
    timer = setTimeout(turn, 1000 * Number((on && on.dataset.dwell) || 8));
  });
})();

// A public screen turns its slides and keeps itself awake; it does nothing else.
(function () {
  'use strict';
  var NEUTRAL_AFTER_MS = 30 * 60 * 1000, SLIDES_EVERY_MS = 60 * 1000;
  var timer = null;

  function slides() {
    var all = Array.from(document.querySelectorAll('[data-slide]'));
    var told = all.filter(function (slide) { return !slide.dataset.until || Number(slide.dataset.until) > IOC.now(); });
    return told.length ? told : all;
  }

  function turn() {
    var all = Array.from(document.querySelectorAll('[data-slide]')), told = slides();
    var on = all.findIndex(function (slide) { return slide.hasAttribute('data-on'); });
    if (!all.length) { timer = null; return; }
    var next = told.find(function (slide) { return all.indexOf(slide) > on; }) || told[0];
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

  function draw() {
    if (Date.now() - Number(sessionStorage.getItem('ioc-slides') || 0) < SLIDES_EVERY_MS) return;
    sessionStorage.setItem('ioc-slides', String(Date.now()));
    setTimeout(IOC.reloadWhenServed, 5000 * Math.random());
  }

  // A slide whose time is over: the server has others to tell.
  setInterval(function () {
    if (Array.from(document.querySelectorAll('[data-until]')).some(function (slide) { return Number(slide.dataset.until) <= IOC.now(); })) draw();
  }, 10000);

  // A figure without a slide (withheld or absent before), or with another picture: reload, so that the server draws it.
  document.addEventListener('ioc:kpis', function (event) {
    if (!document.querySelector('[data-kiosk]')) return;
    var missing = event.detail.cards.some(function (vm) {
      var card = document.querySelector('[data-public][data-kpi="' + vm.key + '"]'), whole = IOC.card(vm.key) || vm;
      if (!card) return !vm.stale;
      var filled = whole.fill >= 1 ? 100 : Math.min(99, Math.round(100 * whole.fill));
      return card.dataset.hundred !== undefined && typeof whole.fill === 'number' && Number(card.dataset.hundred) !== filled;
    });
    if (missing) draw();
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
    dots(Math.max(0, Array.from(document.querySelectorAll('[data-slide]')).indexOf(on)));
    timer = setTimeout(turn, 1000 * Number((on && on.dataset.dwell) || 8));
  });
})();

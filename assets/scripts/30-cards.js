// Writes the newest card view-models into the page, whether the card or its data arrives first.
(function () {
  'use strict';
  var contract = IOC.contract, PROVINCE = contract.PROVINCE, UNKNOWN = contract.UNKNOWN, REFRESH_MS = 10000, ANY_REFRESH_MS = 60000;
  var AGES = ['key', 'as_of_ms'];
  /** @type {Record<string, CardVM>} */
  var cards = {};
  /** @type {Record<string, boolean>} */
  var gone = {};
  /** @type {Record<string, Partial<CardVM>>} */
  var news = {};
  var whole = false, revision = 0, timer = null, due = Infinity;

  /** @param {HTMLElement} element */
  function put(element) {
    var vm = cards[element.dataset.kpi];
    if (vm && ofProvince(element)) apply(element, vm, vm);
  }

  /** @param {HTMLElement} element @param {CardVM} vm @param {Partial<CardVM>} told what changed of it, at most all */
  function apply(element, vm, told) {
    contract.CARD_TEXTS.forEach(function (name) {
      var part = told[name] !== undefined && element.querySelector('[data-part=' + name + ']');
      if (part) IOC.text(part, vm[name]);
    });
    var status = vm.status || (vm.stale ? 'stale' : 'normal');
    contract.STATUSES.forEach(function (name) { element.classList.toggle('ioc-card--' + name, name === status); });
    set(element, 'data-simulated', vm.simulated ? 'true' : 'false');
    if (vm.kind !== undefined) set(element, 'data-kind', vm.kind);
    if (told.spark !== undefined || told.band !== undefined || told.breaks !== undefined) each(element, 'spark', function (part) {
      set(part, 'data-points', vm.spark || '');
      set(part, 'data-band', vm.band || '');
      set(part, 'data-breaks', vm.breaks || '');
      set(part, 'data-span', vm.span || '');
      set(part, 'data-range', vm.range || '');
    });
    each(element, 'bullet', function (part) {
      set(part, 'data-fill', share(vm.fill));
      set(part, 'data-mark', share(vm.mark));
      part.classList.toggle('ioc-bullet--none', vm.fill === null);
    });
    each(element, 'age', function (part) { age(part, vm); });
  }

  /** @param {HTMLElement} part @param {{ stale_after_s: number, as_of_ms: number | null }} vm */
  function age(part, vm) {
    set(part, 'data-stale-after', String(vm.stale_after_s));
    delete part.dataset.stage;
    if (vm.as_of_ms === null) { delete part.dataset.asOf; IOC.text(part, UNKNOWN); return; }
    set(part, 'data-as-of', String(vm.as_of_ms));
    IOC.ageNow(part);
  }

  /** @param {HTMLElement} element @param {string} name @param {(part: HTMLElement) => void} act */
  function each(element, name, act) {
    var part = element.querySelector('[data-part=' + name + ']');
    if (part) act(part);
  }

  /** @param {HTMLElement} element @param {string} name @param {string} value */
  function set(element, name, value) { if (element.getAttribute(name) !== value) element.setAttribute(name, value); }
  function share(value) { return value === null || value === undefined ? '' : value.toFixed(4); }

  // The channel sends cards of the province only; those of a place stay as the server drew them.
  function ofProvince(element) { return (element.dataset.place || PROVINCE) === PROVINCE; }

  // The server draws tables and regions: have it draw them again ten seconds after a figure changed that they follow, and
  // a minute after any. What would be drawn as it stands is not sent.
  function refresh(wait) {
    var at = performance.now() + wait;
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(function () {
      due = Infinity;
      var page = IOC.page();
      if (page && page.dataset.regions) IOC.set(page.dataset.screen + '-' + contract.REVISION, { data: ++revision });
    }, wait);
  }

  /** @param {Kpis} message @returns {boolean} more than the age of a figure changed that the page's regions follow */
  function matters(message) {
    var page = IOC.page(), followed = ((page && page.dataset.regions) || '').split(' ');
    return message.gone.concat(message.cards.filter(changed).map(function (told) { return told.key; }))
      .some(function (key) { return followed.indexOf(key) >= 0; });
  }
  function changed(told) { return Object.keys(told).some(function (name) { return AGES.indexOf(name) < 0; }); }

  document.addEventListener('ioc:kpis', function (event) {
    var message = event.detail;
    if (message.full) { cards = {}; gone = {}; whole = true; }
    message.cards.forEach(function (told) {
      cards[told.key] = Object.assign({}, cards[told.key], told);
      delete gone[told.key];
    });
    message.gone.forEach(function (key) { delete cards[key]; gone[key] = true; withdraw(key); });
    if (message.full) document.querySelectorAll('[data-public][data-kpi]').forEach(hold);
    message.cards.forEach(function (told) { news[told.key] = Object.assign(news[told.key] || {}, told); });
    if (message.full) write();
    else { IOC.soon(write); refresh(matters(message) ? REFRESH_MS : ANY_REFRESH_MS); }
  });

  // Writes what was told since the last writing.
  function write() {
    var told = news;
    news = {};
    Object.keys(told).forEach(function (key) {
      if (cards[key]) document.querySelectorAll('[data-kpi="' + key + '"]').forEach(function (element) {
        if (ofProvince(element)) apply(element, cards[key], told[key]);
      });
    });
  }
  // The first list of a kind is as old as the page; after a reconnect the lists come again.
  document.addEventListener('ioc:rows', function (event) {
    var page = IOC.page();
    if (page && IOC.rows(event.detail.id)) refresh('lists' in page.dataset ? REFRESH_MS : ANY_REFRESH_MS);
  });

  // Empties a public card whose figure the server withdrew, or left out of the full list of public figures.
  function hold(element) {
    var key = element.dataset.kpi;
    if ('public' in element.dataset && (gone[key] || (whole && !IOC.card(key)))) withdraw(key);
  }

  // Removes from public cards all texts that the public may no longer see.
  function withdraw(key) {
    document.querySelectorAll('[data-public][data-kpi="' + key + '"]').forEach(function (element) {
      contract.PUBLIC_TEXTS.forEach(function (name) {
        each(element, name, function (part) { IOC.text(part, name === 'value' ? UNKNOWN : ''); });
      });
      each(element, 'bullet', function (part) { part.classList.add('ioc-bullet--none'); });
      each(element, 'age', function (part) { age(part, { stale_after_s: 0, as_of_ms: null }); });
    });
  }

  // The newest card of a KPI for the province; and a function that fills an element whose KPI has changed.
  IOC.card = function (key) { return cards[key]; };
  IOC.putCard = put;

  // Fill elements that appear after their data: React draws a page as old as the first response.
  IOC.whenever('[data-kpi]', function (element) {
    if (element.id === 'map') return;
    put(element);
    hold(element);
  });
})();

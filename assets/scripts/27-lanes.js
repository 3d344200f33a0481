// Draws runs on their time scale and shares of streets from data attributes; hatched = no signal or not verified.
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg', HOUR = 3600e3, ZONE = 7 * HOUR, TICK_MS = 30e3;
  var PATTERNS = { unknown: 'M0 6L6 0', gap: 'M0 6L6 0', passed: 'M3 0V6' };

  function make(name, attributes, parent) {
    var node = document.createElementNS(SVG, name);
    for (var key in attributes) node.setAttribute(key, attributes[key]);
    parent.appendChild(node);
    return node;
  }

  // One set of patterns per page: every drawing refers to them by id.
  function patterns() {
    if (document.getElementById('ioc-lane-unknown')) return;
    var svg = make('svg', { width: 0, height: 0, 'aria-hidden': 'true', class: 'ioc-patterns' }, document.body);
    Object.keys(PATTERNS).forEach(function (kind) {
      var tile = make('pattern', { id: 'ioc-lane-' + kind, width: 6, height: 6, patternUnits: 'userSpaceOnUse' }, svg);
      make('rect', { width: 6, height: 6, class: 'ioc-pattern ioc-pattern--' + kind }, tile);
      make('path', { d: PATTERNS[kind], class: 'ioc-stroke ioc-stroke--' + kind }, tile);
    });
  }

  function percent(share) { return (100 * share).toFixed(3) + '%'; }
  function bar(svg, x, wide, row, kind) {
    make('rect', { x: percent(x), width: percent(Math.max(wide, 0.0015)), class: 'ioc-bar-' + row + ' ioc-fill--' + kind }, svg);
  }

  function lane(host) {
    var from = Number(host.dataset.from), to = Number(host.dataset.to), svg = host.querySelector('svg');
    if (!svg) svg = make('svg', { 'aria-hidden': 'true' }, host);
    svg.textContent = '';
    function at(ms) { return (ms - from) / (to - from); }
    hours(svg, from, to, at, Number(host.dataset.ticks), host.dataset.part === 'scale');
    (host.dataset.bars || '').split('|').filter(Boolean).forEach(function (one) {
      var said = one.split(' ');
      bar(svg, at(Number(said[2])), at(Number(said[3])) - at(Number(said[2])), said[0], said[1]);
    });
    host.iocNow = make('line', { y1: 0, y2: '100%', class: 'ioc-lane__now' }, svg);
    tick(host);
  }

  function hours(svg, from, to, at, most, named) {
    var step = Math.max(1, Math.ceil((to - from) / HOUR / most)) * HOUR;
    for (var ms = Math.ceil((from + ZONE) / step) * step - ZONE; ms < to; ms += step) {
      make('line', { x1: percent(at(ms)), x2: percent(at(ms)), y1: 0, y2: '100%', class: 'ioc-lane__hour' }, svg);
      if (!named || at(ms) > 0.97) continue;
      make('text', { x: percent(at(ms)), dx: 3, y: '75%' }, svg).textContent =
        String(Math.floor((ms + ZONE) / HOUR) % 24).padStart(2, '0') + 'h';
    }
  }

  // Moves the now line by the server's clock; until that is known, by this machine's clock from the page's instant.
  function tick(host) {
    if (!host.iocNow) return;
    if (host.iocMade !== host.dataset.now) { host.iocMade = host.dataset.now; host.iocHere = performance.now(); }
    var now = Number(host.dataset.now) + performance.now() - host.iocHere;
    var x = (now - Number(host.dataset.from)) / (Number(host.dataset.to) - Number(host.dataset.from));
    host.iocNow.setAttribute('visibility', x >= 0 && x <= 1 ? 'visible' : 'hidden');
    host.iocNow.setAttribute('x1', percent(x));
    host.iocNow.setAttribute('x2', percent(x));
  }

  function shares(host) {
    var svg = host.querySelector('svg') || make('svg', { 'aria-hidden': 'true' }, host), x = 0;
    svg.textContent = '';
    (host.dataset.shares || '').split('|').filter(Boolean).forEach(function (one) {
      var said = one.split(' ');
      bar(svg, x, Number(said[1]), 'share', said[0]);
      x += Number(said[1]);
    });
  }

  function draw(host) {
    if (!host.matches) return;
    if (host.matches('[data-part=lane],[data-part=scale]')) { patterns(); lane(host); }
    if (host.matches('[data-part=shares]')) { patterns(); shares(host); }
  }
  function drawAll(root) { root.querySelectorAll('[data-part=lane],[data-part=scale],[data-part=shares]').forEach(draw); }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === 'attributes') { draw(change.target); return; }
      change.addedNodes.forEach(function (node) {
        if (!(node instanceof Element) || node.namespaceURI === SVG) return;
        draw(node);
        drawAll(node);
      });
    });
  }).observe(document.documentElement, {
    subtree: true, childList: true, attributes: true, attributeFilter: ['data-bars', 'data-from', 'data-shares'],
  });
  setInterval(function () { document.querySelectorAll('[data-part=lane],[data-part=scale]').forEach(tick); }, TICK_MS);
  drawAll(document);
})();

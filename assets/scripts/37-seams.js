// Keeps letters off the seams of a wall of several screens: what would lie on one moves down or to the right, and a name
// on the map leaves when it finds no room.
(function () {
  'use strict';
  var GAP_REM = 0.25, PASSES = 4, WAIT_MS = 300;
  var DOWN = 'h2, tr, .ioc-card, .ioc-chips-row, .ioc-turn-note, .ioc-more, .ioc-counts > *, .ioc-now-run, .ioc-focus__what, .ioc-focus__said > p, .ioc-focus__calm, .ioc-empty';
  var ACROSS = '.ioc-bar > :not(nav), .ioc-nav > *, .ioc-counts > *, .ioc-legend > *';
  var NAMES = '.ioc-names text, .ioc-lane text';
  var wall = null, timer = null;

  // How far spans ([from, to] along one axis) must move on together until none comes nearer than `gap` to a seam.
  /** @param {number[][]} spans @param {number[]} seams @param {number} gap @returns {number} */
  IOC.clear = function (spans, seams, gap) {
    var shift = 0, hit, most = seams.length > 1 ? seams[1] - seams[0] : Infinity;
    function on(span) {
      return seams.find(function (seam) { return span[0] + shift < seam + gap && span[1] + shift > seam - gap; });
    }
    while (shift < most) {
      hit = spans.find(function (span) { return on(span) !== undefined; });
      if (!hit) return shift;
      shift = on(hit) + gap - hit[0];
    }
    return 0;  // longer than a screen
  };

  function seams(count, whole) {
    return Array.from({ length: count - 1 }, function (_, i) { return whole * (i + 1) / count; });
  }

  // Boxes of an element's letters, a line each. A spark has letters of the style sheet's.
  function boxes(element) {
    var found = Array.from(element.querySelectorAll('.ioc-spark'), function (spark) { return spark.getBoundingClientRect(); });
    var walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (var node = walk.nextNode(); node; node = walk.nextNode()) {
      if (!node.nodeValue.trim()) continue;
      range.selectNodeContents(node);
      found = found.concat(Array.from(range.getClientRects()));
    }
    return found.filter(function (box) { return box.width > 1 && box.height > 1; });
  }

  // Moves elements on along one axis, in their order; what follows in the same flow moves with them. Everything is measured
  // before anything moves: a page is laid out once a pass. Whether something moved.
  function along(elements, margin, sides, lines, gap, flow) {
    var measured = elements.map(function (element) {
      return { element: element, flow: flow(element), had: parseFloat(getComputedStyle(element)[margin]), boxes: boxes(element) };
    });
    var moved = new Map(), any = false;
    measured.forEach(function (one) {
      var before = moved.get(one.flow) || 0;
      var shift = IOC.clear(one.boxes.map(function (box) { return [box[sides[0]] + before, box[sides[1]] + before]; }), lines, gap);
      if (shift < 0.5) return;
      moved.set(one.flow, before + shift);
      one.element.style[margin] = one.had + shift + 'px';
      any = true;
    });
    return any;
  }
  function column(element) { return element.closest('.ioc-wall__page, .ioc-wall__right, .ioc-wall__runs, .ioc-focus, .ioc-wall__streets'); }
  function row(element) { return element.parentElement; }

  function near(box, other) {
    return box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  }

  // A name moves to the nearer side of a seam, unless another name is there.
  function names(xs, ys, gap) {
    var texts = all(NAMES), kept = [];
    texts.forEach(function (text) { text.removeAttribute('transform'); text.style.visibility = ''; });
    texts.map(function (text) { return { text: text, box: text.getBoundingClientRect(), grown: text.ownerSVGElement.getScreenCTM().a }; })
      .filter(function (one) { return one.box.width > 0; })
      .forEach(function (one) {
        var box = one.box, right = IOC.clear([[box.left, box.right]], xs, gap), below = IOC.clear([[box.top, box.bottom]], ys, gap);
        if (right > box.width / 2 + gap) right -= box.width + 2 * gap;
        if (below > box.height / 2 + gap) below -= box.height + 2 * gap;
        var put = new DOMRect(box.left + right, box.top + below, box.width, box.height);
        if ((right || below) && kept.some(function (other) { return near(put, other); })) { one.text.style.visibility = 'hidden'; return; }
        kept.push(put);
        if (right || below) one.text.setAttribute('transform', 'translate(' + right / one.grown + ' ' + below / one.grown + ')');
      });
  }

  function all(selector) { return Array.from(wall.closest('.ioc-page').querySelectorAll(selector)); }

  function clear() {
    timer = null;
    if (!wall || !wall.isConnected) return;
    var gap = GAP_REM * parseFloat(getComputedStyle(document.documentElement).fontSize);
    var xs = seams(Number(wall.dataset.across), innerWidth), ys = seams(Number(wall.dataset.down), innerHeight);
    var down = all(DOWN), across = all(ACROSS), moved = true;
    down.forEach(function (one) { one.style.marginTop = ''; });
    across.forEach(function (one) { one.style.marginLeft = ''; });
    for (var pass = 0; pass < PASSES && moved; pass++) {
      moved = along(across, 'marginLeft', ['left', 'right'], xs, gap, row);
      moved = along(down, 'marginTop', ['top', 'bottom'], ys, gap, column) || moved;
    }
    names(xs, ys, gap);
  }

  function soon() { if (wall && timer === null) timer = setTimeout(clear, WAIT_MS); }

  function begin(element) {
    if (element.dataset.across === '1' && element.dataset.down === '1') return;
    wall = element;
    clear();
    var changed = new MutationObserver(soon);
    all('tbody, #wall-runs, #wall-streets, #map, .ioc-streets, .ioc-focus__alarm').forEach(function (host) {
      changed.observe(host, { childList: true, attributes: true, attributeFilter: ['hidden', 'data-on'] });
    });
    all('[data-turn]').forEach(function (page) { changed.observe(page, { attributes: true, attributeFilter: ['data-on'] }); });
  }

  var first = /** @type {HTMLElement} */ (document.querySelector('#ioc-first [data-across]'));
  if (first) document.fonts.ready.then(function () { if (first.isConnected) begin(first); });
  IOC.whenever('[data-across]', begin);
  document.addEventListener('ioc:kpis', soon);
  document.addEventListener('ioc:rows', soon);
  addEventListener('resize', soon);
})();

// Keeps letters off the seams of a wall of several screens: what would lie on one moves down or to the right, and a name
// on the map leaves when it finds no room.
(function () {
  'use strict';
  var GAP_REM = 0.25, PASSES = 4, WAIT_MS = 300;
  var DOWN = 'h2, tr, .ioc-list--alarms td:nth-child(n + 3), .ioc-card, .ioc-chips-row, .ioc-turn-note, .ioc-more, .ioc-counts > *, .ioc-now-run, .ioc-wall__missed li, .ioc-focus__what, .ioc-focus__said > p, .ioc-focus__calm, .ioc-empty';
  var ACROSS = '.ioc-bar > *, .ioc-counts > *, .ioc-legend > *, .ioc-map__credit';
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

  // What moves with an element: a heading keeps the first of what it is of, an alarm's row ends where its text may break.
  function together(element) {
    if (element.matches('.ioc-list--alarms tr')) return Array.from(element.children).slice(0, 2);
    return element.matches('h2') && element.nextElementSibling ? [element, lead(element.nextElementSibling)] : [element];
  }
  function lead(element) { return element.querySelector('tr td:nth-child(2)') || element; }

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
      return { element: element, flow: flow(element), had: parseFloat(getComputedStyle(element)[margin]), boxes: together(element).flatMap(boxes) };
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
  // The map's foot stands on what is below it: it moves up.
  function raise(foot, ys, gap) {
    foot.style.paddingBottom = '';
    var spans = boxes(foot).map(function (box) { return [-box.bottom, -box.top]; });
    var shift = IOC.clear(spans, ys.map(function (y) { return -y; }).reverse(), gap);
    if (shift > 0.5) foot.style.paddingBottom = parseFloat(getComputedStyle(foot).paddingBottom) + shift + 'px';
  }
  function column(element) { return element.closest('.ioc-wall__page, .ioc-wall__right, .ioc-wall__runs, .ioc-wall__act, .ioc-wall__streets'); }
  function row(element) { return element.parentElement; }

  function near(box, other) {
    return box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  }

  // A name moves to the nearest side of a seam where no other name is, and leaves where there is none. So does an hour
  // that lies on the hour before it: a wall's lanes are narrower than the server, who chose the hours, could know.
  function names(xs, ys, gap) {
    var texts = all(NAMES), kept = [];
    texts.forEach(function (text) { text.removeAttribute('transform'); text.style.visibility = ''; });
    texts.map(function (text) { return { text: text, box: text.getBoundingClientRect(), grown: text.ownerSVGElement.getScreenCTM().a }; })
      .filter(function (one) { return one.box.width > 0; })
      .map(function (one) { return Object.assign(one, { tried: places(one.box, xs, ys, gap) }); })
      // Names that stay come first: one that moves finds the room they leave.
      .sort(function (a, b) { return a.tried.length - b.tried.length; })
      .forEach(function (one) {
        var stays = one.tried.length === 1 && !one.text.closest('.ioc-lane');
        var put = one.tried.find(function (place) { return stays || !kept.some(function (other) { return near(place, other); }); });
        if (!put) { one.text.style.visibility = 'hidden'; return; }
        kept.push(put);
        var right = put.left - one.box.left, below = put.top - one.box.top;
        if (right || below) one.text.setAttribute('transform', 'translate(' + right / one.grown + ' ' + below / one.grown + ')');
      });
  }

  // Where a box that lies on a seam may stand, on either side of it, the nearest first.
  function places(box, xs, ys, gap) {
    function sides(shift, size) { return shift ? [shift, shift - size - 2 * gap] : [0]; }
    var across = sides(IOC.clear([[box.left, box.right]], xs, gap), box.width), down = sides(IOC.clear([[box.top, box.bottom]], ys, gap), box.height);
    return across.flatMap(function (right) {
      return down.map(function (below) { return new DOMRect(box.left + right, box.top + below, box.width, box.height); });
    }).sort(function (a, b) { return far(a, box) - far(b, box); });
  }
  function far(a, b) { return Math.abs(a.left - b.left) + Math.abs(a.top - b.top); }

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
    all('.ioc-map__foot').forEach(function (foot) { raise(foot, ys, gap); });
    names(xs, ys, gap);
  }

  function soon() { if (wall && timer === null) timer = setTimeout(clear, WAIT_MS); }

  function begin(element) {
    if (element.dataset.across === '1' && element.dataset.down === '1') return;
    wall = element;
    clear();
    var changed = new MutationObserver(soon);
    all('tbody, #wall-runs, #wall-missed, #wall-streets, #map, .ioc-streets, .ioc-focus__alarm').forEach(function (host) {
      changed.observe(host, { childList: true, attributes: true, attributeFilter: ['hidden', 'data-on'] });
    });
    all('[data-turn]').forEach(function (page) { changed.observe(page, { attributes: true, attributeFilter: ['data-on'] }); });
  }

  var first = /** @type {HTMLElement} */ (document.querySelector('#ioc-first [data-across]'));
  if (first) document.fonts.ready.then(function () { if (first.isConnected) begin(first); });
  IOC.whenever('[data-across]', begin);
  document.addEventListener('ioc:kpis', soon);
  document.addEventListener('ioc:rows', soon);
  document.addEventListener('ioc:line', soon);  // the banner of a silent server stands in the bar
  addEventListener('resize', soon);
})();

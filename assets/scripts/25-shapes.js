// Draws sparklines and bullets from data attributes, when they appear and when an attribute changes; a chart comes drawn.
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg';

  function make(name, attributes, parent) {
    var node = document.createElementNS(SVG, name);
    for (var key in attributes) node.setAttribute(key, attributes[key]);
    parent.appendChild(node);
    return node;
  }

  function spark(host) {
    var points = host.dataset.points || '', svg = host.firstElementChild;
    if (!svg) {
      svg = make('svg', { viewBox: '0 0 100 28', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, host);
      make('rect', { x: 0, width: 100 }, svg);
      make('polyline', { 'vector-effect': 'non-scaling-stroke' }, svg);
      make('path', { 'vector-effect': 'non-scaling-stroke' }, svg);
    }
    // Draw the normal band behind the sparkline; draw none when the range is unknown.
    var band = (host.dataset.band || '0 0').split(' ');
    svg.children[0].setAttribute('y', band[0]);
    svg.children[0].setAttribute('height', band[1] - band[0]);
    svg.children[1].setAttribute('points', points);
    // A zero-length stroke with a round cap stays a round dot in the stretched drawing.
    var last = points.slice(points.lastIndexOf(' ') + 1);
    svg.children[2].setAttribute('d', last ? 'M' + last.replace(',', ' ') + 'h0' : '');
    breaks(host, svg);
  }

  // Lines at territorial reforms: the figures before and after count other units.
  function breaks(host, svg) {
    while (svg.children.length > 3) svg.lastElementChild.remove();
    var said = (host.dataset.breaks || '').split('|').filter(Boolean).map(function (one) {
      var at = one.indexOf(' '), x = one.slice(0, at);
      make('line', { x1: x, x2: x, y1: 0, y2: 28, 'vector-effect': 'non-scaling-stroke' }, svg);
      return one.slice(at + 1);
    });
    host.title = said.join('; ');
  }

  function bullet(host) {
    if (!host.firstElementChild) {
      host.appendChild(document.createElement('b'));
      host.appendChild(document.createElement('i'));
    }
    var fill = host.dataset.fill || '', mark = host.dataset.mark || '';
    host.firstElementChild.style.width = fill ? 100 * fill + '%' : '0';
    host.lastElementChild.hidden = !mark;
    if (mark) host.lastElementChild.style.left = 100 * mark + '%';
  }

  // The server drew it (present/charts/svg.py): in the first response inside the element, later as text.
  function chart(host) { if (host.dataset.drawing !== undefined) host.innerHTML = host.dataset.drawing; }

  function draw(host) {
    if (host.dataset.part === 'spark') spark(host);
    else if (host.dataset.part === 'bullet') bullet(host);
    else if (host.dataset.part === 'chart') chart(host);
  }

  function drawAll(root) {
    root.querySelectorAll('[data-part=spark],[data-part=bullet],[data-part=chart]').forEach(draw);
  }

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
    subtree: true, childList: true, attributes: true, attributeFilter: ['data-points', 'data-band', 'data-breaks', 'data-fill', 'data-mark', 'data-drawing'],
  });
  drawAll(document);
})();

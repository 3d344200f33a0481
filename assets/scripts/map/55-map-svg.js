// SVG maps from the server: the whole map without WebGL, and the small map beside the live map of vehicles.
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg', HALF_SECOND_MS = 500, AGE_MS = 5000, METRES_A_DEGREE = 111195, BEYOND = 0.05;
  var MARK = 'M0-16L16 0L0 16L-16 0Z';
  var STATES = IOC.contract.VEHICLE_STATES, panel = IOC.panel, host = null, small = null, whole = false, due = null;

  // `letters`: size of the names in thousandths of the picture's width; without it the style sheet shows those that fit.
  // `box`: degrees, where the server's first drawing shows other streets than all.
  function load(address, letters, box) {
    var query = panel.query();
    if ('beside' in host.dataset) query.set('moving', 'true');
    if (box) query.set('box', box);
    if (letters) query.set('size', letters);
    return fetch(address + '?' + query).then(function (answer) {
      if (!answer.ok) throw new Error(address + ' answered ' + answer.status);
      return answer.text();
    }).then(function (text) {
      return document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
    });
  }

  function paint() {
    if (!host) return;
    var colours = panel.colours();
    host.parentElement.querySelectorAll('svg [data-place]').forEach(function (place) {
      var wanted = panel.kpi && colours[place.dataset.place] === undefined ? 'none' : colours[place.dataset.place];
      if (wanted === undefined) delete place.dataset.class; else place.dataset.class = wanted;
      if (place.dataset.place === panel.chosen) place.dataset.chosen = ''; else delete place.dataset.chosen;
    });
    if (small) small.hidden = panel.kpi === '';
  }

  // The first response holds every drawing: move the small one to its place; vehicles keep moving until the live map
  // covers the large one, and in the picture of streets beside it for good.
  function adopt() {
    var inset = host.querySelector('.ioc-map__inset');
    if (inset) small = host.parentElement.appendChild(inset);
    paint();
    draw();
    return Boolean(inset);
  }

  // The drawing fills the map, or is the small one beside a live map of vehicles, which empties its own element.
  function province(inset) {
    return load(IOC.at('/map/province.svg')).then(function (svg) {
      var box = inset ? small : host.querySelector('.ioc-map__province');
      if (!box) {
        box = document.createElement('div');
        box.className = inset ? 'ioc-map__inset' : 'ioc-map__province';
        (inset ? host.parentElement : host).appendChild(box);
        if (inset) small = box;
      }
      box.replaceChildren(svg);
      if (!inset) panel.say(svg.dataset.credits, svg.dataset.gap);
      paint();
    });
  }

  // The page around the map: the picture of streets stands apart.
  function root() { return host.closest('[data-topics]'); }
  function beside() { return host && root().querySelector('[data-streets-of]'); }

  // Draws vehicles over the server's drawing, from the same frames, once a second or less.
  function streets(box) {
    var names = box.querySelector('.ioc-names'), shown = box.querySelector('svg');
    var letters = box !== host && names ? names.getAttribute('font-size') : '';  // the small picture keeps the size that the server chose for it
    return load(IOC.at('/map/streets.svg'), letters, shown && shown.dataset.box).then(function (svg) {
      box.replaceChildren(svg);
      if (box === host) panel.say(svg.dataset.credits, svg.dataset.gap);
      paint();
      draw();
    });
  }

  function groups(selector) { return host ? Array.from(root().querySelectorAll(selector)) : []; }
  function place(group, lon, lat) {
    var scale = Number(group.dataset.scale), across = Math.cos(Number(group.dataset.lat0) * Math.PI / 180) * scale;
    return 'translate(' + (lon * across).toFixed(1) + ' ' + (-lat * scale).toFixed(1) + ')';
  }
  function set(element, name, value) { if (element.getAttribute(name) !== value) element.setAttribute(name, value); }
  // One child for each item, made when missing; what is too many leaves.
  function child(group, count, tag) { return group.children[count] || group.appendChild(document.createElementNS(SVG, tag)); }
  function cut(group, count) { while (group.children.length > count) group.lastChild.remove(); }

  function draw() {
    due = null;
    groups('svg [data-vehicles]').forEach(function (group) {
      group.style.display = panel.shows('vehicles') ? '' : 'none';
      if (IOC.fleet.n) vehicles(group);
    });
    if (panel.marks) groups('svg [data-marks]').forEach(function (group) {
      panel.marks.forEach(function (mark, i) {
        var ring = child(group, i, 'path');
        ring.setAttribute('d', MARK);
        ring.setAttribute('transform', place(group, mark.at[0], mark.at[1]));
        ring.dataset.tone = mark.tone;
      });
      cut(group, panel.marks.length);
    });
    if (whole) IOC.redraws += 1;
  }

  // One path for all vehicles of a state: an element for each would cost the browser ten times as much.
  function vehicles(group) {
    var paths = { silent: '', ageing: '', live: '' }, markers = IOC.fleet.markers(), seen = group.ownerSVGElement.viewBox.baseVal, beyond = BEYOND * seen.width;
    var scale = Number(group.dataset.scale), across = Math.cos(Number(group.dataset.lat0) * Math.PI / 180) * scale;
    var look = getComputedStyle(group), grown = Number(look.getPropertyValue('--marker')) * (Number(look.getPropertyValue('--grown')) || 1);
    IOC.fleet.each(performance.now(), false, function (slot, lon, lat, state) {
      var x = lon * across, y = -lat * scale;
      if (x - seen.x < -beyond || x - seen.x > seen.width + beyond || y - seen.y < -beyond || y - seen.y > seen.height + beyond) return;  // nobody sees it there
      var shape = IOC.fleet.look(slot, state, markers);
      paths[state >= STATES.SILENT ? 'silent' : state >= STATES.AGEING ? 'ageing' : 'live'] +=
        'M' + x.toFixed(1) + ' ' + y.toFixed(1) + IOC.outline(shape.marker, Math.round(shape.turned), grown);
    });
    if (group.firstElementChild && group.firstElementChild.nodeName !== 'path') group.textContent = '';  // the server's drawing
    Object.keys(paths).forEach(function (state, i) {
      var path = child(group, i, 'path');
      path.dataset.state = state;
      set(path, 'd', paths[state]);
    });
  }

  function soon() {
    if (host && due === null) due = performance.now() + IOC.fleet.still(pixel());
  }
  // With the ages and the clock: a second picture a second would cost the browser as much as all else.
  IOC.seconds.push(function () { if (due !== null && performance.now() > due - HALF_SECOND_MS) draw(); });

  // Metres in a pixel of the closest picture.
  function pixel() {
    return Math.min.apply(null, groups('svg [data-vehicles]').map(function (group) {
      var svg = group.ownerSVGElement;
      return METRES_A_DEGREE * svg.viewBox.baseVal.width / (Number(group.dataset.scale) * svg.clientWidth);
    }));
  }

  function picture() { return 'close' in host.dataset ? streets(host) : province(false).then(draw); }

  document.addEventListener('ioc:fleet', soon);
  setInterval(soon, AGE_MS);

  document.addEventListener('ioc:no-webgl', function (event) { host = event.detail; whole = true; picture(); });
  document.addEventListener('ioc:map-panel', function (event) {
    host = event.detail;
    if (!adopt() && 'close' in host.dataset && host.dataset.layers !== '{}') province(true);
    if (beside() && !beside().firstChild) streets(beside());
  });
  document.addEventListener('ioc:maps', function () {
    if (!host) return;
    if (whole) picture();
    if (small) province(true);
    if (beside()) streets(beside());
  });
  document.addEventListener('ioc:map-colours', paint);
  document.addEventListener('ioc:map-chosen', paint);
  document.addEventListener('ioc:map-layers', function () { if (host) draw(); });
  document.addEventListener('ioc:map-marks', function () { if (host) IOC.soon(draw); });
  document.addEventListener('click', function (event) {
    var place = IOC.under(event, 'svg [data-place]');
    if (place && host && host.parentElement.contains(place)) panel.choose(place.dataset.place);
  });

  // Mark the map as having vehicles: this hides the note that none was heard.
  function heard() {
    if (!IOC.fleet.n) return;
    document.querySelectorAll('#map:not([data-vehicles])').forEach(function (map) { map.dataset.vehicles = ''; });
  }
  document.addEventListener('ioc:fleet', heard);
  document.addEventListener('ioc:map-panel', heard);
})();

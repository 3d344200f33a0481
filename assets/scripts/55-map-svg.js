// SVG maps from the server: the whole map without WebGL, and the small map beside the live map of vehicles.
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg', REDRAW_MS = 1000, AGE_MS = 5000, LETTERS = 11.5;
  var STATES = IOC.contract.VEHICLE_STATES, panel = IOC.panel, host = null, small = null, whole = false, group = null, circles = [], timer = null;

  // Font size in thousandths of the picture's width, on the screen never below LETTERS.
  function load(address, width) {
    var query = panel.query();
    query.set('size', Math.min(80, Math.max(17, 1000 * LETTERS * IOC.map.unit() / width)).toFixed(0));
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

  // The first response holds both drawings: move the small one to its place; in the large one vehicles keep moving until
  // the live map covers it.
  function adopt() {
    var inset = host.querySelector('.ioc-map__inset');
    group = host.querySelector('svg [data-vehicles]');
    circles = group ? Array.from(group.children) : [];
    draw();
    if (!inset) return false;
    small = host.parentElement.appendChild(inset);
    paint();
    return true;
  }

  // The drawing fills the map, or is the small one beside a live map of vehicles, which empties its own element.
  function province(inset) {
    return load('/map/province.svg', host.clientWidth).then(function (svg) {
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

  // Draws vehicles as circles over the server's drawing, from the same frames, at most once a second.
  function streets() {
    return load('/map/streets.svg', host.clientWidth).then(function (svg) {
      host.replaceChildren(svg);
      group = svg.querySelector('[data-vehicles]');
      circles = [];
      panel.say(svg.dataset.credits, svg.dataset.gap);
      paint();
      draw();
    });
  }

  function draw() {
    timer = null;
    if (group && !group.isConnected) group = null;
    if (!group || !IOC.fleet.n) return;
    var scale = Number(group.dataset.scale), across = Math.cos(Number(group.dataset.lat0) * Math.PI / 180) * scale, count = 0;
    IOC.fleet.each(performance.now(), false, function (_slot, lon, lat, state) {
      var circle = circles[count] || (circles[count] = group.appendChild(document.createElementNS(SVG, 'circle')));
      circle.setAttribute('transform', 'translate(' + lon * across + ' ' + -lat * scale + ')');
      circle.dataset.state = state >= STATES.SILENT ? 'silent' : state >= STATES.AGEING ? 'ageing' : 'live';
      count += 1;
    });
    while (circles.length > count) circles.pop().remove();
    group.style.display = panel.shows('vehicles') ? '' : 'none';
    if (whole) IOC.redraws += 1;
  }

  function soon() { if (group && timer === null) timer = setTimeout(draw, REDRAW_MS); }
  function picture() { return panel.moving() ? streets() : province(false); }

  document.addEventListener('ioc:fleet', soon);
  setInterval(soon, AGE_MS);

  document.addEventListener('ioc:no-webgl', function (event) { host = event.detail; whole = true; picture(); });
  document.addEventListener('ioc:map-panel', function (event) {
    host = event.detail;
    if (!adopt() && panel.moving() && host.dataset.layers !== '{}') province(true);
  });
  document.addEventListener('ioc:maps', function () {
    if (!host) return;
    if (whole) picture();
    if (small) province(true);
  });
  document.addEventListener('ioc:map-colours', paint);
  document.addEventListener('ioc:map-chosen', paint);
  document.addEventListener('ioc:map-layers', function () { if (group) draw(); });

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

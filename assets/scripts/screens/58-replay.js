// Replays a truck's day or its run: the track in pieces between silences, a moving marker, a time line to scrub on.
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg', GAP_MS = 5 * 60e3, STEP_MS = 60e3, LATE_MS = 2 * 60e3, EDGE_MS = 10 * 60e3, TOP_KMH = 70, NAME = 'replay', EDGE = 0.08;
  var clock = new Intl.DateTimeFormat('vi-VN', {
    hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZone: 'Asia/Ho_Chi_Minh',
  });
  var still = matchMedia('(prefers-reduced-motion: reduce)');
  var host = null, words = [], times = [], places = [], speeds = [], from = 0, to = 1, at = 0, speed = 60, playing = false, last = 0, head = null;

  function make(name, attributes, parent) {
    var node = document.createElementNS(SVG, name);
    for (var key in attributes) node.setAttribute(key, attributes[key]);
    parent.appendChild(node);
    return node;
  }
  function share(ms) { return (100 * (ms - from) / (to - from)).toFixed(3) + '%'; }
  function part(name) { return host.querySelector('[' + name + ']'); }
  function number(count) { return count.toLocaleString(host.closest('[lang]').lang); }

  // Index of the last fix at or before an instant; -1 before the first.
  function index(ms) {
    var low = 0, high = times.length;
    while (low < high) { var middle = (low + high) >> 1; if (times[middle] <= ms) low = middle + 1; else high = middle; }
    return low - 1;
  }

  // Position on the straight line between two fixes; in a silence, the last known position, marked as such.
  function place(ms) {
    var i = index(ms);
    if (i < 0) return null;
    if (i === times.length - 1) return { at: places[i], silent: ms - times[i] > GAP_MS, speed: speeds[i] };
    var long = times[i + 1] - times[i];
    if (long > GAP_MS) return { at: places[i], silent: ms - times[i] > GAP_MS / 5, speed: null };
    var part = long ? (ms - times[i]) / long : 0, a = places[i], b = places[i + 1];
    return { at: [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])], silent: false, speed: speeds[i] };
  }

  function pieces() {
    var found = [], line = [];
    places.forEach(function (one, i) {
      if (i && times[i] - times[i - 1] > GAP_MS) { found.push(line); line = []; }
      line.push(one);
    });
    found.push(line);
    return found.filter(function (one) { return one.length > 1; });
  }

  function scrubber() {
    var box = part('data-scrub');
    box.textContent = '';
    var svg = make('svg', { 'aria-hidden': 'true' }, box), defs = make('pattern', { id: 'ioc-replay-gap', width: 6, height: 6, patternUnits: 'userSpaceOnUse' }, svg);
    make('path', { d: 'M0 6L6 0', class: 'ioc-stroke' }, defs);
    silences().forEach(function (gap) {
      make('rect', { x: share(gap[0]), width: (100 * (gap[1] - gap[0]) / (to - from)).toFixed(3) + '%', y: 0, height: '100%', fill: 'url(#ioc-replay-gap)' }, svg);
    });
    // Speeds, one step per fix, stretched to the width of the time line.
    var inner = make('svg', { viewBox: '0 0 1000 100', preserveAspectRatio: 'none', width: '100%', height: '100%' }, svg), run = [];
    times.forEach(function (ms, i) {
      if (i && ms - times[i - 1] > GAP_MS) { speedLine(inner, run); run = []; }
      if (speeds[i] !== null) run.push((1000 * (ms - from) / (to - from)).toFixed(1) + ',' + (96 - 76 * Math.min(1, speeds[i] / TOP_KMH)).toFixed(1));
    });
    speedLine(inner, run);
    host.dataset.events.split('|').filter(Boolean).forEach(function (one) {
      var said = one.split(' ');
      make('rect', { x: share(Number(said[0])), width: Math.max(0.3, 100 * (said[1] - said[0]) / (to - from)).toFixed(3) + '%', y: 0, height: 7, class: 'ioc-replay__event ioc-replay__event--' + said[2] }, svg);
    });
    head = make('line', { y1: 0, y2: '100%', class: 'ioc-replay__head' }, svg);
  }
  function speedLine(svg, run) { if (run.length > 1) make('polyline', { points: run.join(' '), 'vector-effect': 'non-scaling-stroke' }, svg); }

  function silences() {
    if (!times.length) return [[from, to]];
    var found = times[0] - from > GAP_MS ? [[from, times[0]]] : [];
    times.forEach(function (ms, i) { if (i && ms - times[i - 1] > GAP_MS) found.push([times[i - 1], ms]); });
    if (to - times[times.length - 1] > GAP_MS) found.push([times[times.length - 1], to]);
    return found;
  }

  function track() {
    return { type: 'FeatureCollection', features: pieces().map(function (line) {
      return { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line } };
    }) };
  }
  function spot(now) {
    return { type: 'FeatureCollection', features: now ? [{ type: 'Feature', properties: { silent: now.silent }, geometry: { type: 'Point', coordinates: now.at } }] : [] };
  }

  function ground() { return IOC.map.ground && IOC.map.ground.style && IOC.map.ground.getLayer('names') ? IOC.map.ground : null; }

  function layers() {
    var map = ground();
    if (!host || !map || map.getSource(NAME)) return;
    var unit = IOC.map.unit(), text = '#e9eef3';
    map.addSource(NAME, { type: 'geojson', data: track() });
    map.addSource(NAME + '-at', { type: 'geojson', data: spot(place(at)) });
    map.addLayer({ id: NAME, type: 'line', source: NAME, paint: { 'line-color': text, 'line-width': 2 * unit, 'line-opacity': 0.75 } });
    map.addLayer({ id: NAME + '-at', type: 'circle', source: NAME + '-at', paint: {
      'circle-radius': 8 * unit, 'circle-color': ['case', ['get', 'silent'], '#171b20', '#7cc4ff'], 'circle-stroke-color': '#7cc4ff', 'circle-stroke-width': 2 * unit,
    } });
    if (!places.length) return;
    var west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
    places.forEach(function (one) { west = Math.min(west, one[0]); east = Math.max(east, one[0]); south = Math.min(south, one[1]); north = Math.max(north, one[1]); });
    // A share of the map: what is little on a desk is a third of a telephone's.
    var size = map.getContainer(), edge = Math.round(EDGE * Math.min(size.clientWidth, size.clientHeight));
    map.fitBounds([[west, south], [east, north]], { padding: edge, animate: false, maxZoom: 15 });
  }

  // Without WebGL: draws the same on the server's drawing.
  function drawing(now) {
    var group = document.querySelector('#map svg [data-vehicles]');
    if (!group) return;
    var scale = Number(group.dataset.scale), across = Math.cos(Number(group.dataset.lat0) * Math.PI / 180) * scale;
    var mine = /** @type {Element} */ (group.parentElement.querySelector('[data-replayed]')), spot;
    function flat(one) { return (one[0] * across).toFixed(1) + ' ' + (-one[1] * scale).toFixed(1); }
    if (!mine) {
      mine = make('g', { 'data-replayed': '', fill: 'none', stroke: '#e9eef3' }, group.parentElement);
      pieces().forEach(function (line) { make('path', { d: 'M' + line.map(flat).join('L') }, mine); });
      make('circle', { stroke: '#7cc4ff', class: 'ioc-replay__spot' }, mine);
    }
    spot = mine.lastElementChild;
    spot.setAttribute('visibility', now ? 'visible' : 'hidden');
    if (now) { spot.setAttribute('transform', 'translate(' + flat(now.at) + ')'); spot.setAttribute('fill', now.silent ? '#171b20' : '#7cc4ff'); }
  }

  function show() {
    var now = place(at), map = ground(), line = part('data-scrub');
    IOC.text(part('data-at'), clock.format(at));
    IOC.text(part('data-speed-now'), !now || now.silent ? words[2] : now.speed === null ? '' : Math.round(now.speed) + ' km/h');
    head.setAttribute('x1', share(at));
    head.setAttribute('x2', share(at));
    line.setAttribute('aria-valuemin', from);
    line.setAttribute('aria-valuemax', to);
    line.setAttribute('aria-valuenow', Math.round(at));
    line.setAttribute('aria-valuetext', clock.format(at));
    if (map) { layers(); map.getSource(NAME + '-at').setData(spot(now)); } else drawing(now);
    IOC.replay = { at: at, playing: playing, fixes: times.length, pieces: pieces().length };
  }

  function seek(ms) { at = Math.min(to, Math.max(from, ms)); show(); }

  function play(yes) {
    playing = yes && times.length > 0;
    if (playing && at >= to) at = from;
    IOC.text(part('data-play'), words[playing ? 1 : 0]);
    part('data-play').setAttribute('aria-pressed', String(playing));
    last = performance.now();
    if (playing) step();
  }

  // With reduced motion the marker jumps once a second instead of gliding.
  function step() {
    if (!playing || !host.isConnected) { playing = false; return; }
    var here = performance.now();
    seek(at + (here - last) * speed);
    last = here;
    if (at >= to) return play(false);
    if (still.matches) setTimeout(step, 1000); else requestAnimationFrame(step);
  }

  function choose(rate) {
    speed = rate;
    host.querySelectorAll('[data-speed]').forEach(function (one) { one.setAttribute('aria-pressed', String(Number(one.dataset.speed) === speed)); });
  }

  function take(answer) {
    var said = answer.properties, line = answer.geometry ? answer.geometry.coordinates : [];
    places = answer.geometry && answer.geometry.type === 'Point' ? [line] : line;
    times = said.times.map(Date.parse);
    speeds = said.speeds_kmh;
    var late = said.received_at.filter(function (one, i) { return Date.parse(one) - times[i] > LATE_MS; }).length;
    // The time line begins at the first fix; for a past day it ends at the last one.
    if (times.length) {
      from = Math.max(from, times[0] - EDGE_MS);
      if (IOC.now() > to) to = Math.min(to, times[times.length - 1] + EDGE_MS);
      var hours = part('data-part=scale');
      hours.dataset.to = String(to);
      hours.dataset.from = String(from);
    }
    at = times.length ? times[0] : from;
    IOC.text(part('data-said'), times.length ? number(times.length) + ' ' + words[5] + (late ? ' · ' + number(late) + ' ' + words[4] : '') : words[3]);
    scrubber();
    layers();
    show();
  }

  IOC.whenever('[data-replay]', function (element) {
    host = element;
    words = host.dataset.words.split('|');
    from = Number(host.dataset.from);
    to = Number(host.dataset.to);
    at = from;
    times = places = speeds = [];
    choose(60);
    scrubber();
    show();
    var query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    fetch(IOC.at('/api/v1/vehicles/') + encodeURIComponent(host.dataset.replay) + '/track?' + query).then(function (answer) {
      if (answer.status === 403) return IOC.text(part('data-said'), words[6]);
      if (!answer.ok) throw new Error('track answered ' + answer.status);
      return answer.json();
    }).then(function (answer) { if (answer && host === element) take(answer); }, function () { IOC.text(part('data-said'), words[3]); });
  });

  document.addEventListener('click', function (event) {
    var button = host && IOC.under(event, 'button');
    if (!button || !host.contains(button)) return;
    if ('play' in button.dataset) play(!playing);
    if (button.dataset.speed) choose(Number(button.dataset.speed));
  });

  function drag(event) {
    var line = host && host.isConnected && part('data-scrub');
    if (!line || !line.contains(event.target) || (event.type === 'pointermove' && !event.buttons)) return;
    var box = line.getBoundingClientRect();
    seek(from + (to - from) * (event.clientX - box.left) / box.width);
  }
  document.addEventListener('pointerdown', drag);
  document.addEventListener('pointermove', drag);

  document.addEventListener('keydown', function (event) {
    if (!host || !host.isConnected || IOC.under(event, 'input, select, textarea, button, summary, a, #map')) return;
    var to_ = { ArrowLeft: at - STEP_MS, ArrowRight: at + STEP_MS, Home: from, End: to }[event.key];
    if (to_ === undefined && event.key !== ' ') return;
    event.preventDefault();
    if (to_ === undefined) play(!playing); else seek(to_);
  });

  document.addEventListener('ioc:map', function () {
    if (!host || !host.isConnected) return;
    layers();
    IOC.map.ground.on('styledata', layers);
  });
  IOC.whenever('svg [data-vehicles]', function () { if (host && host.isConnected) drawing(place(at)); });
})();

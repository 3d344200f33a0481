// Shows the service day's due streets on the map (MapLibre or SVG), by state or by age of the last service.
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg', HOUR = 3600e3, AGE_MS = 60e3, NAME = 'collection', NEAR = 11;  // from afar the streets of a ward are a blot
  var STEPS = [1, 3, 6, Infinity];  // hours since the last service, the steps of snow-plough maps
  var panel = IOC.panel, host = null, streets = null, fitted = null, asked = '', FIT = 48;

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); }

  // Each kind differs in colour, width and dash, so that nobody depends on colour alone. They are drawn in this order:
  // what needs somebody lies on top, and what nobody knows is dimmer than what was collected.
  function looks() {
    return {
      due: { colour: colour('due'), width: 1.5, dash: [0.6, 2.4] },
      never: { colour: colour('due'), width: 1.5, dash: [0.6, 2.4] },
      unknown: { colour: colour('unknown'), width: 1.5, dash: [2.6, 2] },
      age3: { colour: '#56697b', width: 2.5, dash: [3, 1] },
      age2: { colour: '#7690a8', width: 3 },
      age1: { colour: '#a9bccd', width: 3.5 },
      age0: { colour: '#dfe9f2', width: 4 },
      served: { colour: colour('served'), width: 2.5 },
      passed: { colour: colour('advisory'), width: 1.5, gap: 2.5 },
      missed: { colour: colour('missed'), width: 5 },
    };
  }

  function byAge() { return panel.kept.runs === 'age'; }
  function kind(properties, now) {
    if (!byAge()) return properties.state;
    if (!properties.last_at) return 'never';
    var hours = (now - Date.parse(properties.last_at)) / HOUR;
    return 'age' + STEPS.findIndex(function (step) { return hours < step; });
  }

  function told() {
    var now = IOC.now();
    streets.features.forEach(function (feature) { feature.properties.kind = kind(feature.properties, now); });
  }

  function draw() {
    if (!host || !streets) return;
    told();
    var beside = host.closest('[data-topics]').querySelector('[data-streets-of] svg');
    paths(beside || host.querySelector('svg'));
    if (IOC.map.ground) { lines(IOC.map.ground); fit(IOC.map.ground); }
  }

  // The page of a run shows its streets whole, once: afterwards people look where they like.
  function fit(ground) {
    if (!host.dataset.only || fitted === host || !streets.features.length) return;
    var box = [Infinity, Infinity, -Infinity, -Infinity];
    streets.features.forEach(function (feature) {
      var line = feature.geometry.type === 'Point' ? [feature.geometry.coordinates] : feature.geometry.coordinates;
      line.forEach(function (at) { box = [Math.min(box[0], at[0]), Math.min(box[1], at[1]), Math.max(box[2], at[0]), Math.max(box[3], at[1])]; });
    });
    fitted = host;
    ground.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: FIT * IOC.map.unit(), animate: false, maxZoom: 16 });
  }

  function lines(ground) {
    if (!ground.style || !ground.getLayer('names')) return;
    var source = ground.getSource(NAME), scale = IOC.map.unit(), every = looks();
    if (source) source.setData(streets); else ground.addSource(NAME, { type: 'geojson', data: streets });
    Object.keys(every).forEach(function (one) {
      var id = NAME + '-' + one, look = every[one];
      if (!ground.getLayer(id)) {
        var paint = { 'line-color': look.colour, 'line-width': look.width * scale };
        if (look.dash) paint['line-dasharray'] = look.dash;
        if (look.gap) paint['line-gap-width'] = look.gap * scale;
        ground.addLayer({ id: id, minzoom: 'close' in host.dataset ? 0 : NEAR, type: 'line', source: NAME, filter: ['==', ['get', 'kind'], one], paint: paint }, 'street-names');
      }
      ground.setLayoutProperty(id, 'visibility', panel.shows(NAME) ? 'visible' : 'none');
    });
  }

  // One path a kind; of a street that several runs serve, the kind that lies on top shows.
  function paths(svg) {
    var group = svg && svg.querySelector('[data-vehicles]'), mine = svg && svg.querySelector('[data-collection]');
    if (!group || !mine) return;
    mine.textContent = '';
    mine.style.display = panel.shows(NAME) ? '' : 'none';
    var scale = Number(group.dataset.scale), across = Math.cos(Number(group.dataset.lat0) * Math.PI / 180) * scale, top = {}, order = Object.keys(looks());
    streets.features.forEach(function (feature) {
      if (feature.geometry.type !== 'LineString') return;
      var line = 'M' + feature.geometry.coordinates.map(function (at) {
        return Math.round(at[0] * across) + ',' + Math.round(-at[1] * scale);
      }).join('L');
      top[line] = Math.max(order.indexOf(feature.properties.kind), top[line] || 0);
    });
    order.forEach(function (kind, rank) {
      var lines = Object.keys(top).filter(function (line) { return top[line] === rank; });
      if (!lines.length) return;
      var path = mine.appendChild(document.createElementNS(SVG, 'path'));
      path.setAttribute('class', 'ioc-judged ioc-judged--' + kind);
      path.setAttribute('d', lines.join(''));
    });
  }

  function load() {
    if (!host || !host.dataset.collection) return null;
    var day = asked = host.dataset.collection;
    return fetch(IOC.at('/api/v1/runs/streets?day=') + day).then(function (answer) {
      if (!answer.ok) throw new Error('streets answered ' + answer.status);
      return answer.json();
    }).then(function (answer) {
      if (asked !== day) return;
      streets = answer;
      if (host.dataset.only) streets.features = streets.features.filter(function (one) { return one.properties.route + '#' + one.properties.number === host.dataset.only; });
      IOC.collection = { day: day, drawn: answer.features.length };
      draw();
    }, function () {});  // keep the earlier streets; their age stands beside the bar
  }

  function legend() {
    host.parentElement.querySelectorAll('[data-runs-legend]').forEach(function (one) {
      one.hidden = one.dataset.runsLegend !== (byAge() ? 'age' : 'state') || !panel.shows(NAME);
    });
    host.parentElement.querySelectorAll('[data-runs-by]').forEach(function (button) {
      button.setAttribute('aria-pressed', String(button.dataset.runsBy === (byAge() ? 'age' : 'state')));
    });
  }

  document.addEventListener('click', function (event) {
    var button = IOC.under(event, '[data-runs-by]');
    if (!button || !host) return;
    panel.keep('runs', button.dataset.runsBy);
    legend();
    draw();
  });
  document.addEventListener('ioc:map-panel', function (event) {
    host = event.detail;
    streets = null;
    if (host.dataset.collection) legend();
    IOC.map.streets = load();
  });
  document.addEventListener('ioc:map', function () {
    if (!host || !host.dataset.collection) return;
    draw();
    IOC.map.ground.on('styledata', function () { if (streets && !IOC.map.ground.getLayer(NAME + '-served')) draw(); });
  });
  document.addEventListener('ioc:map-layers', function () { if (host && host.dataset.collection) { legend(); draw(); } });
  IOC.whenever('svg [data-vehicles]', function () { draw(); });
  // The server redraws the screen's regions after runs were judged; the same attribute makes the map fetch them.
  IOC.whenever('[data-judged]', load);
  new MutationObserver(load).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ['data-judged'] });
  setInterval(function () { if (byAge()) draw(); }, AGE_MS);
})();

// The live map's ground: pydeck's bundle makes a MapLibre map; this script sets its style, colours and limits.
// 52-map-fleet draws the vehicles above it; ioc:map (detail: the overlay) announces a new map.
(function () {
  'use strict';
  var SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
  var IDLE_MS = 300, LOSSES = 5, REBUILD_MS = 1000, NEAREST = 16, HATCH = 8;
  var NAME = [44, 16];  // half width and half height of a usual name, in the page's units
  var COLOURED = ['classes', 'unknown'];
  var LAYERS = { streets: ['streets', 'street-names'], names: ['names', 'seats'], points: ['points'] };
  var panel = IOC.panel, host = null, spec = null, style = null, ground = null, overlay = null, fitting = false;
  var losses = 0, band = 0, painted = {}, marked = '';
  var coming = null, asked = '', engine = null, outdated = false, renderer;
  var map = IOC.map = /** @type {LiveMap} */ ({ software: false, losses: 0, builds: 0, overlay: null, ground: null });

  // Whether the processor draws; null without WebGL. To ask makes a context, so it is asked once.
  function software() {
    if (renderer === undefined) renderer = processor();
    return renderer;
  }
  function processor() {
    var gl = document.createElement('canvas').getContext('webgl2');
    if (!gl) return null;
    var info = gl.getExtension('WEBGL_debug_renderer_info');
    var name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
    var lose = gl.getExtension('WEBGL_lose_context');
    if (lose) lose.loseContext();
    return SOFTWARE.test(name);
  }

  // The page's unit in pixels: 1 on a desk, 2 on a 3840 px wall.
  map.unit = function () { return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16; };

  function script(address) {
    return new Promise(function (done, failed) {
      var element = document.createElement('script');
      element.src = address;
      element.onload = done;
      element.onerror = failed;
      document.head.appendChild(element);
    });
  }

  function json(address) {
    return fetch(address).then(function (answer) {
      if (!answer.ok) throw new Error(address + ' answered ' + answer.status);
      return answer.json();
    });
  }

  // Style and limits for the layers that an element of the map asks for. MapLibre loads in a worker without a base
  // address: make addresses absolute.
  function read(at) {
    var query = panel.query(at);
    var scaled = new URLSearchParams(query);
    scaled.set('scale', map.unit().toFixed(2));
    return Promise.all([json(IOC.at('/map/spec.json?') + query), json(IOC.at('/map/style.json?') + scaled)]).then(function (ready) {
      spec = ready[0];
      style = ready[1];
      Object.values(style.sources).forEach(function (source) {
        if (source.tiles) source.tiles = source.tiles.map(function (tile) { return location.origin + IOC.at(tile); });
        if (typeof source.data === 'string') source.data = location.origin + IOC.at(source.data);
      });
    });
  }

  // Sets in the style, before the map reads it, what would have the map lay its tiles out a second time afterwards:
  // names with room, hidden layers, the borders that fit the zoom.
  function ready(view) {
    var said = style.metadata, alone = host.parentElement.querySelector('.ioc-map__credit[data-close]');
    panel.say((alone ? said.credits_close : said.credits).join(' · '), said.gap);
    far(view.zoom);
    band = finest(view.zoom);
    if (band) style.sources.places.data = bands()[band];
    var room = within(view);
    style.layers.forEach(function (layer) {
      if (LAYERS.names.indexOf(layer.id) >= 0) layer.filter = room;
      var wanted = layer.id !== 'unknown' && visibility(layer.id);  // that one waits for its hatching
      if (wanted) layer.layout = Object.assign({}, layer.layout, { visibility: wanted });
    });
  }

  function build() {
    if (ground) ground.remove();
    ground = map.ground = null;
    host.querySelectorAll('.ioc-map__canvas').forEach(function (old) { old.remove(); });
    var canvasHost = host.appendChild(document.createElement('div'));
    canvasHost.className = 'ioc-map__canvas';
    if (host.firstChild !== canvasHost) canvasHost.style.visibility = 'hidden';  // show the server's drawing until ours is complete
    var view = JSON.parse(JSON.stringify(spec.deck)), camera = panel.kept.view || home();
    ready(camera);
    view.mapStyle = style;
    view.initialViewState = { longitude: camera.center[0], latitude: camera.center[1], zoom: camera.zoom };
    var mine = overlay = createDeck({ container: canvasHost, jsonInput: view, tooltip: false });
    delete mine.setProps;  // pydeck 0.9.3 shadows the overlay's setProps with one that calls itself for ever
    map.overlay = mine;
    map.builds += 1;
    wait(mine, canvasHost);
  }

  // pydeck gives the overlay once MapLibre has loaded its style; the overlay takes no layers before.
  function wait(mine, canvasHost) {
    if (mine !== overlay) return;
    if (!mine._map || !mine._deck) { setTimeout(wait, 50, mine, canvasHost); return; }
    ground = map.ground = mine._map;
    canvasHost.querySelectorAll('canvas').forEach(function (canvas) {
      canvas.addEventListener('webglcontextlost', function (event) { event.preventDefault(); lost(mine); });
    });
    ground.getCanvas().setAttribute('aria-label', host.getAttribute('aria-label'));
    ground._fadeDuration = 0;  // fading names redraw the whole map twenty times, and pydeck cannot pass this option
    ground.setMaxZoom(NEAREST);
    ground.dragRotate.disable();
    ground.touchZoomRotate.disableRotation();
    ground.keyboard.disableRotation();
    ground.addImage('hatch', hatch());
    limit();
    ground.on('resize', fit);
    ground.on('zoom', refine);
    ground.on('moveend', function () {
      var at = ground.getCenter();
      if (!fitting) panel.keep('view', { center: [at.lng, at.lat], zoom: ground.getZoom() });
      far(ground.getZoom());
      whole();
    });
    ground.on('click', function (event) { panel.choose(placeAt(event.point)); });
    if (panel.moving()) IOC.tell('map', mine); else ground.removeControl(mine);
    far(ground.getZoom());
    dress();
    // The drawing has the day's streets: it stays until the map has them too, or they would leave and come again.
    Promise.resolve(map.streets).then(function () {
      if (mine !== overlay) return;
      ground.once('idle', function () { if (mine === overlay) uncover(canvasHost); });
      ground.triggerRepaint();
    });
    if (outdated) renew();
  }

  function uncover(canvasHost) {
    canvasHost.style.visibility = '';
    var drawing = Array.from(host.children).filter(function (child) { return child !== canvasHost; });
    drawing.forEach(function (child) { child.remove(); });
    if (drawing.length) map.drawing = { host: host, parts: drawing };
    map.shown = performance.now();
  }

  // The style's only image, hatching, is on no server: draw it here in the page's unit. The processor keeps a canvas that
  // is read often: to read one back from the GPU waits for all that the map has asked of it.
  function hatch() {
    var size = Math.round(HATCH * map.unit()), canvas = document.createElement('canvas');
    var pen = canvas.getContext('2d', { willReadFrequently: true });
    canvas.width = canvas.height = size;
    pen.strokeStyle = '#ffffff26';
    pen.lineWidth = size / 5;
    [-1, 0, 1].forEach(function (i) { pen.moveTo(i * size, size); pen.lineTo((i + 1) * size, 0); });
    pen.stroke();
    return pen.getImageData(0, 0, size, size);
  }

  function look(box) { return IOC.camera.look(host, spec[box], box === 'fleet'); }
  function home() { return look('close' in host.dataset ? 'fleet' : 'province'); }
  // The old limits push a map that grew close up: unless somebody has moved it, it shows the whole again. Its end of a
  // move is nobody's choice, so it is not kept.
  function fit() {
    fitting = true;
    limit();
    if (!panel.kept.view) ground.jumpTo(home());
    ground.once('moveend', function () { fitting = false; });
    whole();
  }
  function limit() { ground.setMaxBounds(IOC.camera.within(host, spec.within)); }
  function far(zoom) { host.parentElement.dataset.far = String(zoom < style.metadata.near); }
  map.pixel = function () { return IOC.camera.pixel(seen()); };
  function seen() { var at = ground.getCenter(); return { center: [at.lng, at.lat], zoom: ground.getZoom() }; }

  // Leave out names that the map's edge would cut or that a panel would cover: nobody can read half a name.
  function whole() {
    var room = within(seen());
    LAYERS.names.forEach(function (id) { if (ground.getLayer(id)) ground.setFilter(id, room); });
  }

  // The filter of names with room in a view.
  function within(view) {
    var wide = host.clientWidth, high = host.clientHeight;
    var x = NAME[0] * map.unit(), y = NAME[1] * map.unit();
    var small = over('.ioc-map__inset'), tools = over('.ioc-map__tools'), foot = over('.ioc-map__foot');
    var ring = [[x, high - y], [x, small.bottom + y], [small.right + x, small.bottom + y], [small.right + x, y],
      [tools.left - x, y], [tools.left - x, tools.bottom + y], [wide - x, tools.bottom + y],
      [wide - x, foot.top - y], [foot.left - x, foot.top - y], [foot.left - x, high - y], [x, high - y]];
    return ['within', { type: 'Polygon', coordinates: [ring.map(function (point) { return IOC.camera.degrees(host, view, point); })] }];
  }

  // Box of a part of the panel on the map; a hidden part gives an empty box in the corner.
  function over(selector) {
    var canvas = host.getBoundingClientRect(), part = host.parentElement.querySelector(selector);
    var rect = part && getComputedStyle(part).opacity !== '0' && part.getBoundingClientRect();
    if (!rect || !rect.width || rect.top >= canvas.bottom) return { left: canvas.width, right: 0, top: canvas.height, bottom: 0 };
    return { left: rect.left - canvas.left, right: rect.right - canvas.left, top: rect.top - canvas.top, bottom: rect.bottom - canvas.top };
  }

  function lost(mine) {
    if (mine !== overlay) return;
    overlay = null;
    map.losses = ++losses;
    setTimeout(losses > LOSSES ? IOC.reloadWhenServed : function () { overlay = mine; build(); }, REBUILD_MS);
  }

  // After a new style, set again what it does not contain: colours, hidden layers, the finest borders.
  function dress() {
    painted = {};
    marked = '';
    refine();
    paint();
    mark();
    show();
    whole();
  }

  function bands() { return style.metadata.bands.map(function (path) { return location.origin + IOC.at(path); }); }
  function finest(zoom) { return bands().length && style.metadata.zooms.filter(function (from) { return zoom >= from; }).length; }
  function refine() {
    var wanted = finest(ground.getZoom());
    if (wanted === band) return;
    band = wanted;
    ground.getSource('places').setData(bands()[band]);
  }

  function paint() {
    if (!ground) return;
    var colours = panel.colours();
    Object.keys(painted).forEach(function (code) {
      if (colours[code] === undefined) { ground.removeFeatureState({ source: 'places', id: code }, 'class'); delete painted[code]; }
    });
    Object.keys(colours).forEach(function (code) {
      if (painted[code] === colours[code]) return;
      ground.setFeatureState({ source: 'places', id: code }, { class: colours[code] });
      painted[code] = colours[code];
    });
    show();
  }

  function mark() {
    if (!ground || marked === panel.chosen) return;
    if (marked) ground.removeFeatureState({ source: 'places', id: marked }, 'chosen');
    if (panel.chosen) ground.setFeatureState({ source: 'places', id: panel.chosen }, { chosen: true });
    marked = panel.chosen;
  }

  // What people's choices say of a layer's visibility; undefined where nobody chooses.
  function visibility(id) {
    if (COLOURED.indexOf(id) >= 0) return panel.kpi === '' ? 'none' : 'visible';
    var key = Object.keys(LAYERS).find(function (one) { return LAYERS[one].indexOf(id) >= 0; });
    return key && (panel.shows(key) ? 'visible' : 'none');
  }

  function show() {
    if (!ground) return;
    COLOURED.concat(LAYERS.streets, LAYERS.names, LAYERS.points).forEach(function (id) {
      var wanted = visibility(id);
      if (ground.getLayer(id) && (ground.getLayoutProperty(id, 'visibility') || 'visible') !== wanted) {
        ground.setLayoutProperty(id, 'visibility', wanted);
      }
    });
  }

  // Close up, hexagons lie beside their real places: ignore clicks there.
  function placeAt(point) {
    if (!style.metadata.bands.length && ground.getZoom() >= style.metadata.near) return '';
    var found = ground.queryRenderedFeatures(point, { layers: ['land'] });
    return found.length ? found[0].properties.code : '';
  }

  document.addEventListener('ioc:map-colours', paint);
  document.addEventListener('ioc:map-chosen', mark);
  document.addEventListener('ioc:map-layers', show);
  document.addEventListener('ioc:map-view', function (event) {
    if (!ground) return;
    if (event.detail === 'in') ground.zoomIn({ animate: false });
    else if (event.detail === 'out') ground.zoomOut({ animate: false });
    else ground.jumpTo(look(event.detail));
  });

  // Somebody imported or withdrew a layer: load the new style and keep the view. A map that is still coming does so
  // as soon as it is there.
  document.addEventListener('ioc:maps', function () { if (ground) renew(); else outdated = asked !== ''; });
  function renew() {
    outdated = false;
    read(host).then(function () {
      ready(seen());
      ground.setStyle(style, { diff: true });
      limit();
      dress();
    });
  }

  // A map that nobody pans or zooms (data-still), or one without vehicles on a telephone, stays the drawing.
  function lives(at) {
    var phone = matchMedia('(max-width: 719px)').matches && !panel.moving();
    map.software = 'still' in at.dataset || phone ? null : software();
    return map.software !== null;
  }

  // Asks for what the live map is made of, once for the same place and language.
  function come(at) {
    var query = String(panel.query(at));
    if (query === asked) return coming;
    asked = query;
    engine = engine || script(IOC.at('/vendor/pydeck.js?m=') + document.documentElement.dataset.release);
    coming = Promise.all([read(at), engine, document.fonts.load('500 15px "Be Vietnam Pro"')]);
    return coming;
  }

  // While Dash starts and waits for answers, the engine comes; people see the first response's drawing.
  document.addEventListener('ioc:starting', function () {
    requestIdleCallback(function () {
      var first = document.querySelector('#ioc-first #map');
      if (first && lives(first)) come(first).catch(function () {});  // whoever builds the map hears of it
    }, { timeout: IDLE_MS });
  });

  // Build the live map when the browser is idle; until then the drawing of the first response shows.
  document.addEventListener('ioc:map-panel', function (event) {
    if (host === event.detail) return;
    host = event.detail;
    if ('still' in host.dataset) drawing(); else requestIdleCallback(start, { timeout: IDLE_MS });
  });
  function start() { if (lives(host)) come(host).then(build, drawing); else drawing(); }
  function drawing() { IOC.tell('no-webgl', host); }
})();

// The live map: pydeck's own bundle, MapLibre below (still), one deck overlay above (only what moves).
// Vehicles glide at a frame rate this machine can afford; on a machine without a GPU they jump once a second.
(function () {
  'use strict';
  var RATES = [20, 10, 5, 2, 1], BUDGET_MS = 90, SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
  var LOSSES = 5, REBUILD_MS = 1000, AGE_MS = 5000, VSYNC_MS = 17, SIZE = 17, PADDING = 0.06;
  var FRESH = [223, 233, 242, 255], OLD = [125, 140, 154, 255];
  var ICONS = {
    arrow: { x: 0, y: 0, width: 64, height: 64, mask: true },
    dot: { x: 64, y: 0, width: 64, height: 64, mask: true },
    ring: { x: 128, y: 0, width: 64, height: 64, mask: true },
  };
  var fleet = IOC.fleet, host = null, spec = null, overlay = null, losses = 0, shape = null;
  var timer = null, drawn = -1, drawnAt = 0, rate = 0, fastest = 0, cost = 0, steady = 0, driven = false;
  var map = IOC.map = { rate: RATES[0], cost: 0, software: false, losses: 0, builds: 0, overlay: null };

  function software() {
    var gl = document.createElement('canvas').getContext('webgl2');
    if (!gl) return null;
    var info = gl.getExtension('WEBGL_debug_renderer_info');
    var name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
    var lose = gl.getExtension('WEBGL_lose_context');
    if (lose) lose.loseContext();
    return SOFTWARE.test(name);
  }

  // The page's own unit: 1 on a desk, 2 on a 3840 px wall.
  function unit() { return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16; }

  function script(address) {
    return new Promise(function (done, failed) {
      var element = document.createElement('script');
      element.src = address;
      element.onload = done;
      element.onerror = failed;
      document.head.appendChild(element);
    });
  }

  // One white drawing, tinted per vehicle: an arrow that knows where it heads, a dot that does not, a ring gone silent.
  function icons() {
    var canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    canvas.width = 192; canvas.height = 64;
    pen.fillStyle = pen.strokeStyle = '#fff';
    pen.beginPath(); pen.moveTo(32, 4); pen.lineTo(56, 60); pen.lineTo(32, 47); pen.lineTo(8, 60); pen.closePath(); pen.fill();
    pen.beginPath(); pen.arc(96, 32, 16, 0, 2 * Math.PI); pen.fill();
    pen.lineWidth = 9; pen.beginPath(); pen.arc(160, 32, 18, 0, 2 * Math.PI); pen.stroke();
    return pen.getImageData(0, 0, 192, 64);
  }

  function build() {
    if (overlay && overlay._map) overlay._map.remove();
    host.textContent = '';
    var canvasHost = host.appendChild(document.createElement('div'));
    canvasHost.className = 'ioc-map__canvas';
    var view = JSON.parse(JSON.stringify(spec.deck));
    view.mapStyle += '?scale=' + unit().toFixed(2);
    var mine = overlay = createDeck({ container: canvasHost, jsonInput: view, tooltip: false });
    delete mine.setProps;  // pydeck 0.9.3 hides the overlay's own setProps behind one that calls itself for ever
    map.overlay = mine;
    map.builds += 1;
    drawn = -1;
    driven = false;
    wait(mine, canvasHost);
  }

  // pydeck hands out the overlay when MapLibre has loaded its style; before that it can take no layers.
  function wait(mine, canvasHost) {
    if (mine !== overlay) return;
    if (!mine._map || !mine._deck) { setTimeout(wait, 50, mine, canvasHost); return; }
    mine._map.fitBounds([spec.bounds.slice(0, 2), spec.bounds.slice(2)], { padding: padding(canvasHost), animate: false });
    canvasHost.querySelectorAll('canvas').forEach(function (canvas) {
      canvas.addEventListener('webglcontextlost', function (event) { event.preventDefault(); lost(mine); });
    });
    mine._map.on('move', function () { drawn = -1; });
    IOC.tell('map', mine);
    schedule();
  }

  // The streets take the room that the schematic above and the legend below leave free.
  function padding(canvasHost) {
    var edge = Math.round(PADDING * Math.min(canvasHost.clientWidth, canvasHost.clientHeight)), pad = {};
    var inset = host.parentElement.querySelector('.ioc-map__inset');
    pad.left = pad.right = edge;
    pad.top = inset ? inset.offsetTop + inset.offsetHeight + edge / 2 : edge;
    pad.bottom = 2 * edge;
    return pad;
  }

  function lost(mine) {
    if (mine !== overlay) return;
    overlay = null;
    map.losses = ++losses;
    setTimeout(losses > LOSSES ? IOC.reloadWhenServed : function () { overlay = mine; build(); }, REBUILD_MS);
  }

  function layer(now) {
    var room = fleet.n, position = new Float32Array(2 * room), angle = new Float32Array(room);
    var colour = new Uint8Array(4 * room), icon = new Array(room), count = 0;
    fleet.each(now, map.rate > 1, function (slot, lon, lat, state) {
      var fresh = state < fleet.AGEING, heads = !isNaN(fleet.course[slot]) && state !== fleet.SILENT;
      position[2 * count] = lon;
      position[2 * count + 1] = lat;
      angle[count] = heads ? -fleet.course[slot] : 0;
      colour.set(fresh ? FRESH : OLD, 4 * count);
      icon[count] = state === fleet.SILENT ? 'ring' : heads ? 'arrow' : 'dot';
      count += 1;
    });
    return new deck.IconLayer({
      id: 'vehicles',
      data: { length: count, attributes: {
        getPosition: { value: position, size: 2 }, getAngle: { value: angle, size: 1 }, getColor: { value: colour, size: 4, normalized: true },
      } },
      iconAtlas: shape, iconMapping: ICONS, getIcon: function (_, item) { return icon[item.index]; },
      sizeUnits: 'pixels', getSize: SIZE * unit(),
    });
  }

  function draw() {
    timer = null;
    if (!overlay || !overlay._deck) return;
    var now = performance.now();
    overlay.setProps({ layers: [layer(now)] });
    drive();
    IOC.redraws += 1;
    drawn = fleet.changed;
    drawnAt = now;
    // What the frame cost beyond one screen refresh: without a GPU the drawing itself delays the next one.
    requestAnimationFrame(function () {
      requestAnimationFrame(function (next) { judge(Math.max(0, performance.now() - now - 2 * VSYNC_MS)); });
    });
    schedule();
  }

  // deck looks sixty times a second whether there is something to draw, which costs a machine without a GPU more than
  // the drawing. Once its picture of the markers is loaded we take that over: it draws when we have drawn something.
  function drive() {
    var loop = overlay._deck.animationLoop, shown = overlay._deck.layerManager && overlay._deck.layerManager.getLayers()[0];
    if (!driven && shown && shown.isLoaded) { loop._cancelAnimationFrame(); driven = true; }
    if (driven) loop.redraw(performance.now());
  }

  // Slower as soon as twenty frames cost too much, faster again only after a long cheap time.
  function judge(late) {
    cost = cost ? 0.9 * cost + 0.1 * late : late;
    map.cost = cost;
    steady += 1;
    if (steady > 20 && cost * RATES[rate] > BUDGET_MS && rate < RATES.length - 1) step(1);
    else if (steady > 200 && rate > fastest && cost * RATES[rate - 1] < BUDGET_MS / 3) step(-1);
  }

  function step(by) {
    rate += by;
    map.rate = RATES[rate];
    steady = 0;
  }

  function schedule() {
    if (timer !== null || !overlay) return;
    var now = performance.now(), gliding = map.rate > 1 && fleet.until > now;
    if (drawn === fleet.changed && !gliding) return;
    timer = setTimeout(function () { requestAnimationFrame(draw); }, Math.max(0, drawnAt + 1000 / map.rate - now));
  }

  document.addEventListener('ioc:fleet', schedule);
  setInterval(function () { drawn = -1; schedule(); }, AGE_MS);  // colours follow age even when nothing is received

  function start(element) {
    host = element;
    map.software = software();
    if (map.software === null) { IOC.tell('no-webgl', host); return; }
    if (map.software) { rate = fastest = RATES.indexOf(5); map.rate = RATES[rate]; }
    shape = icons();
    var release = document.documentElement.dataset.release;
    Promise.all([
      fetch('/map/spec.json').then(function (answer) { return answer.json(); }),
      script('/vendor/pydeck.js?m=' + release),
      document.fonts.load('500 15px "Be Vietnam Pro"'),
    ]).then(function (ready) {
      spec = ready[0];
      build();
    }, function () { IOC.tell('no-webgl', host); });
  }

  IOC.whenever('#map', function (element) {
    if (host || !IOC.page() || IOC.page().dataset.topics.split(',').indexOf('vehicles') < 0) return;
    setTimeout(start, 0, element);
  });
})();

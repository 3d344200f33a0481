// Draws vehicles and their alarms above the map's ground, in one deck overlay. Vehicles glide at a frame rate that this
// machine can afford; without a GPU, where each picture costs the processor, they jump, with the ages and the clock,
// once a second or once they have moved a pixel: one picture shows all.
(function () {
  'use strict';
  var RATES = [20, 10, 5, 2, 1], SLOWEST = 1, BUDGET_MS = 90, AGE_MS = 5000, VSYNC_MS = 17, HALF_SECOND_MS = 500, SETTLED = 20, SOMETIMES = 5, LONG = 60, SIZE = 17, FAR = 0.7, RING = 30;
  var FRESH = [223, 233, 242, 255], OLD = [125, 140, 154, 255];
  var fleet = IOC.fleet, contract = IOC.contract, STATES = contract.VEHICLE_STATES, MARK = 'mark', ICON = 64;
  var NAMES = Object.keys(contract.MARKERS).concat(MARK), ICONS = Object.fromEntries(NAMES.map(function (name, n) {
    return [name, { x: n * ICON, y: 0, width: ICON, height: ICON, mask: true }];
  }));
  var panel = IOC.panel, map = IOC.map, overlay = null, shape = null;
  var timer = null, drawn = -1, drawnAt = 0, rate = 0, fastest = 0, cost = 0, steady = 0, count = 0, driven = false;
  map.rate = RATES[0];
  map.cost = 0;

  // White icons, tinted later: the markers in their box of 32, and the mark of an alarm.
  function icons() {
    var canvas = document.createElement('canvas'), pen = canvas.getContext('2d', { willReadFrequently: true });  // as the ground's hatching
    canvas.width = ICON * NAMES.length; canvas.height = ICON;
    pen.fillStyle = pen.strokeStyle = '#fff';
    NAMES.forEach(function (name) {
      pen.setTransform(2, 0, 0, 2, ICONS[name].x + ICON / 2, ICON / 2);
      if (name !== MARK) { pen.fill(new Path2D(contract.MARKERS[name])); return; }
      pen.lineWidth = 2.5;
      pen.stroke(new Path2D('M0-14L14 0L0 14L-14 0Z'));
    });
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }

  // From afar, where the vehicles of a ward stand together, they are smaller.
  function close() { return document.getElementById('map').parentElement.dataset.far !== 'true'; }

  function vehicles(now) {
    var room = fleet.n, position = new Float32Array(2 * room), angle = new Float32Array(room);
    var colour = new Uint8Array(4 * room), icon = new Array(room), count = 0, markers = fleet.markers();
    fleet.each(now, map.rate > 1, function (slot, lon, lat, state) {
      var look = fleet.look(slot, state, markers);
      position[2 * count] = lon;
      position[2 * count + 1] = lat;
      angle[count] = -look.turned;
      colour.set(state < STATES.AGEING ? FRESH : OLD, 4 * count);
      icon[count] = look.marker;
      count += 1;
    });
    return new deck.IconLayer({
      id: 'vehicles',
      visible: panel.shows('vehicles'),
      data: { length: count, attributes: {
        getPosition: { value: position, size: 2 }, getAngle: { value: angle, size: 1 }, getColor: { value: colour, size: 4, normalized: true },
      } },
      iconAtlas: shape, iconMapping: ICONS, getIcon: function (_, item) { return icon[item.index]; },
      sizeUnits: 'pixels', getSize: SIZE * map.unit() * (close() ? 1 : FAR),
    });
  }

  // A mark wherever an open alarm is, at its vehicle's last position or its place; it stays when vehicles are switched off.
  function alarms() {
    return new deck.IconLayer({
      id: 'alarms', data: panel.marks || [], getPosition: function (mark) { return mark.at; }, getColor: function (mark) { return token(mark.tone); },
      iconAtlas: shape, iconMapping: ICONS, getIcon: function () { return MARK; },
      sizeUnits: 'pixels', getSize: RING * map.unit(),
    });
  }

  function token(name) {
    var hex = getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
    return [1, 3, 5].map(function (at) { return parseInt(hex.slice(at, at + 2), 16); }).concat(255);
  }

  function draw() {
    timer = null;
    if (!overlay || !overlay._deck) return;
    var now = performance.now();
    IOC.written();
    overlay.setProps({ layers: [vehicles(now), alarms()] });
    drive();
    IOC.redraws += 1;
    drawn = fleet.changed;
    drawnAt = now;
    // Measure the frame's cost beyond one screen refresh: without a GPU, drawing delays the next refresh. Asking for two
    // refreshes costs two pictures, so a rate that has settled is measured now and then, and the only rate there is never.
    count += 1;
    if (fastest < RATES.length - 1 && (steady < SETTLED || count % SOMETIMES === 0)) requestAnimationFrame(function () {
      requestAnimationFrame(function () { judge(Math.max(0, performance.now() - now - 2 * VSYNC_MS)); });
    });
    schedule();
  }

  // deck checks sixty times a second whether to draw; without a GPU that costs more than the drawing itself. Once deck
  // has loaded the icons of the markers, stop its loop and redraw only after our own changes.
  function drive() {
    var loop = overlay._deck.animationLoop, shown = overlay._deck.layerManager && overlay._deck.layerManager.getLayers()[0];
    if (!driven && shown && shown.isLoaded) { loop._cancelAnimationFrame(); driven = true; }
    if (driven) loop.redraw(performance.now());
  }

  // Lower the frame rate as soon as twenty frames cost too much; raise it only after a long cheap time. Frames count that
  // were measured.
  function judge(late) {
    cost = cost ? 0.9 * cost + 0.1 * late : late;
    map.cost = cost;
    steady += 1;
    if (steady > SETTLED && cost * RATES[rate] > BUDGET_MS && rate < RATES.length - 1) step(1);
    else if (steady > LONG && rate > fastest && cost * RATES[rate - 1] < BUDGET_MS / 3) step(-1);
  }

  function step(by) {
    rate += by;
    map.rate = RATES[rate];
    steady = 0;
  }

  function schedule() {
    if (timer !== null || !overlay || map.rate === SLOWEST) return;
    var now = performance.now(), gliding = map.rate > 1 && fleet.until > now;
    if (drawn === fleet.changed && !gliding) return;
    timer = setTimeout(function () { requestAnimationFrame(draw); }, Math.max(0, drawnAt + 1000 / map.rate - now));
  }

  // A choice of somebody's, an alarm or another view (drawn < 0) shows at once.
  function due() {
    return drawn < 0 || drawn !== fleet.changed && performance.now() - drawnAt > fleet.still(map.pixel()) - HALF_SECOND_MS;
  }
  IOC.seconds.push(function () { if (overlay && map.rate === SLOWEST && due()) draw(); });

  function again() { drawn = -1; schedule(); }

  document.addEventListener('ioc:fleet', schedule);
  document.addEventListener('ioc:map-layers', again);
  document.addEventListener('ioc:map-marks', again);
  // Colours follow age even when no message arrives.
  setInterval(function () { if (performance.now() - drawnAt > AGE_MS - HALF_SECOND_MS) again(); }, AGE_MS);

  document.addEventListener('ioc:map', function (event) {
    overlay = event.detail;
    shape = shape || icons();
    driven = false;
    if (map.software) { rate = fastest = RATES.length - 1; map.rate = RATES[rate]; }
    overlay._map.on('move', function () { drawn = -1; });
    drawn = -1;
    requestAnimationFrame(draw);
  });
})();

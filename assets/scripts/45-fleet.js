// Known and shown position of every vehicle: columns by stable slot, with glides between the last two known positions.
(function () {
  'use strict';
  var contract = IOC.contract, STATES = contract.VEHICLE_STATES, GONE = contract.VEHICLE_GONE;
  var SNAP_M = 300, SNAP_MPS = 25, GLIDE_LONGEST_MS = 15000, GLIDE_SHORTEST_MS = 300, GAPS = 2, METRES_A_DEGREE = 111195;
  var SOONEST_MS = 1000, LATEST_MS = 4000, RIDE_MPS = 10;
  var fleet = IOC.fleet = /** @type {Fleet} */ ({ n: 0, ids: [], of: [], until: 0, changed: 0 });
  grow(512);

  function grow(size) {
    function longer(old, more) { if (old) more.set(old); return more; }
    ['lon', 'lat', 'fromLon', 'fromLat', 'start', 'span', 'at', 'gap'].forEach(function (name) {
      fleet[name] = longer(fleet[name], new Float64Array(size));
    });
    fleet.course = longer(fleet.course, new Float32Array(size));
    fleet.state = longer(fleet.state, new Uint8Array(size).fill(GONE));
    fleet.size = size;
  }

  document.addEventListener('ioc:names', function (event) {
    var message = event.detail, feeds = message.of.map(function (n) { return message.fleets[n]; });
    if (message.full) {
      // After a reconnect to another server process a slot may hold another vehicle: never glide from one to the other.
      message.ids.forEach(function (id, slot) {
        if (slot < fleet.size && fleet.ids[slot] !== id) fleet.state[slot] = GONE;
      });
      fleet.ids = message.ids.slice();
      fleet.of = feeds;
      return;
    }
    message.ids.forEach(function (id, i) {
      fleet.ids[message.first + i] = id;
      fleet.of[message.first + i] = feeds[i];
    });
  });

  document.addEventListener('ioc:vehicles', function (event) {
    var frame = event.detail, now = performance.now(), ids = new Array(frame.n);
    for (var i = 0; i < frame.n; i++) {
      take(frame, i, now);
      ids[i] = fleet.ids[frame.slot[i]];
      IOC.newest[ids[i]] = frame.at[i];
    }
    if (frame.full) forgetOthers(frame);
    fleet.changed += 1;
    if (IOC.onVehicles) IOC.onVehicles(ids, Array.from(frame.at));
    IOC.tell('fleet', frame.full);
  });

  /** @param {Frame} frame */
  function forgetOthers(frame) {
    var listed = new Set(frame.slot);
    for (var slot = 0; slot < fleet.n; slot++) if (!listed.has(slot)) fleet.state[slot] = GONE;
  }

  /** @param {Frame} frame @param {number} i row of the frame @param {number} now performance.now() */
  function take(frame, i, now) {
    var slot = frame.slot[i];
    while (slot >= fleet.size) grow(2 * fleet.size);
    var lon = frame.lon[i], lat = frame.lat[i], gap = frame.at[i] - fleet.at[slot];
    var known = fleet.state[slot] !== GONE && slot < fleet.n;
    if (known && gap === 0 && lon === fleet.lon[slot] && lat === fleet.lat[slot]) {  // the same position again: continue the glide
      fleet.state[slot] = frame.state[i];
      return;
    }
    var share = known ? along(slot, now) : 1;
    var fromLon = fleet.fromLon[slot] + (fleet.lon[slot] - fleet.fromLon[slot]) * share;
    var fromLat = fleet.fromLat[slot] + (fleet.lat[slot] - fleet.fromLat[slot]) * share;
    var metres = METRES_A_DEGREE * Math.hypot((lon - fromLon) * Math.cos(lat * Math.PI / 180), lat - fromLat);
    // Show a far jump, or the first position after silence, as a jump and not as a ride.
    var ride = known && gap > 0 && gap <= Math.max(GAPS * fleet.gap[slot], 60) && metres <= Math.max(SNAP_M, SNAP_MPS * gap);
    fleet.fromLon[slot] = ride ? fromLon : lon;
    fleet.fromLat[slot] = ride ? fromLat : lat;
    fleet.lon[slot] = lon;
    fleet.lat[slot] = lat;
    fleet.start[slot] = now;
    fleet.span[slot] = ride ? Math.min(GLIDE_LONGEST_MS, Math.max(GLIDE_SHORTEST_MS, 1050 * gap)) : 0;
    if (known && gap > 0) fleet.gap[slot] = fleet.gap[slot] ? 0.7 * fleet.gap[slot] + 0.3 * gap : gap;
    fleet.at[slot] = frame.at[i];
    fleet.course[slot] = frame.course[i] === contract.COURSE_UNKNOWN ? NaN : frame.course[i] * 360 / 256;
    fleet.state[slot] = frame.state[i];
    fleet.n = Math.max(fleet.n, slot + 1);
    if (ride) fleet.until = Math.max(fleet.until, now + fleet.span[slot]);
  }

  /** @param {number} slot @param {number} now @returns {number} share of the glide that is done */
  function along(slot, now) {
    return fleet.span[slot] > 0 ? Math.min(1, (now - fleet.start[slot]) / fleet.span[slot]) : 1;
  }

  // Calls `visit` for every present vehicle: slot, longitude and latitude at `now` (performance.now()), state by age.
  fleet.each = function (now, gliding, visit) {
    var second = IOC.now() / 1000;
    for (var slot = 0; slot < fleet.n; slot++) {
      if (fleet.state[slot] === GONE) continue;
      var share = gliding ? along(slot, now) : 1;
      visit(slot,
        fleet.fromLon[slot] + (fleet.lon[slot] - fleet.fromLon[slot]) * share,
        fleet.fromLat[slot] + (fleet.lat[slot] - fleet.fromLat[slot]) * share,
        stateAt(slot, second));
    }
  };

  // How long a picture of so many metres a pixel stays true: to draw again before a vehicle has moved a pixel shows
  // nothing new.
  fleet.still = function (metres) { return Math.min(LATEST_MS, Math.max(SOONEST_MS, metres / RIDE_MPS * 1000)); };

  // The marker of each fleet but the first, by feed, in the legend's order.
  fleet.markers = function () {
    var host = document.getElementById('map'), found = {};
    JSON.parse((host && host.dataset.fleets) || '[]').forEach(function (feed, n) {
      if (n) found[feed] = contract.FLEET_MARKERS[(n - 1) % contract.FLEET_MARKERS.length];
    });
    return found;
  };

  // How a vehicle looks: the name of its marker, and how many degrees clockwise that is turned.
  fleet.look = function (slot, state, markers) {
    if (state === STATES.SILENT) return { marker: 'ring', turned: 0 };
    var own = markers[fleet.of[slot]], course = fleet.course[slot];
    if (own) return { marker: own, turned: 0 };
    return Number.isNaN(course) ? { marker: 'dot', turned: 0 } : { marker: 'arrow', turned: course };
  };

  // The page ages vehicles itself, because no message arrives for a vehicle that falls silent.
  /** @param {number} slot @param {number} second epoch seconds */
  function stateAt(slot, second) {
    var age = second - fleet.at[slot];
    if (age > contract.SILENT_S) return STATES.SILENT;
    if (age > contract.LIVE_S) return STATES.AGEING;
    return fleet.state[slot] < STATES.AGEING ? fleet.state[slot] : STATES.UNKNOWN;
  }
})();

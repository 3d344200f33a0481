// Reads vehicle frames (docs/live.md): columns of small numbers that say what changed since the frame before.
(function () {
  'use strict';
  var contract = IOC.contract;

  // A function that reads the frames of one connection in their order. It throws when bytes are no frame, or when the
  // frame before them was never read. The server's own reader is live/frame_bytes.py.
  IOC.frameReader = function () {
    var known = { size: 0, x: new Int32Array(0), y: new Int32Array(0), course: new Uint8Array(0) }, last = -1;

    function room(size) {
      if (size <= known.size) return;
      ['x', 'y', 'course'].forEach(function (name) {
        var longer = new known[name].constructor(Math.max(size, 2 * known.size));
        longer.set(known[name]);
        known[name] = longer;
      });
      known.size = known.x.length;
    }

    /** @param {ArrayBuffer} buffer @returns {Frame} */
    return function (buffer) {
      var view = new DataView(buffer), bytes = new Uint8Array(buffer), at = contract.FRAME_HEADER_BYTES;
      if (bytes.length < at || bytes[0] !== contract.FRAME_TYPE) throw new Error('not a vehicle frame');
      var full = bytes[1] === 1, seq = view.getUint32(4, true), now = view.getFloat64(8, true), n = view.getUint32(16, true);
      if (!full && seq !== last + 1) throw new Error('frame ' + seq + ' does not follow ' + last);

      // A zigzag varint of 32 bits: seven bits a byte, the lowest first.
      function number() {
        for (var value = 0, shift = 0; shift < 35; shift += 7) {
          if (at >= bytes.length) break;
          var byte = bytes[at++];
          value |= (byte & 127) << shift;
          if (byte < 128) return (value >>> 1) ^ -(value & 1);
        }
        throw new Error('not a vehicle frame: a number does not end');
      }

      if (n > bytes.length) throw new Error('not a vehicle frame: ' + n + ' vehicles in ' + bytes.length + ' bytes');
      var slot = new Uint16Array(n), told = { at: new Uint32Array(n), lon: new Float64Array(n), lat: new Float64Array(n), course: new Uint8Array(n) };
      var i, here = -1, second = Math.floor(now / 1000);
      for (i = 0; i < n; i++) { here += number() + 1; slot[i] = here; if (slot[i] !== here) throw new Error('not a vehicle frame: slot ' + here); }
      for (i = 0; i < n; i++) told.at[i] = second - number();
      if (full) { known.x.fill(0); known.y.fill(0); known.course.fill(0); }
      for (i = 0; i < n; i++) { room(slot[i] + 1); known.x[slot[i]] += number(); told.lon[i] = known.x[slot[i]] / contract.FRAME_GRID; }
      for (i = 0; i < n; i++) { known.y[slot[i]] += number(); told.lat[i] = known.y[slot[i]] / contract.FRAME_GRID; }
      if (bytes.length !== at + 2 * n) throw new Error('not a vehicle frame: ' + bytes.length + ' bytes, ' + (at + 2 * n) + ' expected');
      for (i = 0; i < n; i++) told.course[i] = known.course[slot[i]] += bytes[at + i];
      last = seq;
      return { full: full, seq: seq, now: now, n: n, slot: slot, at: told.at, lon: told.lon, lat: told.lat, course: told.course,
        state: bytes.subarray(at + n) };
    };
  };
})();

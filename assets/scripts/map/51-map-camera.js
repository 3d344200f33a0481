// The map's view and its limits, for an element of any shape. Boxes are west, south, east, north in degrees.
(function () {
  'use strict';
  var TILE = 512, ROUND_M = 40075017, EDGE = 0.06, BEYOND = 0.15, NEAREST = 16, MARGIN = 0.02;
  // A hidden map has no size, and what covers a small one may be larger than it: MapLibre throws at a view of no size.
  var LEAST = 1;

  // Degrees to Web Mercator with the whole world as 0..1, and back.
  function flat(lon, lat) {
    return [lon / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + lat * Math.PI / 360)) / (2 * Math.PI)];
  }
  function round(x, y) { return [(x - 0.5) * 360, Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180 / Math.PI]; }

  // The view that fits the box into the area left free by the legend below and, close up, by the small map above. Where
  // the page says which room the picture has (.ioc-map__room), the view is the drawing's of the first response.
  /** @param {HTMLElement} host @param {number[]} box @param {boolean} close @returns {View} */
  function look(host, box, close) {
    var wide = host.clientWidth, high = host.clientHeight, edge = Math.round(EDGE * Math.min(wide, high));
    var room = host.parentElement.querySelector('.ioc-map__room');
    if (room && room.clientWidth && room.clientHeight && !close) return fill(host, room, box);
    var inset = close && host.parentElement.querySelector('.ioc-map__inset:not([hidden])');
    var foot = host.parentElement.querySelector('.ioc-map__foot');
    var top = inset ? inset.offsetTop + inset.offsetHeight + edge / 2 : edge;
    var covered = foot.offsetTop < high ? foot.offsetHeight : 0;  // on a telephone the legend is below the map
    var bottom = Math.max(edge, covered && covered < high / 3 ? covered + edge / 2 : 0);
    var a = flat(box[0], box[1]), b = flat(box[2], box[3]);
    if (high - top - bottom < LEAST) top = bottom = 0;
    var size = Math.min(Math.max(LEAST, wide - 2 * edge) / (b[0] - a[0]), Math.max(LEAST, high - top - bottom) / (a[1] - b[1]));
    var middle = round((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + (bottom - top) / 2 / size);
    return { center: middle, zoom: Math.min(NEAREST, Math.log2(size / TILE)) };
  }

  // As an SVG fits its viewBox, with the margin of present/map/svg.py.
  /** @param {HTMLElement} host @param {HTMLElement} room @param {number[]} box @returns {View} */
  function fill(host, room, box) {
    var a = flat(box[0], box[1]), b = flat(box[2], box[3]), margin = 2 * MARGIN * (b[0] - a[0]);
    var size = Math.min(room.clientWidth / (b[0] - a[0] + margin), room.clientHeight / (a[1] - b[1] + margin));
    var high = (a[1] - b[1] + margin) * size;  // it stands at the upper edge: below it the streets have their place
    var x = room.offsetLeft + room.clientWidth / 2 - host.clientWidth / 2, y = room.offsetTop + high / 2 - host.clientHeight / 2;
    var middle = round((a[0] + b[0]) / 2 - x / size, (a[1] + b[1]) / 2 - y / size);
    return { center: middle, zoom: Math.log2(size / TILE) };
  }

  // The smallest box with the element's aspect ratio that contains the given box.
  /** @param {HTMLElement} host @param {number[]} box @returns {number[][]} */
  function within(host, box) {
    var a = flat(box[0], box[1]), b = flat(box[2], box[3]), shape = Math.max(LEAST, host.clientWidth) / Math.max(LEAST, host.clientHeight);
    var wide = (b[0] - a[0]) * (1 + 2 * BEYOND), high = (a[1] - b[1]) * (1 + 2 * BEYOND);
    if (wide / high < shape) wide = high * shape; else high = wide / shape;
    var x = (a[0] + b[0]) / 2, y = (a[1] + b[1]) / 2;
    return [round(x - wide / 2, y + high / 2), round(x + wide / 2, y - high / 2)];
  }

  // Degrees below a point of the element, given in pixels, to ten metres.
  /** @param {HTMLElement} host @param {View} view @param {number[]} point @returns {number[]} */
  function degrees(host, view, point) {
    var size = TILE * 2 ** view.zoom, middle = flat(view.center[0], view.center[1]);
    var at = round(middle[0] + (point[0] - host.clientWidth / 2) / size, middle[1] + (point[1] - host.clientHeight / 2) / size);
    return at.map(function (one) { return Number(one.toFixed(4)); });
  }

  // Metres in a pixel in the middle of a view.
  /** @param {View} view @returns {number} */
  function pixel(view) { return ROUND_M * Math.cos(view.center[1] * Math.PI / 180) / (TILE * 2 ** view.zoom); }

  IOC.camera = { look: look, within: within, degrees: degrees, pixel: pixel };
})();

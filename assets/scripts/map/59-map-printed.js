// On paper the drawing that the live map covered, in ink and of now: a print has nothing of what WebGL drew.
(function () {
  'use strict';
  var map = IOC.map, panel = IOC.panel;

  window.addEventListener('beforeprint', function () {
    if (!map.drawing || map.drawing.host !== panel.host) return;
    panel.host.prepend.apply(panel.host, map.drawing.parts);
    IOC.tell('map-colours');
    IOC.tell('map-layers');
  });

  window.addEventListener('afterprint', function () {
    if (map.drawing) map.drawing.parts.forEach(function (part) { part.remove(); });
  });
})();

// Maps as SVG from the server: the schematic of the communes everywhere, and the streets where there is no WebGL.
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg', REDRAW_MS = 1000, AGE_MS = 5000;
  var layers = {}, painted = [];

  function load(address) {
    return fetch(address).then(function (answer) {
      if (!answer.ok) throw new Error(address + ' answered ' + answer.status);
      return answer.text();
    }).then(function (text) {
      return document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
    });
  }

  function moving() { return IOC.page().dataset.topics.split(',').indexOf('vehicles') >= 0; }

  // Classes of the communes: those the page came with until the live channel knows newer ones.
  function paint(entry) {
    var live = layers[entry.host.dataset.kpi];
    var given = live ? live.classes : JSON.parse(entry.host.dataset.classes || '{}');
    entry.box.querySelectorAll('[data-place]').forEach(function (place) {
      var wanted = given[place.dataset.place];
      if (wanted === undefined) delete place.dataset.class; else place.dataset.class = wanted;
    });
    var legend = live && entry.host.parentElement.querySelector('.ioc-legend');
    if (!legend) return;
    live.labels.forEach(function (text, i) {
      var swatch = legend.querySelector('.ioc-swatch--' + i);
      if (swatch && swatch.nextSibling) swatch.nextSibling.nodeValue = text;
    });
  }

  document.addEventListener('ioc:places', function (event) {
    event.detail.layers.forEach(function (layer) { layers[layer.key] = layer; });
    painted.forEach(paint);
  });

  // Alone it fills the map; where vehicles move it is the small one beside the live map, which empties its own element.
  function province(host) {
    load('/map/province.svg').then(function (svg) {
      var box = document.createElement('div');
      box.className = moving() ? 'ioc-map__inset' : 'ioc-map__province';
      box.appendChild(svg);
      (moving() ? host.parentElement : host).appendChild(box);
      painted.push({ host: host, box: box });
      paint(painted[painted.length - 1]);
    });
  }

  // Vehicles as circles over the server's drawing, from the same frames; once a second is as fast as this map goes.
  function streets(host) {
    load('/map/streets.svg').then(function (svg) {
      var group = svg.querySelector('[data-vehicles]'), circles = [], timer = null;
      var across = Math.cos(Number(group.dataset.lat0) * Math.PI / 180) * 1e4;
      host.replaceChildren(svg);

      function draw() {
        timer = null;
        var count = 0;
        IOC.fleet.each(performance.now(), false, function (slot, lon, lat, state) {
          var circle = circles[count] || (circles[count] = group.appendChild(document.createElementNS(SVG, 'circle')));
          circle.setAttribute('transform', 'translate(' + lon * across + ' ' + -lat * 1e4 + ')');
          circle.dataset.state = state >= IOC.fleet.SILENT ? 'silent' : state >= IOC.fleet.AGEING ? 'ageing' : 'live';
          count += 1;
        });
        while (circles.length > count) circles.pop().remove();
        IOC.redraws += 1;
      }

      function soon() { if (timer === null) timer = setTimeout(draw, REDRAW_MS); }
      document.addEventListener('ioc:fleet', soon);
      setInterval(soon, AGE_MS);
      draw();
    });
  }

  document.addEventListener('ioc:no-webgl', function (event) { streets(event.detail); });

  document.addEventListener('ioc:fleet', function () {
    if (!IOC.fleet.n) return;
    document.querySelectorAll('#map:not([data-vehicles])').forEach(function (host) { host.dataset.vehicles = ''; });
  });

  IOC.whenever('#map', function (host) {
    // The page's root arrives together with its map; by the next turn both are in place.
    setTimeout(function () { if (host.isConnected && (host.dataset.kpi || !moving())) province(host); }, 0);
  });
})();

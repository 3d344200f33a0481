// The map's panel: the KPI that colours places, the visible layers, the legend, the list of places, the data credits.
// Tells every picture of the map (51-map, 52-map-fleet, 55-map-svg) by DOM events on document: ioc:map-colours,
// ioc:map-layers, ioc:map-marks, ioc:map-view (detail: in, out, province, fleet), ioc:map-chosen (detail: code, '' for none).
(function () {
  'use strict';
  var panel = IOC.panel = /** @type {Panel} */ ({ host: null, kpi: '', chosen: '', kept: {}, marks: null });
  var OWN_CHOICE_MS = 600000, SETTLE_EVERY_MS = 5000, MARKED = ['critical', 'high'];
  /** @type {Record<string, MapLayer>} */
  var layers = {};
  var told = {}, opener = null, withheld = null;

  function box() { return panel.host.parentElement; }
  function all(selector) { return box().querySelectorAll(selector); }
  function name() { return 'ioc-map:' + IOC.page().dataset.screen + ':' + panel.host.dataset.territory; }

  // Keep people's choices over reloads and a switch of language, in this window only.
  panel.keep = function (key, value) {
    Object.assign(panel.kept, { [key]: value });
    sessionStorage.setItem(name(), JSON.stringify(panel.kept));
  };
  panel.moving = function () { return IOC.page().dataset.topics.split(',').indexOf('vehicles') >= 0; };
  panel.shows = function (layer) { return hidden().indexOf(layer) < 0; };
  function hidden() { return panel.kept.hidden || ['points']; }
  panel.query = function (at) {
    var asked = (at || panel.host).dataset, query = new URLSearchParams({ territory: asked.territory, lang: IOC.page().lang });
    if (asked.signal) query.set('signal', asked.signal);
    return query;
  };
  panel.colours = function () { return layers[panel.kpi] ? layers[panel.kpi].classes : {}; };

  panel.choose = function (code) {
    if (code && !panel.chosen) opener = document.activeElement;
    panel.chosen = code;
    IOC.set(IOC.contract.MAP_CHOSEN, { data: code });
    if (!code && opener && opener.isConnected) { opener.focus({ preventScroll: true }); opener = null; }
    IOC.tell('map-chosen', code);
  };

  // Writes on the map whose data it shows, or why it has nothing to show.
  panel.say = function (credits, gap) {
    IOC.text(all('.ioc-map__credit')[0], credits);
    IOC.text(all('.ioc-map__gap')[0], gap);
  };

  // The classes of the page's attribute, one digit a place, as the live channel tells them: by place.
  function unpacked(told) {
    var kpis = told.kpis || {};
    Object.keys(kpis).forEach(function (key) {
      var digits = kpis[key].classes, classes = {};
      told.places.forEach(function (code, i) { if (digits[i] !== '-') classes[code] = Number(digits[i]); });
      kpis[key].classes = classes;
    });
    return kpis;
  }

  function colour() {
    var known = layers[panel.kpi], legend = all('[data-legend]')[0];
    if (legend) { legend.hidden = !known; legend.dataset.legend = panel.kpi; }
    if (legend && known) write(legend, known);
    all('[data-map-place]').forEach(function (button) {
      button.dataset.mapClass = known ? said(legend, button.dataset.mapPlace) : '';
    });
    IOC.tell('map-colours');
  }

  function write(legend, known) {
    IOC.text(legend.querySelector('[data-legend-title]'), known.title);
    var count = legend.querySelector('[data-count]');
    IOC.text(count, Object.keys(known.classes).length + '/' + known.of);
    count.parentElement.hidden = !known.of;
    legend.querySelectorAll('.ioc-swatch:not(.ioc-swatch--none)').forEach(function (swatch, i) {
      var label = known.labels[i] || '';
      IOC.text(swatch.nextSibling, label);
      swatch.parentElement.hidden = !label;
    });
  }

  // The class of a place in the legend's words, for people who do not see the colour.
  function said(legend, code) {
    if (!legend) return '';
    var number = panel.colours()[code], swatch = legend.querySelector('.ioc-swatch--' + (number === undefined ? 'none' : number));
    return swatch ? swatch.parentElement.textContent : '';
  }

  // A layer from the live channel is newer than the page's, whichever arrives first.
  function newest() {
    Object.keys(told).forEach(function (key) { if (layers[key]) Object.assign(layers[key], told[key]); });
  }

  document.addEventListener('ioc:places', function (event) {
    if (event.detail.full) told = {};
    event.detail.layers.forEach(function (layer) { told[layer.key] = Object.assign({}, told[layer.key], layer); });
    newest();
    if (panel.host) IOC.soon(colour);
  });

  function take(kpi) {
    panel.kpi = layers[kpi] ? kpi : '';
    var select = /** @type {HTMLSelectElement} */ (box().querySelector('[data-map=kpi]'));
    if (select) select.value = panel.kpi;
    colour();
  }

  // The KPI to show: the wall's focus, unless somebody has just chosen another; without focus, the choice or the default.
  function wanted() {
    var chosen = panel.kept.kpi !== undefined, held = Date.now() - panel.kept.chosenAt < OWN_CHOICE_MS;
    var known = layers[IOC.focus];
    var told = known ? Object.keys(known.classes).length : 0;  // few: the map would be one hatched field
    if (told && 2 * told >= all('[data-map-place]').length && !(chosen && held)) return IOC.focus;
    return chosen ? panel.kept.kpi : panel.host.dataset.kpi;
  }

  function settle() {
    if (panel.host && panel.host.isConnected && wanted() !== panel.kpi) take(wanted());
  }
  document.addEventListener('ioc:focus', settle);
  setInterval(settle, SETTLE_EVERY_MS);

  function toggle(button) {
    var layer = button.dataset.mapLayer, others = hidden().filter(function (one) { return one !== layer; });
    panel.keep('hidden', panel.shows(layer) ? others.concat(layer) : others);
    button.setAttribute('aria-checked', String(panel.shows(layer)));
    IOC.tell('map-layers');
  }

  document.addEventListener('change', function (event) {
    var field = event.target;
    if (!(field instanceof HTMLSelectElement) || !field.matches('[data-map=kpi]')) return;
    panel.keep('kpi', field.value);
    panel.keep('chosenAt', Date.now());
    take(field.value);
  });

  document.addEventListener('click', function (event) {
    var button = IOC.under(event, 'button');
    if (!button || !panel.host || !box().contains(button)) return;
    if (button.dataset.mapLayer) toggle(button);
    if (button.dataset.mapView) IOC.tell('map-view', button.dataset.mapView);
    if (button.dataset.mapPlace) panel.choose(button.dataset.mapPlace);
    if ('mapClose' in button.dataset) panel.choose('');
  });

  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && panel.host && panel.chosen) panel.choose('');
  });

  // A mark wherever an open alarm is, at its vehicle's last position or its place; null before the list has come.
  document.addEventListener('ioc:rows', function (event) {
    if (event.detail.id !== 'alarms') return;
    panel.marks = [];
    event.detail.rows.forEach(function (row) {
      if (MARKED.indexOf(row.tone) >= 0) (row.at || []).forEach(function (at) { panel.marks.push({ at: at, tone: row.tone }); });
    });
    IOC.tell('map-marks');
  });

  // Whether who looks may see where vehicles are, as the line said at its begin; null before.
  document.addEventListener('ioc:hello', function (event) {
    withheld = event.detail.topics.indexOf('vehicles') < 0;
    if (panel.host) withhold();
  });
  function withhold() { if (withheld && panel.moving()) panel.host.dataset.withheld = ''; }

  // Follows a link from a place's card to its row in a table, which the server draws later than the page.
  IOC.whenever('tr[id^=place-]', function (row) {
    if (location.hash === '#' + row.id) row.scrollIntoView({ block: 'center' });
  });

  IOC.whenever('#map', function (host) {
    // The page's root and its map arrive together: wait one turn of the event loop for both.
    setTimeout(function () {
      if (!host.isConnected || !IOC.page()) return;
      panel.host = host;
      panel.kept = JSON.parse(sessionStorage.getItem(name()) || '{}');
      layers = unpacked(JSON.parse(host.dataset.layers || '{}'));
      newest();
      take(wanted());
      withhold();
      all('[data-map-layer]').forEach(function (button) {
        button.setAttribute('aria-checked', String(panel.shows(button.dataset.mapLayer)));
      });
      IOC.tell('map-panel', host);
    }, 0);
  });
})();

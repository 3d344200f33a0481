// The desk where files are dropped: sends the chosen file with the fields, shows progress, follows it until it was read.
// The server draws all else when this script raises a store (callbacks/figures.py, map_layers.py).
(function () {
  'use strict';
  var POLL_MS = 500, READING = ['received', 'read'];
  var OSM = { source: 'OpenStreetMap', licence: 'ODbL 1.0', attribution: '© OpenStreetMap contributors' };
  var CHOICES = ['feed', 'level', 'territory'], OF_BOUNDARIES = ['level', 'territory', 'crs', 'layer', 'name_field', 'code_field'];
  var ONLY_BOUNDARIES = ['.gpkg', '.shp', '.kml', '.kmz', '.topojson', '.fgb'];
  var contract = IOC.contract, following = '', raised = 0;

  /** @returns {HTMLElement} */
  function desk() { return document.querySelector('[data-import]'); }
  /** @param {string} name @returns {HTMLButtonElement} the button, for `send`; other parts use no more than an element has */
  function part(name) { return /** @type {HTMLButtonElement} */ (desk().querySelector('[data-part="' + name + '"]')); }
  /** @param {string} name @returns {HTMLInputElement} */
  function field(name) { return /** @type {HTMLInputElement} */ (document.getElementById(contract.IMPORT_FIELD + name)); }
  function input() { return part('file').querySelector('input'); }
  function chosen() { return input() && input().files[0]; }
  // Dash knows what its own inputs hold, the browser what a list holds.
  function set(name, value) {
    if (CHOICES.indexOf(name) >= 0) field(name).value = value;
    else IOC.set(contract.IMPORT_FIELD + name, { value: value });
  }
  function value(name) { return field(name).value.trim(); }
  function language() { return document.documentElement.lang === 'en' ? 'en' : 'vi'; }

  function say(words, tone) {
    var stage = part('stage');
    stage.textContent = words;
    stage.className = 'ioc-import__stage' + (tone ? ' ioc-import__stage--' + tone : '');
  }

  function show(done) {
    var bar = part('bar');
    bar.hidden = done === null;
    bar.querySelector('b').style.width = Math.round(100 * (done || 0)) + '%';
    bar.setAttribute('aria-valuenow', String(Math.round(100 * (done || 0))));
  }

  // A file input covers the whole area: the browser itself handles click, key and drop.
  function prepare(place) {
    if (place.firstChild) return;
    var input = document.createElement('input');
    input.type = 'file';
    input.accept = desk().dataset.accept;
    input.setAttribute('aria-label', desk().dataset.label);
    input.addEventListener('change', choose);
    ['dragenter', 'dragover'].forEach(function (name) { input.addEventListener(name, function () { hover(true); }); });
    ['dragleave', 'drop'].forEach(function (name) { input.addEventListener(name, function () { hover(false); }); });
    place.replaceChildren(input);
    part('send').addEventListener('click', send);
  }

  function hover(on) { part('file').parentElement.classList.toggle('ioc-drop--over', on); }

  function choose() {
    var file = chosen();
    if (file) recognise(file.name.toLowerCase());
    var tooLarge = file && file.size > said().limit;
    part('chosen').textContent = file ? file.name + ' · ' + size(file.size) : '';
    part('send').disabled = !file || tooLarge;
    show(null);
    say(tooLarge ? said().too_large : '', 'refused');
  }

  function size(bytes) {
    var large = bytes >= 1e6, format = new Intl.NumberFormat(language(), { maximumFractionDigits: large ? 1 : 0 });
    return large ? format.format(bytes / 1e6) + ' MB' : format.format(Math.ceil(bytes / 1e3)) + ' kB';
  }

  function send() {
    var file = chosen(), query = new URLSearchParams({ name: file.name });
    if (file.size > said().limit) { say(said().too_large, 'refused'); return; }
    if (!said().required.every(value)) { say(said().missing, 'refused'); return; }
    desk().querySelectorAll('[id^="' + contract.IMPORT_FIELD + '"]').forEach(function (box) {
      var name = box.id.slice(contract.IMPORT_FIELD.length);
      if (fits(name) && value(name)) query.set(maps() && name === 'feed' ? 'kind' : name, value(name));
    });
    if (!maps()) query.set('wait', 'false');
    var request = new XMLHttpRequest();
    request.open('POST', IOC.at(said().to) + '?' + query);
    request.responseType = 'json';
    request.upload.onprogress = function (event) { if (event.lengthComputable) show(event.loaded / event.total); };
    request.onload = function () { sent(request); };
    request.onerror = request.onabort = function () { refused(desk().dataset.lost); };
    part('send').disabled = true;
    say(desk().dataset.sending);
    show(0);
    request.send(file);
  }

  function sent(request) {
    var answer = request.response || {};
    // The desk shows this file at once: beside an earlier one somebody would decide on that.
    if (request.status === 202) { follow(answer.id); IOC.set(contract.FIGURES_CHANGED, { data: answer.id }); return; }
    refused(request.status === 401 ? desk().dataset.unsigned : answer[language()] || desk().dataset.lost);
  }

  function refused(words) { show(null); say(words, 'refused'); part('send').disabled = !chosen(); }

  // Files of maps go another way in, are larger, and somebody says more of them.
  function maps() { return value('feed') === 'streets' || value('feed') === 'boundaries'; }
  // What the desk says of the kind of file: its address, limit (bytes), required fields, and words.
  function way(kind) {
    var ways = JSON.parse(desk().dataset.ways);
    return ways[kind] || ways[''];
  }
  function said() { return way(value('feed')); }
  function redraw() { raised += 1; IOC.set(contract.MAPS_CHANGED, { data: raised }); }
  function fits(name) {
    if (!maps()) return name === 'feed' || name === 'source';
    return value('feed') === 'streets' ? OF_BOUNDARIES.indexOf(name) < 0 : name !== 'bbox';
  }

  // .osm.pbf is OpenStreetMap's format, and its licence demands the credit; for other files the operator types it.
  function recognise(name) {
    function ends(suffix) { return name.endsWith(suffix); }
    var streets = desk().dataset.streets.split(',').some(ends);
    if (streets) set('feed', 'streets');
    else if (ONLY_BOUNDARIES.some(ends)) set('feed', 'boundaries');
    Object.keys(OSM).forEach(function (key) {
      if (streets) set(key, OSM[key]);
      else if (value(key) === OSM[key]) set(key, '');
    });
  }

  // Clear the fields: one map's facts are wrong for the next; an office sends figures again and again.
  function forget() {
    input().value = '';
    part('chosen').textContent = '';
    if (!maps()) return;
    ['source', 'licence', 'attribution', 'dated'].forEach(function (name) { set(name, ''); });
  }

  function follow(id) {
    if (following === id || !desk()) return;
    following = id;
    part('send').disabled = true;
    look();
  }

  function look() {
    fetch(IOC.at(way('').to) + '/' + following, { cache: 'no-store' }).then(function (answer) {
      if (!answer.ok) throw new Error('no answer');
      return answer.json();
    }).then(function (job) {
      if (!desk()) { following = ''; return; }
      if (READING.indexOf(job.stage) >= 0) {
        say(job.file_name + ': ' + (job.doing ? job.doing[language()] : desk().dataset.reading));
        show(job.done);
        setTimeout(look, POLL_MS);
        return;
      }
      following = '';
      show(null);
      say('');
      if (job.stage !== 'refused') forget();
      part('send').disabled = !chosen();
      IOC.set(contract.FIGURES_CHANGED, { data: job.id });
    }, function () { setTimeout(look, POLL_MS); });  // the server restarts; the import continues meanwhile
  }

  IOC.whenever('[data-import] [data-part="file"]', prepare);
  IOC.whenever('[data-job]', function (state) { follow(state.dataset.job); });
  document.addEventListener('ioc:maps', function (event) {
    var drawn = document.querySelector('[data-maps]');
    if (drawn && !following && drawn.dataset.maps !== event.detail.version) redraw();
  });
})();

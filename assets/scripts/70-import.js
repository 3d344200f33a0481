// The desks where files are dropped: sends the chosen file with the fields, shows progress, follows it until it was read.
// The server draws all else when this script raises the desk's store (callbacks/import_desk.py, figures.py).
(function () {
  'use strict';
  var POLL_MS = 500, READING = ['receiving', 'running', 'received', 'read'];
  var OSM = { source: 'OpenStreetMap', licence: 'ODbL 1.0', attribution: '© OpenStreetMap contributors' };
  var CHOICES = ['kind', 'level', 'territory'], OF_BOUNDARIES = ['level', 'territory', 'crs', 'layer', 'name_field', 'code_field'];
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
    var file = chosen(), tooLarge = file && file.size > Number(desk().dataset.limit);
    part('chosen').textContent = file ? file.name + ' · ' + size(file.size) : '';
    part('send').disabled = !file || tooLarge;
    show(null);
    say(tooLarge ? desk().dataset.tooLarge : '', 'refused');
    if (file && maps()) recognise(file.name.toLowerCase());
  }

  function size(bytes) {
    var large = bytes >= 1e6, format = new Intl.NumberFormat(language(), { maximumFractionDigits: large ? 1 : 0 });
    return large ? format.format(bytes / 1e6) + ' MB' : format.format(Math.ceil(bytes / 1e3)) + ' kB';
  }

  function send() {
    var file = chosen(), query = new URLSearchParams({ name: file.name });
    if (!desk().dataset.required.split(',').every(value)) { say(desk().dataset.missing, 'refused'); return; }
    desk().querySelectorAll('[id^="' + contract.IMPORT_FIELD + '"]').forEach(function (box) {
      var name = box.id.slice(contract.IMPORT_FIELD.length);
      if (fits(name) && value(name)) query.set(name, value(name));
    });
    if (!maps()) query.set('wait', 'false');
    var request = new XMLHttpRequest();
    request.open('POST', desk().dataset.sendTo + '?' + query);
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
    if (request.status === 202) { follow(answer.id); return; }
    refused(answer[language()] || desk().dataset.lost);
  }

  function refused(words) { show(null); say(words, 'refused'); part('send').disabled = !chosen(); if (maps()) redraw(); }

  // The desk of maps: has the server draw the state, the report and the list of layers.
  function maps() { return desk().dataset.import === 'maps'; }
  function redraw() { raised += 1; IOC.set(contract.MAPS_CHANGED, { data: raised }); }
  function fits(name) {
    if (!maps()) return true;
    return value('kind') === 'streets' ? OF_BOUNDARIES.indexOf(name) < 0 : name !== 'bbox';
  }

  // .osm.pbf is OpenStreetMap's format, and its licence demands the credit; for other files the operator types it.
  function recognise(name) {
    var streets = desk().dataset.streets.split(',').some(function (suffix) { return name.endsWith(suffix); });
    set('kind', streets ? 'streets' : 'boundaries');
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
    fetch(desk().dataset.sendTo + '/' + following, { cache: 'no-store' }).then(function (answer) {
      if (!answer.ok) throw new Error('no answer');
      return answer.json();
    }).then(function (job) {
      if (!desk()) { following = ''; return; }
      if (READING.indexOf(job.state || job.stage) >= 0) {
        say(job.file_name + ': ' + (maps() ? job.stage[language()] : desk().dataset.reading));
        show(job.done);
        setTimeout(look, POLL_MS);
        return;
      }
      following = '';
      show(null);
      say('');
      if (job.state !== 'refused' && job.state !== 'interrupted') forget();
      part('send').disabled = !chosen();
      if (maps()) redraw();
      else IOC.set(contract.FIGURES_CHANGED, { data: job.id });
    }, function () { setTimeout(look, POLL_MS); });  // the server restarts; the import continues meanwhile
  }

  IOC.whenever('[data-import] [data-part="file"]', prepare);
  IOC.whenever('[data-job]', function (state) { follow(state.dataset.job); });
  document.addEventListener('ioc:maps', function (event) {
    var drawn = document.querySelector('[data-maps]');
    if (drawn && !following && drawn.dataset.maps !== event.detail.version) redraw();
  });
})();

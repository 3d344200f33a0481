// The figure desk: sends the chosen file and shows the answer's import. The server draws all else (callbacks/figures.py).
(function () {
  'use strict';
  var contract = IOC.contract;

  function desk() { return /** @type {HTMLElement} */ (document.querySelector('[data-figures]')); }
  /** @param {string} name @returns {HTMLButtonElement} the button, for `send`; other parts use no more than an element has */
  function part(name) { return /** @type {HTMLButtonElement} */ (desk().querySelector('[data-part="' + name + '"]')); }
  /** @param {string} name @returns {HTMLInputElement} */
  function field(name) { return /** @type {HTMLInputElement} */ (document.getElementById(contract.IMPORT_FIELD + name)); }
  function input() { return part('file').querySelector('input'); }
  function chosen() { return input() && input().files[0]; }
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
    part('chosen').textContent = file ? file.name : '';
    part('send').disabled = !file || tooLarge;
    show(null);
    say(tooLarge ? desk().dataset.tooLarge : '', 'refused');
  }

  function send() {
    var file = chosen(), sender = field('sender').value.trim();
    if (!sender) { say(desk().dataset.missing, 'refused'); return; }
    var query = new URLSearchParams({ feed: field('feed').value, name: file.name, source: sender });
    var request = new XMLHttpRequest();
    request.open('POST', '/api/v1/imports?' + query);
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
    if (request.status !== 201) { refused(answer[language()] || desk().dataset.lost); return; }
    show(null);
    say('');
    input().value = '';
    choose();
    IOC.set(contract.FIGURES_CHANGED, { data: answer.id });
  }

  function refused(words) { show(null); say(words, 'refused'); part('send').disabled = !chosen(); }

  IOC.whenever('[data-figures] [data-part="file"]', prepare);
})();

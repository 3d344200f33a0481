// Finds a place by old or new name, with or without diacritics; offers a list when several match.
(function () {
  'use strict';
  var WAIT_MS = 250;
  var timer = null, asked = 0;

  function list(form) { return form.parentElement.querySelector('[data-map-found]'); }

  function line(form, words, chosen) {
    var item = list(form).appendChild(document.createElement('li'));
    if (!chosen) { item.textContent = words; return; }
    var button = item.appendChild(document.createElement('button'));
    button.textContent = words;
    button.addEventListener('click', chosen);
  }

  // A former unit leads to every commune that its land belongs to now.
  function lead(form, candidate, label) {
    var now = candidate.today.length ? candidate.today : [candidate.place];
    if (now.length === 1) { IOC.panel.choose(now[0].code); return; }
    list(form).replaceChildren();
    line(form, label);
    now.forEach(function (place) { line(form, '→ ' + place.name, function () { IOC.panel.choose(place.code); }); });
  }

  function show(form, answer) {
    var lang = IOC.page().lang;
    list(form).replaceChildren();
    var offered = answer.candidates.length ? answer.candidates : answer.suggestions;
    if (answer.outcome !== 'found') line(form, answer.words[lang]);
    offered.forEach(function (candidate) {
      var words = candidate.label[lang];
      candidate.today.forEach(function (place, i) { words += (i ? ', ' : ' → ') + place.name; });
      line(form, words, function () { lead(form, candidate, candidate.label[lang]); });
    });
  }

  // Search former names too, unless the page shows a former version.
  function ask(form) {
    var text = form.querySelector('input').value.trim(), mine = ++asked;
    form.parentElement.classList.toggle('ioc-map__places--found', Boolean(text));
    if (!text) { list(form).replaceChildren(); return; }
    var query = new URLSearchParams({ q: text });
    if (form.dataset.mapFind) query.set('territory', form.dataset.mapFind);
    fetch(IOC.at('/api/v1/places/search?') + query).then(function (answer) { return answer.ok ? answer.json() : null; }).then(function (answer) {
      if (answer && mine === asked) show(form, answer);
    }, function () { list(form).replaceChildren(); });
  }

  document.addEventListener('input', function (event) {
    var form = IOC.under(event, '[data-map-find]');
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS, form);
  });

  // Enter chooses the first match.
  document.addEventListener('keydown', function (event) {
    var form = event.key === 'Enter' && IOC.under(event, '[data-map-find]');
    var first = form && list(form).querySelector('button');
    if (first) { event.preventDefault(); first.click(); }
  });
})();

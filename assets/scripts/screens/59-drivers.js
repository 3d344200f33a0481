// Drivers, for dispatchers only: asks the API with the session's cookie; without a session, shows the sign-in. Sends the
// key to the server once and keeps it nowhere.
(function () {
  'use strict';
  var SESSION = IOC.at('/api/v1/session');
  function format(options) { return new Intl.DateTimeFormat('vi-VN', Object.assign({ timeZone: 'Asia/Ho_Chi_Minh' }, options)); }
  var hour = format({ hour: '2-digit', minute: '2-digit', hour12: false });
  var moment = format({ hour: '2-digit', minute: '2-digit', day: '2-digit', month: '2-digit', year: 'numeric', hour12: false });

  // Text only: shows the register's content as written, never as HTML.
  function make(tag, said, parent, name) {
    var node = document.createElement(tag);
    if (said) node.textContent = said;
    if (name) node.className = name;
    if (parent) parent.appendChild(node);
    return node;
  }
  function english() { return document.documentElement.lang === 'en'; }
  function day(iso) { return iso ? iso.split('-').reverse().join('/') : ''; }

  function ask(address, options) {
    return fetch(address, Object.assign({ credentials: 'same-origin', cache: 'no-store' }, options)).then(function (answer) {
      if (answer.status === 204) return null;
      return answer.json().then(function (said) {
        if (answer.ok) return said;
        throw { status: answer.status, words: english() ? said.en : said.vi };
      });
    });
  }

  function open(host) {
    var words = JSON.parse(host.dataset.words);
    ask(SESSION).then(function (session) {
      if (session.name === null) return signIn(host, words, '', session.lacks);
      return ask(host.dataset.drivers).then(function (found) { show(host, words, session, found); });
    }).catch(function (error) {
      if (error.status === 401 || error.status === 403) return signIn(host, words, error.words);
      host.replaceChildren();
      make('p', error.words || words.silent, host, 'ioc-problem').setAttribute('role', 'alert');
    });
  }
  function openAll() { document.querySelectorAll('[data-drivers]').forEach(open); }

  // Who lacks the right is sent to the account's page, to sign out: the sign-in would send the person back here.
  function signIn(host, words, why, lacks) {
    host.replaceChildren();
    make('p', (lacks ? words.lacks : words.why) + ' ' + words.ask, host, 'ioc-note');
    var form = make('form', '', host, 'ioc-override'), label = make('label', words.key, form), field = make('input', '', label, 'ioc-field');
    field.type = 'password';
    field.autocomplete = 'off';
    field.required = true;
    field.maxLength = 200;
    make('button', words.signIn, form, 'ioc-button').type = 'submit';
    var person = make('a', lacks ? words.other : words.person, make('p', '', host), 'ioc-link');
    person.href = lacks ? IOC.at(IOC.contract.ACCOUNT)
      : IOC.at(IOC.contract.SIGN_IN) + '?next=' + encodeURIComponent(location.pathname + location.search);
    var said = make('p', why, host, 'ioc-drivers__said');
    said.setAttribute('role', 'alert');
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      var key = field.value;
      field.value = '';
      said.textContent = '';
      ask(SESSION, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ key: key }) })
        .then(openAll, function (error) { said.textContent = error.words || words.silent; field.focus(); });
    });
  }

  function show(host, words, session, found) {
    host.replaceChildren();
    if (host.dataset.kind === 'register') register(host, words, found);
    else stints(host, words, found.stints);
    var foot = make('p', (session.by_key ? words.as : words.asPerson).replace('{name}', session.name) + ' ', host, 'ioc-drivers__foot');
    // Whoever came with an account signs out on the account's page.
    if (!session.by_key) return;
    var out = make('button', words.signOut, foot, 'ioc-button');
    out.type = 'button';
    out.addEventListener('click', function () { ask(SESSION, { method: 'DELETE' }).then(openAll, openAll); });
  }

  function stints(host, words, found) {
    if (!found.length) { make('p', words.noStints, host, 'ioc-empty'); return; }
    var list = make('ul', '', host, 'ioc-log'), several = new Set(found.map(function (one) { return one.vehicle; })).size > 1;
    found.forEach(function (one) {
      var line = make('li', '', list);
      make('b', one.name ? one.name + ' · ' + one.driver : one.driver, line);
      var since = hour.format(new Date(one.since)), until = hour.format(new Date(one.until));
      var said = [since === until ? since : since + '–' + until];
      if (several) said.push(one.vehicle);
      if (one.phone) said.push(one.phone);
      if (one.name === null) said.push(words.unknown);
      else if (!one.at_work) said.push(words.away);
      make('span', said.join(' · '), line, 'ioc-note');
    });
  }

  function register(host, words, found) {
    if (found.drivers.length) table(host, words, found.drivers);
    else empty(host, words);
    var reads = make('details', '', host, 'ioc-drivers__reads');
    make('summary', words.reads + ' (' + found.reads.length + ')', reads);
    var list = make('ul', '', reads, 'ioc-log');
    found.reads.forEach(function (one) {
      var line = make('li', '', list), said = one.what.split(' ');
      make('b', one.by, line);
      make('span', moment.format(new Date(one.at)) + ' · ' + [words[said[0]] || said[0]].concat(said.slice(1)).join(' '), line, 'ioc-note');
    });
  }

  function table(host, words, drivers) {
    var today = new Date().toISOString().slice(0, 10), box = make('div', '', host, 'ioc-scroll'), whole = make('table', '', box, 'ioc-table ioc-table--drivers');
    box.tabIndex = 0;
    var heads = make('tr', '', make('thead', '', whole)), body = make('tbody', '', whole);
    words.heads.forEach(function (said) { make('th', said, heads).scope = 'col'; });
    drivers.forEach(function (one) {
      var row = make('tr', '', body), expired = one.licence_expires && one.licence_expires < today;
      make('th', one.id, row).scope = 'row';
      var work = [one.active_from && words.since.replace('{day}', day(one.active_from)), one.active_to && words.until.replace('{day}', day(one.active_to))];
      [one.name, one.phone, one.licence_class, one.licence_number, day(one.licence_expires) + (expired ? ' ▲ ' + words.expired : ''),
        work.filter(Boolean).join(' ')].forEach(function (said, i) {
        make('td', said || IOC.contract.UNKNOWN, row, i === 4 && expired ? 'ioc-drivers__expired' : said ? '' : 'ioc-drivers__none').dataset.head = words.heads[i + 1];
      });
    });
  }

  function empty(host, words) {
    var box = make('div', '', host, 'ioc-empty');
    make('p', words.noDrivers, box);
    make('p', words.howTo, box, 'ioc-empty__wait');
    make('p', words.orSend, box, 'ioc-empty__wait');
  }

  IOC.whenever('[data-drivers]', function (host) { if (!host.firstChild) open(host); });
})();

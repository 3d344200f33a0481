// Fills the short live lists (alarms, feeds, events): keeps each row's element and changes its cells in place.
(function () {
  'use strict';
  /** @type {Record<string, RowVM[]>} */
  var lists = {};
  /** @type {string[]} */
  var news = [];

  var WHOLE = new RegExp('(' + IOC.contract.WHOLE + ')');

  // Words with elements around what no line may break, as the server draws them (paint/whole.py).
  IOC.words = function (element, text) {
    if (element.textContent === text) return;
    element.replaceChildren.apply(element, text.split(WHOLE).map(function (part, i) {
      if (i % 2 === 0) return part;
      var one = document.createElement('bdi');
      one.className = 'ioc-whole';
      one.textContent = part;
      return one;
    }));
  };

  // A cell of words, as a link where it leads somewhere.
  /** @param {HTMLElement} td @param {CellVM} vm @param {string} href */
  function cell(td, vm, href) {
    if (href) {
      var link = td.querySelector('a');
      if (!link) { td.textContent = ''; link = td.appendChild(document.createElement('a')); }
      if (link.getAttribute('href') !== href) link.setAttribute('href', href);
      IOC.words(link, vm.t);
      return;
    }
    if (vm.t !== undefined) {
      if (td.querySelector('a, time')) td.textContent = '';
      IOC.words(td, vm.t);
      return;
    }
    var time = td.querySelector('time');
    if (!time) {
      td.textContent = '';
      time = td.appendChild(document.createElement('time'));
      time.className = 'ioc-age';
    }
    time.dataset.staleAfter = String(vm.stale_after_s);
    if (time.dataset.asOf !== String(vm.as_of_ms)) { time.dataset.asOf = String(vm.as_of_ms); delete time.dataset.stage; }
    IOC.ageNow(time);
  }

  /** @param {HTMLElement} tr @param {RowVM} vm */
  function row(tr, vm) {
    tr.dataset.row = vm.id;
    tr.dataset.simulated = String(vm.simulated);
    var name = vm.tone ? 'ioc-row ioc-row--' + vm.tone : 'ioc-row';
    if (tr.className !== name) tr.className = name;
    while (tr.children.length > vm.cells.length) tr.lastElementChild.remove();
    while (tr.children.length < vm.cells.length) tr.appendChild(document.createElement('td'));
    vm.cells.forEach(function (content, i) { cell(/** @type {HTMLElement} */ (tr.children[i]), content, i === 1 && vm.href ? IOC.at(vm.href) : ''); });
  }

  /** @param {HTMLElement} body @param {RowVM[]} rows */
  function fill(body, rows) {
    var known = {}, wanted = {};
    body.querySelectorAll('tr').forEach(function (tr) { known[tr.dataset.row] = tr; });
    rows.forEach(function (vm) { wanted[vm.id] = true; });
    Object.keys(known).forEach(function (id) { if (!wanted[id]) known[id].remove(); });
    rows.forEach(function (vm, i) {
      var tr = known[vm.id] || document.createElement('tr');
      row(tr, vm);
      if (body.children[i] !== tr) body.insertBefore(tr, body.children[i] || null);
    });
  }

  IOC.rows = function (id) { return lists[id]; };

  // Rows without room wrap out of sight beside the others, or are not shown on narrow screens: say how many.
  /** @param {HTMLElement} body */
  function count(body) {
    var line = /** @type {HTMLElement} */ (document.querySelector('#react-entry-point [data-more="' + body.dataset.rows + '"]'));
    if (!line) return;
    var edge = body.getBoundingClientRect().right - 1;
    var hidden = Array.from(body.children).filter(function (tr) { return !tr.getClientRects().length || tr.getBoundingClientRect().left >= edge; }).length;
    line.hidden = !hidden;
    IOC.text(line, hidden ? '+' + hidden : '');
  }
  IOC.recount = function (id) { document.querySelectorAll('[data-rows="' + id + '"]').forEach(count); };
  var sizes = new ResizeObserver(function (changes) {
    changes.forEach(function (change) { count(/** @type {HTMLElement} */ (change.target)); });
  });

  document.addEventListener('ioc:rows', function (event) {
    lists[event.detail.id] = event.detail.rows;
    if (news.indexOf(event.detail.id) < 0) news.push(event.detail.id);
    IOC.soon(write);
  });

  // Writes the lists that were told since the last writing.
  function write() {
    news.splice(0).forEach(function (id) {
      document.querySelectorAll('[data-rows="' + id + '"]').forEach(function (body) {
        fill(body, lists[id]);
        count(body);
      });
    });
  }
  IOC.whenever('[data-rows]', function (body) {
    if (lists[body.dataset.rows]) fill(body, lists[body.dataset.rows]);
    sizes.observe(body);
  });
})();

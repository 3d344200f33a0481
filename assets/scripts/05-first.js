// Replaces the page of the first response by React's page in one frame, and keeps drawings, focus, open menus and scroll.
(function () {
  'use strict';
  var first = document.getElementById('ioc-first'), entry = document.getElementById('react-entry-point'), waiting = {};

  // Sets properties of a Dash component. What people choose on the page of the first response waits for React's page.
  IOC.set = function (id, properties) {
    if (first && first.isConnected) waiting[id] = properties;
    else dash_clientside.set_props(id, properties);
  };
  if (!first) return;

  // Visits pairs of corresponding elements. Skips those that differ: the other scripts bring React's page up to date.
  function each(old, fresh, act) {
    act(old, fresh);
    if ('drawn' in old.dataset) return;
    var mine = old.children, theirs = fresh.children;
    for (var i = 0; i < mine.length && i < theirs.length; i++) {
      if (mine[i].tagName === theirs[i].tagName && mine[i].dataset) each(mine[i], theirs[i], act);
    }
  }

  // Moves the server's drawings: React leaves these elements empty, and the scripts would draw the same. Copies user state.
  function move(old, fresh) {
    if ('drawn' in old.dataset && !fresh.firstChild) while (old.firstChild) fresh.appendChild(old.firstChild);
    if ('clock' in old.dataset) IOC.text(fresh, old.textContent);
    if (old.open) fresh.open = true;
    if (old.nodeName === 'INPUT' && old.value !== old.defaultValue) retype(fresh, old.value);
    if (old.scrollTop || old.scrollLeft) scrolled.push([fresh, old.scrollLeft, old.scrollTop]);
    if (old === document.activeElement) focused = fresh;
  }

  // Types the value again: React notices only the element's native setter followed by an event.
  function retype(field, value) {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  var scrolled = [], focused = null;
  function giveWay(page, watch) {
    watch.disconnect();
    var across = scrollX, down = scrollY;
    each(first.querySelector('.ioc-page'), page, move);
    first.remove();
    scrollTo(across, down);
    scrolled.forEach(function (one) { one[0].scrollTo(one[1], one[2]); });
    if (focused) focused.focus({ preventScroll: true });
    IOC.ageAll();
    IOC.first = performance.now();
    setTimeout(function () { Object.keys(waiting).forEach(function (id) { IOC.set(id, waiting[id]); }); }, 0);
  }

  // Observers run before the next paint, in order of creation: this script is the first, so no other sees two pages.
  new MutationObserver(function (_, watch) {
    var page = entry.querySelector('#ioc-page > *');
    if (page) giveWay(page, watch);
  }).observe(entry, { subtree: true, childList: true });
})();

// The page of the first response gives way to React's in one frame: drawings, focus, opened menus and scroll go over.
(function () {
  'use strict';
  var first = document.getElementById('ioc-first'), entry = document.getElementById('react-entry-point');
  if (!first) return;

  // Pairs of elements that stand for each other; what differs is left to the scripts that keep React's page up to date.
  function each(old, fresh, act) {
    act(old, fresh);
    if ('drawn' in old.dataset) return;
    var mine = old.children, theirs = fresh.children;
    for (var i = 0; i < mine.length && i < theirs.length; i++) {
      if (mine[i].tagName === theirs[i].tagName && mine[i].dataset) each(mine[i], theirs[i], act);
    }
  }

  // What the server drew into empty elements: React keeps nothing in there, the scripts would draw the same.
  function move(old, fresh) {
    if ('drawn' in old.dataset && !fresh.firstChild) while (old.firstChild) fresh.appendChild(old.firstChild);
    if ('clock' in old.dataset) { IOC.text(fresh, old.textContent); fresh.iocStart = old.iocStart; }
    if (old.open) fresh.open = true;
    if (old.nodeName === 'INPUT' && old.value !== old.defaultValue) retype(fresh, old.value);
    if (old.scrollTop || old.scrollLeft) scrolled.push([fresh, old.scrollLeft, old.scrollTop]);
    if (old === document.activeElement) focused = fresh;
  }

  // As if it were typed: React hears only what goes through the element's own setter and an event.
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
  }

  // Observers are called before the next picture, and this one first: its script is the first.
  new MutationObserver(function (_, watch) {
    var page = entry.querySelector('#ioc-page > *');
    if (page) giveWay(page, watch);
  }).observe(entry, { subtree: true, childList: true });
})();

// The wall's areas take turns where the column has no room for all; a page that somebody points at stays.
(function () {
  'use strict';
  var TURN_MS = 20000;

  function turn() {
    var pages = Array.from(document.querySelectorAll('#react-entry-point [data-turn]'));
    if (pages.length < 2 || pages.some(function (page) { return page.matches(':hover, :focus-within'); })) return;
    var on = pages.findIndex(function (page) { return page.hasAttribute('data-on'); });
    pages.forEach(function (page, i) { page.toggleAttribute('data-on', i === (on + 1) % pages.length); });
  }
  setInterval(turn, TURN_MS);
})();

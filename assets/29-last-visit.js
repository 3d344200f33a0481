// Tells the server, by a cookie, when this browser last looked at the leader's page. A visit goes on through reloads and
// short absences: "since last time" stays the same for as long as somebody is reading.
(function () {
  'use strict';
  var COOKIE = IOC.contract.LAST_VISIT, KEPT = 'ioc-visit', PATH = '/_dash-update-component',
     AWAY_MS = 30 * 60000, YEAR_S = 366 * 86400;

  function visit() {
    try { return JSON.parse(localStorage.getItem(KEPT) || '{}'); } catch (_) { return {}; }
  }

  // Before the page is asked for: an earlier visit that has ended becomes the last one.
  var kept = visit(), now = Date.now();
  if (kept.seen && now - kept.seen > AWAY_MS) kept = { last: kept.seen };
  // The path of Dash's callbacks: no other page of the centre, above all none of the public's, gets to see it.
  if (kept.last) document.cookie = COOKIE + '=' + kept.last + '; path=' + PATH + '; SameSite=Strict; max-age=' + YEAR_S;

  function seen() {
    if (document.visibilityState !== 'visible' || !document.querySelector('.ioc-main--leader')) return;
    kept.seen = Date.now();
    localStorage.setItem(KEPT, JSON.stringify(kept));
  }
  setInterval(seen, 60000);
  document.addEventListener('visibilitychange', seen);
  addEventListener('pagehide', seen);
  IOC.whenever('.ioc-main--leader', seen);
})();

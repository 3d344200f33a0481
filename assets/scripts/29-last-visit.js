// Tells the server, by a cookie, when this browser last looked at the leader's page. A visit goes on through reloads and
// short absences: "since last time" stays the same for as long as somebody is reading.
(function () {
  'use strict';
  var contract = IOC.contract, COOKIE = contract.LAST_VISIT, VISIT = contract.VISIT, PATH = '/_dash-update-component',
     PAGE = '/leader', AWAY_MS = 1000 * contract.AWAY_S, YEAR_S = 366 * 86400;

  function visit() {
    try { return JSON.parse(localStorage.getItem(VISIT) || '{}'); } catch (_) { return {}; }
  }

  // Before the page is asked for: an earlier visit that has ended becomes the last one.
  var kept = visit(), now = Date.now();
  if (kept.seen && now - kept.seen > AWAY_MS) kept = { last: kept.seen };
  // The paths of Dash's callbacks and of the leader's page: no other, above all none of the public's, gets to see it.
  if (kept.last) tell(COOKIE, kept.last, PATH);

  function tell(name, value, path) {
    document.cookie = name + '=' + value + '; path=' + path + '; SameSite=Strict; max-age=' + YEAR_S;
  }

  function seen() {
    if (document.visibilityState !== 'visible' || !document.querySelector('.ioc-main--leader')) return;
    kept.seen = Date.now();
    localStorage.setItem(VISIT, JSON.stringify(kept));
    tell(VISIT, (kept.last || '') + '.' + kept.seen, PAGE);  // what the next first response of the leader's page goes by
  }
  setInterval(seen, 60000);
  document.addEventListener('visibilitychange', seen);
  addEventListener('pagehide', seen);
  IOC.whenever('.ioc-main--leader', seen);
})();

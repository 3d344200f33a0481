// Tells the server by cookie when this browser last visited the leader's page. Reloads and short absences do not end a
// visit, so "since last time" stays the same while somebody is reading.
(function () {
  'use strict';
  var contract = IOC.contract, COOKIE = contract.LAST_VISIT, VISIT = contract.VISIT, PATH = IOC.at('/_dash-update-component'),
     PAGE = IOC.at('/leader'), AWAY_MS = 1000 * contract.AWAY_S, YEAR_S = 366 * 86400;

  function visit() {
    try { return JSON.parse(localStorage.getItem(VISIT) || '{}'); } catch (_) { return {}; }
  }

  // Before the page is requested: if the stored visit has ended, it becomes the last visit.
  var kept = visit(), now = Date.now();
  if (kept.seen && now - kept.seen > AWAY_MS) kept = { last: kept.seen };
  // Cookie paths: only Dash's callbacks and the leader's page receive it, the public pages do not.
  if (kept.last) tell(COOKIE, kept.last, PATH);

  function tell(name, value, path) {
    document.cookie = name + '=' + value + '; path=' + path + '; SameSite=Strict; max-age=' + YEAR_S;
  }

  function seen() {
    if (document.visibilityState !== 'visible' || !document.querySelector('.ioc-main--leader')) return;
    kept.seen = Date.now();
    localStorage.setItem(VISIT, JSON.stringify(kept));
    tell(VISIT, (kept.last || '') + '.' + kept.seen, PAGE);  // for the next first response of the leader's page
  }
  setInterval(seen, 60000);
  document.addEventListener('visibilitychange', seen);
  addEventListener('pagehide', seen);
  IOC.whenever('.ioc-main--leader', seen);
})();

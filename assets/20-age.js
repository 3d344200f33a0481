// Ages every number each second by the server's clock, also when the server is dead; says so when it is not heard.
(function () {
  'use strict';
  var contract = IOC.contract;
  var LOST = {
    vi: 'Mất kết nối máy chủ · số liệu từ ', en: 'Connection to the server lost · figures as of ',
  };
  var AGEING_FROM = 0.5;
  var clock = new Intl.DateTimeFormat('vi-VN', {
    hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZone: 'Asia/Ho_Chi_Minh',
  });
  var banner = null;

  function language() { return document.documentElement.lang === 'en' ? 'en' : 'vi'; }

  IOC.ageWords = function (seconds) {
    var unit = contract.AGE_FROM_S.findLastIndex(function (from) { return seconds >= from || from === 0; });
    var count = Math.floor(Math.max(0, seconds) / contract.AGE_UNITS_S[unit]);
    return count + ' ' + contract.AGE_WORDS[language()][unit][count === 1 ? 0 : 1];
  };

  // How far a figure is on its way to being stale: fresh, ageing or stale.
  IOC.ageStage = function (seconds, limit) {
    return seconds > limit ? 'stale' : seconds > AGEING_FROM * limit ? 'ageing' : 'fresh';
  };

  /** @param {HTMLElement} element @param {number} now server's time, epoch ms */
  function age(element, now) {
    var seconds = (now - Number(element.dataset.asOf)) / 1000, limit = Number(element.dataset.staleAfter);
    var stage = IOC.ageStage(seconds, limit);
    IOC.text(element, IOC.ageWords(seconds));
    if (element.dataset.stage === stage) return;
    element.dataset.stage = stage;
    element.classList.toggle('ioc-age--stale', stage === 'stale');
    element.classList.toggle('ioc-age--ageing', stage === 'ageing');
    var card = element.dataset.part === 'age' && element.closest('[data-kpi]');
    if (card && stage === 'stale') card.classList.add('ioc-card--stale');
  }

  function ageAll() {
    var now = IOC.now();
    document.querySelectorAll('time[data-as-of]').forEach(function (element) { age(element, now); });
  }
  IOC.ageNow = function (element) { if (element.dataset.asOf) age(element, IOC.now()); };

  document.addEventListener('ioc:line', function (event) {
    if (event.detail) { if (banner) { banner.remove(); banner = null; } return; }
    if (banner) return;
    banner = document.createElement('div');
    banner.className = 'ioc-offline';
    banner.setAttribute('role', 'alert');
    banner.textContent = LOST[language()] + clock.format(IOC.now() - (performance.now() - IOC.heardAt));
    document.body.appendChild(banner);
  });

  setInterval(ageAll, 1000);
})();

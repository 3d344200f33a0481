// Shows a banner while the server is silent. The script that ages numbers is in the page's frame (centre/ticking.js).
(function () {
  'use strict';
  var LOST = {
    vi: 'Mất kết nối máy chủ · số liệu từ ', en: 'Connection to the server lost · figures as of ',
  };
  var clock = new Intl.DateTimeFormat('vi-VN', {
    hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZone: 'Asia/Ho_Chi_Minh',
  });
  var banner = null;

  function language() { return document.documentElement.lang === 'en' ? 'en' : 'vi'; }

  document.addEventListener('ioc:line', function (event) {
    if (event.detail) { if (banner) { banner.remove(); banner = null; } return; }
    if (banner) return;
    banner = document.createElement('div');
    banner.className = 'ioc-offline';
    banner.setAttribute('role', 'alert');
    banner.textContent = LOST[language()] + clock.format(IOC.now() - (performance.now() - IOC.heardAt));
    document.body.appendChild(banner);
  });
})();

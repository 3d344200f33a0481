// Shows a banner while the server is silent. The script that ages numbers is in the page's frame (centre/ticking.js).
(function () {
  'use strict';
  var LOST = {
    vi: 'Mất kết nối máy chủ · số liệu từ ', en: 'Connection to the server lost · figures as of ',
  };
  // Citizens need no word about servers, only how old the figures are.
  var CALM = { vi: 'Số liệu lúc ', en: 'Figures as of ' };
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
    var kiosk = document.querySelector('[data-kiosk]');
    banner.textContent = (kiosk ? CALM : LOST)[language()] + clock.format(IOC.now() - (performance.now() - IOC.heardAt));
    // In the bar it takes the place of links that would lead nowhere, so that it covers nothing.
    var nav = document.querySelector('#react-entry-point .ioc-bar .ioc-nav');
    if (nav) nav.before(banner); else document.body.appendChild(banner);
  });
})();

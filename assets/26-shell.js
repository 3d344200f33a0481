// The page's title, and the clock in the bar: Việt Nam time, from the server's instant, ticking by this machine.
(function () {
  'use strict';
  var format = new Intl.DateTimeFormat('vi-VN', {
    hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZone: 'Asia/Ho_Chi_Minh',
  });
  var minutes = new Intl.DateTimeFormat('vi-VN', {
    hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Ho_Chi_Minh',
  });

  function tick() {
    var page = document.querySelector('[data-title]'), clock = document.querySelector('[data-clock]');
    var title = page && page.dataset.title + ' · IOC Long An';
    if (title && document.title !== title) document.title = title;
    if (!clock) return;
    // The server's instant is right for the moment the clock first appeared; from then on only the difference counts.
    if (!clock.iocStart) clock.iocStart = { server: Number(clock.dataset.clock), here: performance.now() };
    var now = clock.iocStart.server + performance.now() - clock.iocStart.here;
    var text = (clock.closest('[data-kiosk]') ? minutes : format).format(now);
    if (clock.textContent !== text) clock.textContent = text;
  }
  setInterval(tick, 500);
})();

// The page's title, the menu in the bar, and the clock: Việt Nam time, by the server's clock.
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
    if (clock) IOC.text(clock, (clock.closest('[data-kiosk]') ? minutes : format).format(IOC.now()));
  }
  IOC.seconds.push(tick);
  tick();

  // Escape, or a click elsewhere, closes the menu of territory versions.
  function close(event) {
    var menu = document.querySelector('.ioc-territory[open]'), typed = event.type === 'keydown';
    if (!menu || (typed ? event.key !== 'Escape' : menu.contains(event.target))) return;
    menu.removeAttribute('open');
    if (typed) menu.querySelector('summary').focus();
  }
  document.addEventListener('keydown', close);
  document.addEventListener('click', close);
})();

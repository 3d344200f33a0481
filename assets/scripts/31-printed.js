// Who prints figures asks for them by their hash: the centre keeps them, so that the paper can be checked later.
(function () {
  'use strict';
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('[data-hash]').forEach(function (printed) {
      fetch(IOC.at('/api/v1/briefs/' + /** @type {HTMLElement} */ (printed).dataset.hash), { keepalive: true }).catch(function () {
        // Paper without a server stays paper; its hash is checked against what was kept before.
      });
    });
  });
})();

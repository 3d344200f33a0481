// Keeps open what somebody opened, although the server draws regions again and React draws the first page again.
(function () {
  'use strict';
  /** @type {Record<string, boolean>} */
  var open = {};

  document.addEventListener('toggle', function (event) {
    var fold = /** @type {HTMLDetailsElement} */ (event.target);
    if (fold.dataset.fold) open[fold.dataset.fold] = fold.open;
  }, true);  // the event does not bubble

  function restore(fold) { if (open[fold.dataset.fold]) fold.setAttribute('open', ''); }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      change.addedNodes.forEach(function (node) {
        if (!(node instanceof Element)) return;
        if (node.matches('details[data-fold]')) restore(node);
        node.querySelectorAll('details[data-fold]').forEach(restore);
      });
    });
  }).observe(document.documentElement, { subtree: true, childList: true });
})();

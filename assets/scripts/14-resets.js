// Keeps Dash from telling every component of the page what changes nothing. Of each component that was drawn anew the
// hashes are forgotten (`RESET_COMPONENT_STATE`), in an action of its own, and each action asks every component of the
// page: a region of 1,500 components in a page of 3,000 stood still for half a minute. Hardly any has hashes to forget.
(function () {
  'use strict';
  // Dash keeps hashes by path, joined with commas, and forgets those whose path begins with the action's.
  function forgets(action, hashes) {
    var path = action.payload.itempath.join(',');
    return Object.keys(hashes).some(function (key) { return key.startsWith(path); });
  }

  function spare(store) {
    var dispatch = store.dispatch;
    store.dispatch = function (action) {
      var idle = action.type === 'RESET_COMPONENT_STATE' && !forgets(action, store.getState().layoutHashes);
      return idle ? action : dispatch(action);
    };
  }

  // Dash adds its store to this list before it draws anything.
  var stores = [];
  stores.push = function (store) {
    spare(store);
    return Array.prototype.push.call(stores, store);
  };
  window.dash_stores = stores;
})();

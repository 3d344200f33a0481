// Whoever is no longer signed in, or may not do what a button does, learns it at the page that helps.
(function () {
  'use strict';
  var contract = window.IOC.contract, ask = window.fetch;
  function leave(reason) {
    if (reason === 'sign_in') location.assign(IOC.at(contract.SIGN_IN) + '?next=' + encodeURIComponent(location.pathname + location.search));
    if (reason === 'not_permitted') location.assign(IOC.at(contract.ACCOUNT) + '?refused=1');
  }
  window.fetch = function (address, options) {
    return ask.call(window, address, options).then(function (answer) {
      if ((answer.status === 401 || answer.status === 403) && answer.url.indexOf('/_dash-update-component') > 0) {
        answer.clone().json().then(function (said) { leave(said.reason); }, function () {});
      }
      return answer;
    });
  };
})();

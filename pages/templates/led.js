// Turns the messages of an LED board (cuts, no scrolling) and fetches the page anew. Without a server the last messages
// stay until their time is over, and half an hour later the neutral one alone.
(function () {
  'use strict';
  var FETCH_EVERY_MS = 30000, NEUTRAL_AFTER_MS = 30 * 60 * 1000, WAIT_MS = 10000;
  var main = document.querySelector('main'), heardAt = performance.now(), serverAtStart = Number(main.dataset.now) - heardAt;

  function now() { return serverAtStart + performance.now(); }

  function sayable() {
    var all = Array.from(main.querySelectorAll('[data-message]')), neutral = all.pop();
    var silent = performance.now() - heardAt > NEUTRAL_AFTER_MS;
    var told = silent ? [] : all.filter(function (one) { return !one.dataset.until || Number(one.dataset.until) > now(); });
    return told.length ? told : [neutral];
  }

  function show(message) {
    main.querySelectorAll('[data-on]').forEach(function (one) { one.removeAttribute('data-on'); });
    message.setAttribute('data-on', '');
  }

  function turn() {
    var all = Array.from(main.children), at = all.findIndex(function (one) { return one.hasAttribute('data-on'); });
    var said = sayable();
    var next = said.find(function (one) { return all.indexOf(one) > at; }) || said[0];
    show(next);
    setTimeout(turn, 1000 * Number(next.dataset.dwell));
  }

  // The message on the board keeps its place in the turn; one that is gone leaves at the next turn's cut.
  function take(html) {
    var fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('main');
    if (!fresh) throw new Error('no messages in the answer');
    var on = main.querySelector('[data-on]'), key = on && on.dataset.message;
    heardAt = performance.now();
    serverAtStart = Number(fresh.dataset.now) - heardAt;
    main.replaceChildren.apply(main, Array.from(fresh.children));
    var same = Array.from(main.children).find(function (one) { return one.dataset.message === key; });
    show(same || sayable()[0]);
  }

  function ask() {
    fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(WAIT_MS) })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.text(); })
      .then(take)
      .catch(function (fault) { console.warn('led: ' + fault); });
  }

  setTimeout(turn, 1000 * Number(main.querySelector('[data-on]').dataset.dwell));
  setInterval(ask, FETCH_EVERY_MS);
})();

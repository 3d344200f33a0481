// The page's only socket: reconnects for ever, sends DOM events to the other scripts, keeps the server's time.
// Events on document: ioc:kpis, ioc:places, ioc:rows, ioc:names, ioc:maps (detail: the message), ioc:vehicles (detail:
// a frame of typed columns), ioc:line (detail: whether the server is heard).
(function () {
  'use strict';
  // window.IOC is in the page's frame: what somebody hung on it since (onVehicles of a test) must stay.
  var contract = window.IOC.contract, HALF_OPEN_MS = 20000, FIRST_WORD_MS = 10000, QUIET_MS = 1750 * contract.HEARTBEAT_EVERY_S, FIRST_PAUSE_MS = 300, LONGEST_PAUSE_MS = 5000, CLOCK_STEP_MS = 2000;
  var IOC = Object.assign(window.IOC, {
    messages: 0, frames: 0, redraws: 0, reconnects: -1, violations: [], newest: {}, heardAt: 0, connected: false,
  });
  var socket = null, pause = FIRST_PAUSE_MS, offset = null, line = true, begun = 0, openedAt = 0;

  // The server's clock now, in epoch ms; this machine's monotonic clock continues it while the server is silent.
  var atFirst = IOC.now;
  IOC.now = function () { return offset === null ? atFirst() : offset + performance.now(); };
  IOC.page = function () { return document.querySelector('[data-topics]'); };
  IOC.tell = function (name, detail) { document.dispatchEvent(new CustomEvent('ioc:' + name, { detail: detail })); };

  // Calls back with every present and future element that matches, as React draws the page later. Skips the page of the
  // first response: 05-first removes it.
  IOC.whenever = function (selector, found) {
    function take(element) { if (!element.closest('#ioc-first')) found(element); }
    function look(root) {
      if (root.matches && root.matches(selector)) take(root);
      root.querySelectorAll(selector).forEach(take);
    }
    look(document);
    new MutationObserver(function (changes) {
      changes.forEach(function (change) {
        change.addedNodes.forEach(function (node) { if (node.nodeType === 1) look(node); });
      });
    }).observe(document.documentElement, { subtree: true, childList: true });
  };

  // The closest matching ancestor of an event's target; null when there is none.
  IOC.under = function (event, selector) { return event.target instanceof Element ? event.target.closest(selector) : null; };

  IOC.reloadWhenServed = function () {
    fetch(IOC.at('/healthz'), { cache: 'no-store' }).then(function (r) { if (r.ok) location.reload(); }, function () {});
  };

  /** @param {HTMLElement} page */
  function address(page) {
    var topics = page.dataset.topics;
    var map = document.querySelector('#map');
    if (map && map.dataset.live && page.dataset.audience !== 'public') topics += ',' + map.dataset.live;
    var query = new URLSearchParams({ audience: page.dataset.audience, lang: page.lang, topics: topics });
    return location.origin.replace(/^http/, 'ws') + IOC.at('/live?') + query;
  }

  function open(page) {
    openedAt = performance.now();
    begun = begun || openedAt;
    var mine = socket = new WebSocket(address(page)), next = IOC.frameReader();
    mine.binaryType = 'arraybuffer';
    mine.onmessage = function (event) {
      if (mine !== socket) return;
      IOC.messages += 1;
      IOC.heardAt = performance.now();
      pause = FIRST_PAUSE_MS;
      if (typeof event.data === 'string') read(JSON.parse(event.data));
      else vehicles(event.data);
    };
    // A frame that cannot be read, or does not follow the one before, leaves positions unknown: begin again from a full one.
    function vehicles(bytes) {
      var frame;
      try { frame = next(bytes); } catch (fault) { reportError(fault); pause = LONGEST_PAUSE_MS; mine.close(); return; }
      IOC.frames += 1;
      IOC.tell('vehicles', frame);
    }
    mine.onclose = function (event) {
      if (mine !== socket) return;
      IOC.connected = false;
      if (event.code === contract.SIGNED_OUT) location.reload();  // to the page to sign in at, and back
      else again(page);
    };
  }

  function again(page) {
    socket = null;
    setTimeout(function () {
      // A server that restarts behind a proxy answers 502 first: knock before opening a socket that would hang.
      fetch(IOC.at('/healthz'), { cache: 'no-store', signal: AbortSignal.timeout(4000) }).then(
        function (answer) { if (answer.ok) open(page); else again(page); },
        function () { again(page); });
    }, pause * (0.5 + Math.random()));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }

  /** @param {Message} message */
  function read(message) {
    if (message.k === 'hello' || message.k === 'hb') synchronise(message.now, message.k === 'hello');
    if (message.k === 'hello') {
      IOC.connected = true;
      IOC.reconnects += 1;
      newRelease(message.release);
    }
    if (message.k === 'maps' && message.version === IOC.maps) return hear();  // reconnected, but the maps are the same
    if (message.k === 'maps') IOC.maps = message.version;
    if (message.k !== 'hb') IOC.tell(message.k, message);
    hear();
  }

  // Messages arrive late, never early, so the largest offset is the best; a jump means that somebody set a clock.
  function synchronise(serverNow, first) {
    var seen = serverNow - performance.now();
    if (first || offset === null || seen > offset || offset - seen > CLOCK_STEP_MS) offset = seen;
  }

  function newRelease(release) {
    var mine = document.documentElement.dataset.release;
    if (!release || !mine || release === mine || sessionStorage.getItem('ioc-release') === release) return;
    sessionStorage.setItem('ioc-release', release);  // only once: two servers of different versions must not reload the page for ever
    setTimeout(IOC.reloadWhenServed, Math.random() * 5000);
  }

  function hear() {
    // A server that was never heard is silent since the first try; a page that draws its map hears the first word late.
    var heard = IOC.heardAt ? performance.now() - IOC.heardAt < QUIET_MS : performance.now() - begun < FIRST_WORD_MS;
    if (begun && heard !== line) { line = heard; IOC.tell('line', heard); }
  }

  setInterval(function () {
    hear();
    if (socket && performance.now() - Math.max(IOC.heardAt, openedAt) > HALF_OPEN_MS) {
      var dead = socket, page = IOC.page();
      socket = null;
      IOC.connected = false;
      dead.close();
      again(page);
    }
  }, 500);

  document.addEventListener('securitypolicyviolation', function (event) {
    IOC.violations.push(event.violatedDirective + ' ' + event.blockedURI);
  });

  // Open the socket for the first page there is, the server's or React's, but after every script has run: a script that
  // missed the full state would then receive only changes.
  document.addEventListener('DOMContentLoaded', function () {
    var opened = false;
    function first(page) { if (!opened) { opened = true; open(page); } }
    if (IOC.page()) first(IOC.page());
    IOC.whenever('[data-topics]', first);
  });
})();

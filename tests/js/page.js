// A page without a browser for scripts of assets/: a clock that is moved by hand, sockets that say what they are told to.
const { readdirSync, readFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const vm = require('node:vm');

const ASSETS = join(__dirname, '..', '..', 'assets', 'scripts');
// Each script by its name, whichever folder of assets/ it lies in.
const SCRIPTS = Object.fromEntries(readdirSync(ASSETS, { recursive: true }).filter((path) => path.endsWith('.js'))
  .map((path) => [basename(path), join(ASSETS, path)]));
SCRIPTS['ticking.js'] = join(__dirname, '..', '..', 'centre', 'ticking.js');
const STARTED_MS = Date.UTC(2026, 10, 23, 1, 0, 0);
const BEGAN = 100;  // a browser's clock is never at zero when a script runs

// Time in ms as performance.now() tells it; whoever waits is called in order of time.
class Clock {
  constructor() {
    this.now = BEGAN;
    this.waiting = [];
    this.ids = 0;
  }
  wait(act, ms, given, every) {
    this.waiting.push({ id: ++this.ids, at: this.now + (ms || 0), act: () => act(...given), every: every ? ms : 0 });
    return this.ids;
  }
  stop(id) {
    this.waiting = this.waiting.filter((one) => one.id !== id);
  }
  // Answers of promises come between two calls, as in a browser.
  async move(ms) {
    const until = this.now + ms;
    for (;;) {
      await settled();
      const next = this.waiting.filter((one) => one.at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!next) break;
      this.now = next.at;
      if (next.every) next.at += next.every;
      else this.stop(next.id);
      next.act();
    }
    this.now = until;
  }
}

function settled() {
  return new Promise((done) => setImmediate(done));
}

class Socket {
  constructor(page, address) {
    this.address = address;
    this.closed = false;
    page.sockets.push(this);
  }
  say(message) {
    this.onmessage({ data: message instanceof ArrayBuffer ? message : JSON.stringify(message) });
  }
  close() {
    if (this.closed) return;
    this.closed = true;
    this.onclose({ code: 1006 });
  }
}

// Loads `scripts` in this order after those of the page's frame, the contract and what ages. `elements` answers
// querySelectorAll by selector; `hung` is what a test hangs on IOC before the scripts.
function open(scripts, { elements = {}, language = 'vi', healthy = () => true, hung = {} } = {}) {
  const clock = new Clock(), listeners = {};
  const page = { clock, sockets: [], told: [], props: [], faults: [], asked: 0, elements, random: 0.5 };
  const document = {
    documentElement: {
      lang: language, dataset: { release: 'r1', now: String(STARTED_MS) }, classList: { add: () => {} },
    },
    getElementById: (id) => (page.elements[`#${id}`] || [])[0] || null,
    addEventListener: (name, act) => { (listeners[name] = listeners[name] || []).push(act); },
    dispatchEvent: (event) => {
      page.told.push([event.type, event.detail]);
      (listeners[event.type] || []).forEach((act) => { act(event); });
    },
    querySelectorAll: (selector) => page.elements[selector] || [],
    querySelector: (selector) => (page.elements[selector] || [])[0] || null,
  };
  const stored = {};
  const context = vm.createContext({
    document, URLSearchParams, AbortSignal: { timeout: () => null },
    CustomEvent: class { constructor(type, given) { this.type = type; this.detail = given.detail; } },
    MutationObserver: class { observe() {} disconnect() {} },
    WebSocket: class extends Socket { constructor(address) { super(page, address); } },
    fetch: () => { page.asked += 1; return healthy() ? Promise.resolve({ ok: true }) : Promise.reject(new Error('no server')); },
    reportError: (fault) => { page.faults.push(fault); },
    performance: { now: () => clock.now },
    dash_clientside: { set_props: (id, props) => { page.props.push([id, props]); } },
    location: { origin: 'http://centre', reload: () => { page.reloads = (page.reloads || 0) + 1; } },
    sessionStorage: { getItem: (key) => stored[key] ?? null, setItem: (key, value) => { stored[key] = String(value); } },
    setTimeout: (act, ms, ...given) => clock.wait(act, ms, given, false),
    setInterval: (act, ms, ...given) => clock.wait(act, ms, given, true),
    clearTimeout: (id) => clock.stop(id),
    addEventListener: () => {},
  });
  context.window = context;
  vm.runInContext(`Date.now = () => ${STARTED_MS - BEGAN} + performance.now(); Math.random = () => pageRandom();`,
    Object.assign(context, { pageRandom: () => page.random }));
  ['05-contract.js', 'ticking.js', ...scripts].forEach((name, i) => {
    if (i === 2) Object.assign(context.IOC, hung);
    vm.runInContext(readFileSync(SCRIPTS[name], 'utf-8'), context, { filename: name });
  });
  document.dispatchEvent({ type: 'DOMContentLoaded' });
  return Object.assign(page, { IOC: context.IOC, window: context, document, tell: (name, detail) => document.dispatchEvent({ type: `ioc:${name}`, detail }) });
}

// What came out of a script, without the realm it was made in.
function plain(value) {
  return JSON.parse(JSON.stringify(value));
}

module.exports = { open, plain, STARTED_MS };

// Starts Dash and the scripts of single screens, which lie in a template of the frame, once people see the page of the
// first response with its letters and the line has told the state of now: until then network and processor are theirs.
(function () {
  'use strict';
  var WITHIN_MS = 1000, REST_MS = 50;
  var template = /** @type {HTMLTemplateElement} */ (document.getElementById('ioc-react'));
  if (!template) return;

  function outside(script) { return script.hasAttribute('src'); }
  function copy(script) {
    var element = document.createElement('script');
    Array.from(script.attributes).forEach(function (one) { element.setAttribute(one.name, one.value); });
    element.textContent = script.textContent;
    element.async = false;  // in their order, as if the parser had met them
    return element;
  }

  function start() {
    var scripts = Array.from(template.content.querySelectorAll('script'));
    var files = scripts.filter(outside).map(copy);
    template.remove();
    files[files.length - 1].onload = function () {
      IOC.tell('starting');
      scripts.forEach(function (script) { if (!outside(script)) document.body.appendChild(copy(script)); });
    };
    files.forEach(function (file) { document.body.appendChild(file); });
  }

  // A tab in the background paints nothing, and a centre in trouble tells nothing: neither is waited for long.
  function soon(happens) {
    return new Promise(function (done) { happens(done); setTimeout(done, WITHIN_MS); });
  }
  Promise.all([
    soon(function (done) { new PerformanceObserver(done).observe({ type: 'paint', buffered: true }); }),
    soon(function (done) { document.fonts.ready.then(done); }),
    soon(function (done) { document.addEventListener('ioc:hello', done, { once: true }); }),
  ]).then(function () { setTimeout(start, REST_MS); });
})();

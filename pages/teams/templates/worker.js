// Keeps the form so that it opens without a network: what was kept is shown at once and fetched again behind it.
// Only pages and scripts of the form are kept; who a phone is and what it sends always go to the centre.
"use strict";

const KEPT = "ioc-team-form-1";
const BASE = self.location.pathname.replace(/\/worker\.js$/, "");
const SHELL = [BASE, BASE + "?lang=en", BASE + "/form.js"];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(KEPT).then((kept) => kept.addAll(SHELL.map((path) => new Request(path, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const asked = new URL(event.request.url);
  const path = asked.pathname + asked.search;
  if (event.request.method !== "GET" || asked.origin !== self.location.origin || !SHELL.includes(path)) return;
  const fetched = fetch(event.request).then(async (answer) => {
    if (answer.ok) await (await caches.open(KEPT)).put(path, answer.clone());
    return answer;
  });
  event.respondWith(caches.match(path).then((kept) => kept || fetched));
  event.waitUntil(fetched.catch(() => undefined));
});

// The team's form: saves each report on the phone first, sends it when there is a network, and forgets it only when the
// centre has said that it has it. The id is made once, here, so that a report sent twice counts once.
"use strict";

(() => {
  const WORDS = document.getElementById("whose").dataset;
  const COUNTS = ["sessions", "guided", "installs", "households"];
  const AGAIN_MS = 30000;
  const AT_ONCE = 50;
  const PHOTO_PIXELS = 1280;
  const PHOTO_BYTES = 480000;
  const SHOWN = 20;
  const OFF_MS = 120000;
  const part = (name) => document.getElementById(name);
  // A proxy may show the centre under a path of its own.
  const at = (path) => (document.documentElement.dataset.base || "") + path;
  const english = document.documentElement.lang === "en";

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("ioc-team", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("reports", { keyPath: "id" });
      asked.result.createObjectStore("kept");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  /** Runs `work` on a store in one transaction; resolves once it is on disk. */
  async function within(store, mode, work) {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const doing = database.transaction(store, mode, { durability: "strict" });
      const asked = work(doing.objectStore(store));
      doing.oncomplete = () => resolve(asked ? asked.result : undefined);
      doing.onerror = doing.onabort = () => reject(doing.error);
    });
  }
  const all = () => within("reports", "readonly", (store) => store.getAll());
  const keep = (one) => within("reports", "readwrite", (store) => { store.put(one); });
  const forget = (id) => within("reports", "readwrite", (store) => { store.delete(id); });
  const recall = (key) => within("kept", "readonly", (store) => store.get(key));
  const remember = (key, value) => within("kept", "readwrite", (store) => { store.put(value, key); });

  // How far the phone's clock is behind the centre's, as the centre's last answer told; kept for the next opening.
  let behindMs = 0;
  let heard = false;
  const now = () => new Date(Date.now() + behindMs);

  function today() {
    return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).format(now());
  }

  /** Learns from an answer how far off the phone's clock is. Within minutes it is right enough. */
  function hear(answer) {
    const told = Date.parse(answer.headers.get("Date") || "");
    heard = heard || !Number.isNaN(told);
    const off = Number.isNaN(told) ? 0 : told - Date.now();
    const learnt = Math.abs(off) < OFF_MS ? 0 : off;
    if (Math.abs(learnt - behindMs) < OFF_MS) return;
    behindMs = learnt;
    remember("behind", learnt).catch(() => undefined);
    dated();
  }

  let shownDay = "";
  /** The day in the form is today's until somebody chooses another, also when the page stays open past midnight. */
  function dated() {
    const field = part("report").day;
    if (!field.value || field.value === shownDay) field.value = today();
    shownDay = today();
    field.max = shownDay;
  }

  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  }

  function say(name, text) {
    part(name).textContent = text;
    part(name).hidden = !text;
  }

  /** The picture drawn again, smaller: nothing that the camera wrote beside it is left. */
  async function redrawn(file) {
    const picture = await createImageBitmap(file);
    for (let pixels = PHOTO_PIXELS, quality = 0.75; pixels > 200; pixels *= 0.7, quality -= 0.1) {
      const scale = Math.min(1, pixels / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", Math.max(0.4, quality)));
      if (made && made.size <= PHOTO_BYTES) return made;
    }
    return null;
  }

  let later = false;
  async function show() {
    const reports = (await all()).sort((a, b) => (a.at < b.at ? 1 : -1));
    part("waiting").textContent = String(reports.length);
    part("sent").textContent = String((await recall("sent")) || 0);
    part("state").textContent = !navigator.onLine ? WORDS.offline : later && reports.length ? WORDS.later : WORDS.online;
    part("list").replaceChildren(...reports.slice(0, SHOWN).map((one) => {
      const row = document.createElement("li");
      row.dataset.state = one.refused ? "refused" : "waiting";
      const said = `${one.day.split("-").reverse().join("/")} · ${one.guided} ${WORDS.people}`;
      row.append(`${said} — ${one.refused ? `${WORDS.refused}: ${english ? one.refused.en : one.refused.vi}` : WORDS.waiting}`);
      if (one.refused) {
        const buttons = one.refused.for ? [] : [[WORDS.mend, () => mend(one)]];
        for (const [words, act] of [...buttons, [WORDS.remove, () => forget(one.id).then(show)]]) {
          const button = document.createElement("button");
          button.type = "button";
          button.className = "button--quiet";
          button.textContent = words;
          button.addEventListener("click", act);
          row.append(button);
        }
      }
      return row;
    }));
  }

  // The centre knows no team for this phone: it asks for a code, however late its own store answers.
  let unknown = false;
  function ask() {
    unknown = true;
    part("code").hidden = false;
  }

  async function whose(told) {
    if (told) {
      unknown = false;
      await remember("team", told);
      // What another team's code could not send waits again once its own team is back.
      for (const one of await all()) if (one.refused && one.refused.for && one.team === told.team) await keep({ ...one, refused: undefined });
    }
    const team = told || (await recall("team"));
    part("whose").textContent = team ? [team.hamlet, team.place, team.team].filter(Boolean).join(" · ") : "";
    part("code").hidden = Boolean(team) && !unknown;
  }

  async function post(path, body, type) {
    const answer = await fetch(path, { method: "POST", body, headers: { "Content-Type": type } });
    hear(answer);
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 401) ask();
    return { status: answer.status, told };
  }

  let sending = false;
  /** Sends what waits. Of several open tabs one sends; the others leave it to that one. */
  async function send() {
    if (sending) return;
    sending = true;
    try {
      if (navigator.locks) await navigator.locks.request("ioc-team-send", { ifAvailable: true }, (mine) => mine && sendAll());
      else await sendAll();
    } catch {
      // No network, or a bad one: the reports stay, and the next try begins with them.
    } finally {
      sending = false;
      await show().catch(() => undefined);
    }
  }

  /** Sends some reports at a time. A failure leaves everything where it is. */
  async function sendAll() {
    const waiting = (await all()).filter((one) => !one.refused);
    for (let first = 0; first < waiting.length; first += AT_ONCE) {
      const some = waiting.slice(first, first + AT_ONCE);
      const bare = some.filter((one) => !one.accepted).map(({ photo, accepted, ...one }) => one);
      if (bare.length) {
        const { status, told } = await post(at("/bao-cao/gui"), JSON.stringify(bare), "application/json");
        later = status !== 202 && status !== 401;
        if (status !== 202) return;
        const taken = new Set(told.accepted);
        const refused = new Map(told.refused.map((one) => [one.id, one]));
        const team = (await recall("team")) || {};
        for (const one of some) {
          if (refused.has(one.id)) await keep({ ...one, refused: { ...refused.get(one.id), for: one.team && one.team !== team.team } });
          else if (taken.has(one.id)) await accepted(one.id);
        }
      }
      const team = (await recall("team")) || {};
      for (const one of await all()) if (one.accepted && one.photo && (!one.team || one.team === team.team)) await sendPhoto(one);
    }
  }

  /** Counts a report as sent, once: another tab may have sent it too. */
  async function accepted(id) {
    const database = await opened;
    await new Promise((resolve, reject) => {
      const doing = database.transaction(["reports", "kept"], "readwrite", { durability: "strict" });
      const reports = doing.objectStore("reports");
      const kept = doing.objectStore("kept");
      reports.get(id).onsuccess = (asked) => {
        const one = asked.target.result;
        if (!one || one.accepted) return;
        if (one.photo) reports.put({ ...one, accepted: true });
        else reports.delete(id);
        kept.get("sent").onsuccess = (counted) => kept.put((counted.target.result || 0) + 1, "sent");
      };
      doing.oncomplete = resolve;
      doing.onerror = doing.onabort = () => reject(doing.error);
    });
  }

  async function sendPhoto(one) {
    const { status } = await post(at(`/bao-cao/anh/${encodeURIComponent(one.id)}`), one.photo, "image/jpeg");
    // What the centre will never take is not sent for ever; the report itself is there already.
    if (status === 202 || status === 400 || status === 409) await forget(one.id);
  }

  /** Keeps a report; on a full phone without its photo, which is the large part of it. Whether the photo was kept. */
  async function kept(report) {
    try {
      await keep(report);
      return true;
    } catch (error) {
      if (!report.photo) throw error;
      await keep({ ...report, photo: null });
      return false;
    }
  }

  let saving = false;
  let mending = null;
  part("report").addEventListener("submit", async (event) => {
    event.preventDefault();
    // A second tap while a photo is made smaller would save the same work twice.
    if (saving) return;
    saving = true;
    try {
      await save(event.target);
    } finally {
      saving = false;
    }
    send();
  });

  async function save(form) {
    say("wrong", "");
    if (form.day.value > today()) { say("wrong", WORDS.today); return; }
    try {
      const file = form.photo.files[0];
      const team = await recall("team");
      const report = { id: mending ? mending.id : newId(), team: team ? team.team : "", at: now().toISOString(), day: form.day.value };
      for (const name of COUNTS) report[name] = Number(form[name].value || 0);
      report.photo = file ? await redrawn(file).catch(() => null) : mending && mending.photo;
      const whole = await kept(report);
      if (file && !report.photo) say("wrong", WORDS.nophoto);
      else if (!whole) say("wrong", WORDS.noroom);
    } catch {
      say("wrong", WORDS.failed);
      return;
    }
    mending = null;
    form.reset();
    form.day.value = today();
    await remember("draft", null).catch(() => undefined);
    await show();
    part("state").textContent = WORDS.saved;
  }

  /** Puts a refused report back into the form; saved again it is the same report, for the centre never took it. */
  function mend(one) {
    const form = part("report");
    mending = one;
    for (const name of ["day", ...COUNTS]) form[name].value = one[name];
    say("wrong", english ? one.refused.en : one.refused.vi);
    form.scrollIntoView();
  }

  // What is typed and not saved yet survives a reload: telephones close pages that nobody looks at.
  part("report").addEventListener("input", () => {
    const form = part("report");
    remember("draft", Object.fromEntries(["day", ...COUNTS].map((name) => [name, form[name].value]))).catch(() => undefined);
  });
  async function drafted() {
    const draft = await recall("draft");
    for (const [name, value] of Object.entries(draft || {})) part("report")[name].value = value;
  }

  part("code").addEventListener("submit", async (event) => {
    event.preventDefault();
    say("code-wrong", "");
    try {
      const { status, told } = await post(at("/bao-cao/ma"), JSON.stringify({ code: event.target.code.value }), "application/json");
      if (status !== 200) { say("code-wrong", english ? told.en : told.vi); return; }
      event.target.reset();
      await whose(told);
      send();
    } catch {
      say("code-wrong", WORDS.nocode);
    }
  });

  part("now").addEventListener("click", send);
  window.addEventListener("online", () => { show(); send(); });
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { dated(); send(); } });
  setInterval(() => { dated(); if (navigator.onLine) send(); }, AGAIN_MS);
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(at("/bao-cao/worker.js"), { scope: at("/bao-cao") });

  dated();
  // A telephone may find what it kept only after the centre has told what is true now.
  recall("behind").then((told) => { if (!heard) behindMs = told || 0; dated(); }).then(drafted).catch(() => undefined);
  // A browser that keeps nothing (a private window, a full phone) says so before anybody types.
  whose().then(show).then(send).catch(() => say("wrong", WORDS.failed));
  fetch(at("/bao-cao/cua-may")).then(async (answer) => {
    hear(answer);
    if (answer.ok) await whose(await answer.json());
    else if (answer.status === 401) ask();
  }).catch(() => undefined);
})();

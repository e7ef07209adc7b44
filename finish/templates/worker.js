{#-
The service worker. `finish/manifest.py` fills in the version and the list of files; these notes are not sent.

What it promises: a page and all it loads come from one version, or the page comes without a part, never with a part of
another version. How:

1. FILES gives a hash for each page and each part (script, style, picture, list of sources) of VERSION. Only bytes with
   that hash enter the cache of VERSION, and they are looked at again when they leave it. So a damaged entry, half a
   deployment, an error page with status 200 or a file of the wrong type is never taken for the real one.
2. A page that the reader asks for comes from the network; after PATIENCE, without a network, or when the host fails,
   from the cache. If its bytes are those of VERSION, the page is *ours*: its mark (the id of the window) is kept.
   The parts that one of our pages asks for are those of VERSION, from the cache or from the network; if neither has
   them, they fail, as they would without a network.
3. If the bytes are others, the host has another version (newer, older, or changed on the way). Then the worker steps
   aside: the page is not ours, and its parts come from the network, asked anew, so that no old copy in the browser's
   own cache gets in. It also steps aside for every page that the network can bring once a new worker is waiting.
   A host between two versions would itself send a page of one with parts of the other. So the worker first has the
   browser look for a new worker, and until that one has proved that the new version is there (all that every page
   needs is on the host) the reader gets our copy, if there is one. This lasts five minutes, once in the life of a
   version: a host that forgets its worker must not hold readers to old pages.
4. The browser looks for another /worker.js at each page. The new one takes only verified files into a cache of its own,
   first from the caches of its elders, then from the host. If a file is missing there or of another version (half a
   deployment), it is not installed, and the next page tries again. It takes over when no window shows a page of an
   elder. Versions have no order: going back is the same as going on.
5. Whatever goes wrong here (no storage, storage full, an error of ours) ends in a plain fetch, as without a worker.

A window that has been opened before the worker, or in a browser that does not name the window (Safari before 16), is
not ours: it reads from the network as if there were no worker.
Frames (/embed/) are left alone. `worker-off.js` in the place of `worker.js` ends it all.
-#}
"use strict";
const VERSION = "{{ version }}";
const FILES = new Map(Object.entries({{ files | safe }}));
const FIRST = {{ first | safe }};
const MORE = {{ more | safe }};
const OFFLINE = "{{ offline }}";
const BESIDE = /^{{ beside | safe }}$/;

const SCOPE = new URL(self.registration.scope);
const OURS = `guide ${SCOPE.pathname} `;
const CACHE = OURS + VERSION;
const MARKS = `${CACHE} pages`;
const PATIENCE = 3000; // milliseconds
const DOUBT = 5 * 60 * 1000; // milliseconds
const KEPT = 160; // pages, lists of sources and pictures beside what is always kept
const TYPES = { html: "text/html", css: "text/css", js: "javascript", json: "json", svg: "svg" };

const marked = new Set();

{# What is asked for, as FILES names it; undefined where it is no file of this version. -#}
function named(address) {
  const url = new URL(address, SCOPE);
  if (url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) {
    return undefined;
  }
  const path = url.pathname.slice(SCOPE.pathname.length).replace(/(^|\/)index\.html$/, "$1");
  return FILES.has(path) ? path : undefined;
}

const address = (path) => new URL(path, SCOPE).href;

const saving = () => Boolean(navigator.connection?.saveData);

{# Has a response the bytes and the type of this version? The type counts too: a host that is mended would otherwise
   not be believed before the next version. -#}
async function sound(path, response) {
  if (response.status !== (path === "404.html" ? 404 : 200) || response.redirected) {
    return false;
  }
  const kind = TYPES[/\.(\w+)$/.exec(path)?.[1] ?? "html"];
  if (kind && !(response.headers.get("Content-Type") ?? "").includes(kind)) {
    return false;
  }
  const bytes = await response.clone().arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, 6);
  return btoa(String.fromCharCode(...hash)) === FILES.get(path);
}

async function found(name, path) {
  try {
    const cache = await caches.open(name);
    const response = await cache.match(address(path), { ignoreVary: true });
    if (!response || (await sound(path, response))) {
      return response;
    }
    if (name === CACHE) {
      await cache.delete(address(path), { ignoreVary: true });
    }
  } catch {
    // A store that cannot be read holds nothing.
  }
  return undefined;
}

const kept = (path) => found(CACHE, path);

const elders = async () =>
  (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE && name !== MARKS);
const filesOfElders = async () => (await elders()).filter((name) => !name.endsWith(" pages"));
const marksOfElders = async () => (await elders()).filter((name) => name.endsWith(" pages"));

async function put(path, response) {
  try {
    await (await caches.open(CACHE)).put(address(path), response);
  } catch (error) {
    await trim(KEPT / 2); // the store is full: the next one may fit
    throw error;
  }
}

const ask = (path) => fetch(address(path), { cache: "no-cache", priority: "low" });

{# Bring one file into the cache. Throws when it cannot be had in this version. -#}
async function keep(path, online = true) {
  if (await kept(path)) {
    return;
  }
  let response;
  for (const name of await filesOfElders()) {
    response ??= await found(name, path);
  }
  if (!response && online) {
    response = await ask(path);
    if (!(await sound(path, response))) {
      throw new Error(`${path}: not of version ${VERSION}`);
    }
  }
  if (response) {
    await put(path, response);
  }
}

{# Drop what was kept first, beyond a number of files; what is always kept stays. -#}
async function trim(most) {
  const cache = await caches.open(CACHE);
  const always = new Set([...FIRST, ...MORE].map(address));
  const others = (await cache.keys()).filter(({ url }) => !always.has(url));
  for (const request of others.slice(0, Math.max(0, others.length - most))) {
    await cache.delete(request);
  }
}

{# What a reader's elder version had is had in this one too, before it goes. -#}
async function inherit() {
  for (const name of await filesOfElders()) {
    for (const { url } of await (await caches.open(name)).keys()) {
      const path = named(url);
      if (path !== undefined) {
        await keep(path, !saving()).catch((error) => {
          if (MORE.includes(path)) {
            throw error;
          }
        });
      }
    }
  }
}

{# Take over once no window shows a page of an elder. Asked for by a page that has come to rest, never at the end of
   installing: the elder is then at work for a page that waits for us, and Chromium can lose that page in the change. -#}
async function takeOver() {
  const open = new Set((await self.clients.matchAll({ includeUncontrolled: true })).map(({ id }) => id));
  for (const name of await marksOfElders()) {
    for (const { url } of await (await caches.open(name)).keys()) {
      if (open.has(new URL(url).search.slice(1))) {
        return;
      }
    }
  }
  await self.skipWaiting();
}

{# What a version remembers besides files, by a word. -#}
const mark = (word) => `${SCOPE}?${word}`;

const noted = async (name, word) => (await caches.open(name)).match(mark(word));

async function note(word, text = "") {
  const cache = await caches.open(MARKS);
  await cache.put(mark(word), new Response(text));
  const windows = (await cache.keys()).filter(({ url }) => /-/.test(new URL(url).search));
  await Promise.all(windows.slice(0, -100).map((old) => cache.delete(old)));
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      for (const path of FIRST) {
        await keep(path);
      }
      await note("whole");
      await inherit();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => Promise.all((await elders()).map((name) => caches.delete(name))))());
});

{# A page tells what it is made of, once it stands; so what it loaded before there was a worker is kept as well. -#}
async function remember(addresses, port) {
  const paths = addresses.map((text) => named(String(text))).filter((path) => path !== undefined);
  const [page] = paths;
  if (page !== undefined) {
    const within = (path) => path.startsWith(page) && BESIDE.test(path.slice(page.length));
    paths.push(...[...FILES.keys()].filter(within));
  }
  try {
    for (const path of paths) {
      await keep(path);
    }
  } finally {
    port?.postMessage({ kept: page !== undefined && Boolean(await kept(page)) });
  }
  await trim(KEPT);
  if (!saving()) {
    for (const path of MORE) {
      await keep(path);
    }
  }
}

self.addEventListener("message", (event) => {
  const asked = event.data?.keep;
  if (Array.isArray(asked)) {
    // No network, another version on the host, a full store: what is missing is brought at another page.
    event.waitUntil(takeOver().then(() => remember(asked.slice(0, 200), event.ports[0])).catch(() => {}));
  }
});

{# This window shows a page of this version. The mark outlives the worker, which the browser stops when it rests. -#}
function ours(event) {
  const id = event.resultingClientId;
  if (id) {
    marked.add(id);
    event.waitUntil(note(id).catch(() => {}));
  }
}

async function isOurs(id) {
  return marked.has(id) || Boolean(id && (await noted(MARKS, id)));
}

{# May a page of another version be shown? Yes once that version has proved to be there, or the doubt has lasted. -#}
async function settled() {
  const proved = async () => {
    const marks = await Promise.all((await marksOfElders()).map((name) => noted(name, "whole")));
    return Boolean(self.registration.waiting) || marks.some(Boolean);
  };
  const now = Date.now();
  const since = await noted(MARKS, "doubt");
  if (!since) {
    await note("doubt", String(now));
  } else if (now - Number(await since.text()) > DOUBT) {
    return true;
  }
  self.registration.update().catch(() => {});
  while (!(await proved())) {
    if (Date.now() - now > PATIENCE) {
      return false;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return true;
}

{# The network's answer, and whether it is of this version; nothing where the network or the host fails. -#}
async function answered(request, path) {
  try {
    const response = await fetch(request, { cache: "no-cache" });
    const own = await sound(path ?? "404.html", response).catch(() => false);
    return response.status < 500 ? { response, own } : {};
  } catch {
    return {};
  }
}

{# Where a slip in the address can be mended without the host. -#}
function meant(url) {
  const plain = url.pathname.slice(SCOPE.pathname.length).toLowerCase();
  return [plain, `${plain}/`].map((path) => named(address(path))).find((path) => path !== undefined);
}

async function page(event) {
  const { request } = event;
  const path = named(request.url);
  const asked = answered(request, path);
  let given = await Promise.race([asked, new Promise((done) => setTimeout(done, PATIENCE, {}))]);
  if (!given.response) {
    const copy = path !== undefined && (await kept(path));
    if (copy) {
      ours(event);
      return copy;
    }
    given = await asked;
  }
  const { response, own } = given;
  if (response?.ok && !own && path !== undefined && (await kept(path)) && !(await settled().catch(() => true))) {
    ours(event);
    return kept(path);
  }
  if (response) {
    if (own && !self.registration.waiting) {
      ours(event);
      if (path !== undefined) {
        const copy = response.clone();
        event.waitUntil(kept(path).then((had) => had || put(path, copy)).catch(() => {}));
      }
    }
    return response;
  }
  const url = new URL(request.url);
  const other = path === undefined ? meant(url) : undefined;
  if (other !== undefined) {
    return Response.redirect(address(other) + url.search);
  }
  if (path === OFFLINE || !(await kept(OFFLINE))) {
    return Response.error();
  }
  return Response.redirect(`${address(OFFLINE)}?of=${encodeURIComponent(url.pathname + url.search)}`);
}

{# The browser may not hand a part that it has in memory to a page of another version: it would not ask us. -#}
function once(response) {
  if (!response.ok) {
    return response;
  }
  const headers = new Headers(response.headers);
  headers.set("Cache-Control", "no-store");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function part(event) {
  const { request } = event;
  const path = named(request.url);
  if (path === undefined) {
    return fetch(request);
  }
  if (!(await isOurs(event.clientId).catch(() => false))) {
    return once(await fetch(request, { cache: "no-cache" }));
  }
  const copy = await kept(path);
  if (copy) {
    return once(copy);
  }
  const response = await ask(path);
  if (!(await sound(path, response))) {
    return Response.error();
  }
  event.waitUntil(put(path, response.clone()).catch(() => {}));
  return once(response);
}

self.addEventListener("fetch", (event) => {
  const { method, mode, url, headers } = event.request;
  const { origin, pathname } = new URL(url);
  const below = pathname.slice(SCOPE.pathname.length);
  if (method !== "GET" || origin !== SCOPE.origin || below.startsWith("embed/") || headers.has("Range")) {
    return;
  }
  if (mode !== "navigate") {
    event.respondWith(part(event));
  } else if (/(^|\/|\.html|(^|\/)[^./]+)$/.test(below)) {
    event.respondWith(page(event).catch(() => fetch(event.request)));
  }
});

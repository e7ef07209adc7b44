/* What is fetched only when a reader comes to it: enlarged pictures, the list of sources, long lists.

   A part that is not on the page stands in a page beside it, and a link in its place says so (`.guide-later`). Without
   scripts, or without a network, that link is followed. With them the part comes to its place when the reader comes near
   it, follows a link into it, opens the fold it is in, has an address that points into it, or prints; what is no list
   to look things up in (`data-soon`) comes with the reader's first move. What looks through a whole list asks for it
   (whole.js) with the event `guide:wanted` on the element that holds it; `guide:placed` there says that some of it has
   come, and `guide:missed` that some of it cannot. A part can hold others.

   The script and the stylesheets of a tool some screens down stand in <noscript>, where they serve who runs no scripts.
   They come with the reader's first move.

   What comes by itself is put in place in small steps: a long table at once keeps a slow phone from drawing anything
   else for a fifth of a second. */

import { tips } from "./tips.js";

const AHEAD = "900px"; // how far from the reader's window a part is fetched
const SOURCES = "ref-"; // what the id of a source begins with
const HEADER = 58; // px: what stays at the top of the window
const STEP = 80; // elements that a slow phone styles and lays out in less than 50 ms
const ALL = Infinity;

/* What comes above the reader's place must not push it away. Most browsers see to that; Safari does not. */
const held = CSS.supports("overflow-anchor", "auto");
const height = () => document.documentElement.scrollHeight;

const pause = () => new Promise((done) => { setTimeout(done, 20); });

const file = (link) => link.href.split("#")[0];
const id = ({ hash }) => {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return ""; // an address with a slip in it points nowhere
  }
};
const holders = () => [...document.querySelectorAll(".guide-later")];
const link = (holder) => holder.querySelector("a");
const beside = () => [...new Set(holders().map((holder) => file(link(holder))))];

// Fetching ------------------------------------------------------------------------------------------------------------

const fetched = new Map(); // address of a page beside this one, and the promise of it
const names = new Map(); // address of a source there, and its id here
const placed = new Set(); // addresses of pages whose parts are here

/** A page as a document that runs nothing, once this page has its stylesheets. */
function page(url) {
  if (!fetched.has(url)) {
    const asked = new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("GET", url);
      request.responseType = "document";
      request.onload = () => (request.status < 400 && request.response ? done(request.response) : failed(request.status));
      request.onerror = failed;
      request.send();
    }).then(async (from) => {
      await styles(from);
      return from;
    });
    asked.catch(() => fetched.delete(url)); // the next wish asks anew
    fetched.set(url, asked);
  }
  return fetched.get(url);
}

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

/** The text of a file at once: a printer does not wait. */
function now(url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.send();
  return request.status < 400 ? request.responseText : "";
}

/** Stylesheets for the paper that is printed now. */
function adopt(links) {
  if ("adoptedStyleSheets" in document) {
    for (const { href } of links) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(now(href));
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }
  }
}

/** A page beside this one, for the paper that is printed now. */
function pageNow(url) {
  const from = parsed(now(url));
  const here = linked();
  adopt(sheets(from).filter((one) => !here.has(one.href)));
  styles(from);
  return from;
}

const sheets = (where) => [...where.querySelectorAll("link[rel=stylesheet]")];
const linked = () => new Map(sheets(document).map((sheet) => [sheet.href, sheet]));

/** Link the stylesheets that a page beside this one links and this one does not, each behind the one before it there.
    One that does not come is no reason to keep words back. */
function styles(from) {
  const here = linked();
  const coming = [];
  let before;
  for (const sheet of sheets(from)) {
    if (!here.has(sheet.href)) {
      const mine = document.importNode(sheet);
      coming.push(new Promise((done) => { mine.onload = mine.onerror = done; }));
      before.after(mine);
      here.set(sheet.href, mine);
    }
    before = here.get(sheet.href);
  }
  return Promise.all(coming);
}

// Putting in place ----------------------------------------------------------------------------------------------------

/* What is on its way to the page: an element, what puts it there, and the element that is told. The place that it goes
   to (`.guide-later`) is hidden until all of it has come, so that who looks through a list knows that some is missing. */
const waiting = [];
const size = (node) => (node.querySelectorAll?.("*").length ?? 0) + 1;

/** Put on the page what waits: until so many elements have come, or all. */
function more(most) {
  const told = new Set();
  for (let come = 0; waiting.length && come < most; ) {
    const [node, add, around] = waiting.shift();
    come += size(node);
    add();
    told.add(around);
  }
  told.forEach((around) => around.dispatchEvent(new Event("guide:placed", { bubbles: true })));
}

/** Put a part where it belongs: so many elements of it now, the others wait. */
function put(holder, { top, bottom }, part, most) {
  // There, links lead straight to pages like that one, and go round by the page for what stands on it.
  for (const far of part.querySelectorAll("a[href^='.'][href*='#']")) {
    far.setAttribute("href", far.getAttribute("href").replace(/more(-\d+)?\.html(?=#)/, "").replace(/^\.\/(?=#)/, ""));
  }
  // An entry of a list stands in a list of its own there.
  const within = holder.tagName === "LI" ? part.firstElementChild : part;
  const first = within.firstElementChild;
  const focused = holder.contains(document.activeElement);
  const around = holder.parentElement;
  const above = bottom < HEADER ? !held : top < HEADER && bottom < innerHeight / 2;
  const before = above ? height() : 0;
  for (const node of [...within.childNodes]) {
    waiting.push([node, () => holder.before(node), around]);
    for (const row of node.querySelectorAll?.("tbody > tr") ?? []) {
      const body = row.parentElement;
      row.remove();
      waiting.push([row, () => body.append(row), around]);
    }
  }
  waiting.push([holder, () => holder.remove(), around]);
  holder.hidden = true;
  more(above ? ALL : most);
  if (above) {
    scrollBy({ top: height() - before, behavior: "instant" });
  }
  if (focused) {
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
  }
}

/** Put the parts that a page holds where they belong, and point links at them there; so many elements in a step. */
function* steps(url, from, most) {
  more(ALL); // what another wish left
  // There, sources go by their numbers; here by what was always their address.
  for (const source of from.querySelectorAll("[data-id]")) {
    names.set(`${url}#${source.id}`, source.dataset.id);
    source.id = source.dataset.id;
  }
  // Asked for before anything changes: each question afterwards has the whole page laid out again. Between steps it
  // is laid out anyway, and the reader may have gone on.
  const found = holders().filter((one) => file(link(one)) === url).map((one) => [one, one.getBoundingClientRect()]);
  for (const [holder, box] of found) {
    const part = holder.isConnected && from.getElementById(id(link(holder)));
    if (part?.firstElementChild) {
      put(holder, most < ALL ? holder.getBoundingClientRect() : box, part, most);
      yield;
      while (waiting.length) {
        more(most);
        yield;
      }
    }
  }
  placed.add(url);
  for (const far of document.querySelectorAll(".md-content a[href*='.html#']")) {
    const wanted = names.get(far.href) ?? id(far);
    if (placed.has(file(far)) && document.getElementById(wanted)) {
      far.setAttribute("href", `#${wanted}`);
    }
  }
  number();
}

const finish = (run) => { while (!run.next().done); };
const place = (url, from) => finish(steps(url, from, ALL));

const running = new Set(); // what comes step by step now

async function slowly(run) {
  running.add(run);
  try {
    while (!run.next().done) {
      await pause();
    }
  } finally {
    running.delete(run);
  }
}

/** Have all that is coming come at once; whether anything was. */
function rush() {
  const runs = [...running];
  running.clear(); // who is told of it may ask again
  runs.forEach(finish);
  return runs.length > 0;
}

/** Put the parts of a page in place; whether that worked: without a network the links stay. */
async function bring(url, gently = false) {
  try {
    const from = await page(url);
    await (gently ? slowly(steps(url, from, STEP)) : place(url, from));
    return true;
  } catch {
    return false;
  }
}

/** Number the places where each source is used, and lead back to them from its entry in the list. */
function number() {
  for (const cited of document.querySelectorAll(".fb-cite__link:not([aria-label])")) {
    cited.setAttribute("aria-label", `Source ${cited.textContent}`);
  }
  const uses = new Map();
  for (const cited of document.querySelectorAll(`.fb-cite__link[href^="#${SOURCES}"]`)) {
    const source = id(cited);
    const places = uses.get(source) ?? [];
    uses.set(source, places);
    places.push(cited);
    cited.id = `cite-${source.slice(SOURCES.length)}-${places.length}`;
  }
  for (const source of document.querySelectorAll(".fb-references ol > li")) {
    source.querySelector(".fb-ref__back")?.remove();
    const back = document.createElement("span");
    back.className = "fb-ref__back";
    const places = uses.get(source.id) ?? [];
    for (const [at, cited] of places.entries()) {
      const way = document.createElement("a");
      const which = places.length > 1 ? at + 1 : "";
      way.href = `#${cited.id}`;
      way.textContent = `↩${which}`;
      way.setAttribute("aria-label", `Back to where source ${cited.textContent} is used${which && `, place ${which}`}`);
      back.append(way, " ");
    }
    source.append(" ", back);
  }
}

// When ----------------------------------------------------------------------------------------------------------------

/** An address that points into a part which is not here yet. */
async function arrive() {
  const wanted = id(location);
  const here = () => document.getElementById(wanted);
  // It may be among what is coming; what comes above it later would push it away.
  if (rush() && here()) {
    jump();
    return;
  }
  // The tools keep what was chosen after the #; that is no place.
  if (!wanted || wanted.includes("=") || (here() && wanted !== "references")) {
    return;
  }
  // The list of sources is the last part of a page. Long lists say what each piece of them begins with.
  const last = /^(ref|cite)-|^references$/.test(wanted);
  const likely = holders().filter((holder) => holder.dataset.first <= wanted).pop();
  const tried = new Set(); // holders, and addresses that did not answer
  const left = () => holders().filter((one) => !tried.has(one) && !tried.has(file(link(one))));
  const choose = last ? () => left().pop() : () => left()[0];
  for (let next = likely ?? choose(); next; next = choose()) {
    const before = here();
    const url = file(link(next));
    tried.add((await bring(url)) ? next : url);
    if (here() !== before) {
      jump();
      return;
    }
  }
}

/** The browser looked for the place before it was there. */
function jump() {
  location.replace(location.href);
  dispatchEvent(new Event("hashchange")); // opens the folds around it
}

async function follow(followed) {
  const [url, href] = [file(followed), followed.href];
  const own = followed.closest(".guide-later");
  await bring(url);
  if (beside().includes(url)) {
    location.assign(href);
  } else if (!own) {
    location.hash = names.get(href) ?? id(new URL(href));
  }
}

async function enlarge(picture) {
  try {
    const { open } = await import("./zoom.js");
    await open(picture);
  } catch {
    location.assign(picture.href);
  }
}

document.addEventListener("click", (event) => {
  const clicked = event.target.closest("a[href]");
  if (!clicked || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  if (clicked.matches(".guide-zoom")) {
    event.preventDefault();
    enlarge(clicked);
  } else if (clicked.hash && beside().includes(file(clicked))) {
    event.preventDefault();
    follow(clicked);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches(".guide-zoom")) {
    event.preventDefault();
    event.target.click();
  }
});

document.addEventListener("toggle", ({ target }) => {
  const holder = target.open && target.querySelector(".guide-later");
  if (holder) {
    bring(file(link(holder)));
  }
}, true);

addEventListener("beforeprint", () => {
  try {
    unpack(adopt);
  } catch {
    // Without a network the tool is printed plain.
  }
  rush();
  // A long list that was left folded is left out on paper.
  const missed = new Set();
  const wanted = (holder) => !holder.closest("details.note:not([data-kept])") && !missed.has(file(link(holder)));
  for (let next; (next = holders().find(wanted)); ) {
    const url = file(link(next));
    try {
      place(url, pageNow(url));
    } catch {
      // Without a network the link is printed.
    }
    if (next.isConnected) {
      missed.add(url);
    }
  }
});

addEventListener("afterprint", () => {
  if (document.adoptedStyleSheets?.length) {
    document.adoptedStyleSheets = []; // those that are linked have come
  }
});

/* What comes by itself comes before it is in sight: put in later, it would push away what somebody looks at. Entries of
   a list are what they look at. */
async function approach({ target, isIntersecting }) {
  if (!isIntersecting) {
    return;
  }
  const url = file(link(target));
  try {
    await page(url);
  } catch {
    return;
  }
  const { top } = target.getBoundingClientRect();
  if (target.isConnected && top > (target.tagName === "LI" ? 0 : innerHeight)) {
    bring(url, true);
  }
}

// Nobody has come near anything before the first move.
addEventListener("scroll", () => {
  const observer = new IntersectionObserver((entries) => entries.forEach(approach), { rootMargin: AHEAD });
  holders().forEach((holder) => observer.observe(holder));
}, { once: true, passive: true });

const MOVES = ["scroll", "pointerdown", "keydown"];

/** Link and start what a tool further down needs; `told` is given its stylesheets. */
function unpack(told) {
  for (const packed of document.querySelectorAll("noscript.guide-late")) {
    const inside = parsed(packed.textContent);
    const links = sheets(inside).map((one) => document.importNode(one));
    packed.replaceWith(...links);
    [...inside.scripts].forEach(({ src }) => import(src).catch(() => {})); // it can be read without
    told?.(links);
  }
}

async function soon() {
  MOVES.forEach((name) => removeEventListener(name, soon));
  unpack();
  const due = holders().filter((holder) => "soon" in holder.dataset);
  for (const url of new Set(due.map((holder) => file(link(holder))))) {
    await bring(url, true);
  }
  due.forEach((holder) => holder.removeAttribute("data-soon")); // no room is kept for what does not come
}

MOVES.forEach((name) => addEventListener(name, soon, { passive: true }));

document.addEventListener("guide:wanted", async (event) => {
  event.preventDefault();
  rush();
  const { target } = event;
  for (let next; (next = holders().find((one) => target.contains(one))); ) {
    if (!(await bring(file(link(next)))) || next.isConnected) {
      target.dispatchEvent(new Event("guide:missed"));
      return;
    }
  }
});

addEventListener("hashchange", arrive);
number();
if (location.hash) {
  unpack(); // an address may hold what was chosen in a tool
}
arrive();

tips(".fb-cite__link", async (cited) => {
  const there = () => page(file(cited)).catch(() => null);
  const source = document.getElementById(id(cited)) ?? (await there())?.getElementById(id(cited));
  return source?.dataset.source;
});

/* What the frame of a page does: colours, menu, the list of parts, the way back up, folds on paper. Each works, or is not
   there, without it. It stands in place of the theme's script, which is ten times as large. */

import "./due.js";
import "./unfold.js";
import { tips } from "./tips.js";

const find = (selector) => document.querySelector(selector);
const HEADER = 58; // px: what stays at the top of the window
const wide = matchMedia("(min-width: 76.25em)"); // the menu stands beside the text
const middle = matchMedia("(min-width: 60em)"); // the list of its parts does
const NEAR = 96; // px from the top: what begins above is being read, and so is where a link leads

/* Colours: the device's, light, dark. The key and the form are the theme's, so that a choice made with it stands. The
   small script at the top of each page reads it before anything is painted. */

const KEY = "/.__palette";
const CHOICES = [
  {
    name: "Colours follow the device. Switch to light",
    media: "(prefers-color-scheme)",
    icon: "m14.3 16-.7-2h-3.2l-.7 2H7.8L11 7h2l3.2 9zM20 8.69V4h-4.69L12 .69 8.69 4H4v4.69L.69 12 4 15.31V20h4.69L12 23.31 15.31 20H20v-4.69L23.31 12zm-9.15 3.96h2.3L12 9z",
  },
  {
    name: "Light colours. Switch to dark",
    media: "(prefers-color-scheme: light)",
    icon: "m3.55 19.09 1.41 1.41 1.8-1.79-1.42-1.42M12 6c-3.31 0-6 2.69-6 6s2.69 6 6 6 6-2.69 6-6c0-3.32-2.69-6-6-6m8 7h3v-2h-3m-2.76 7.71 1.8 1.79 1.41-1.41-1.79-1.8M20.45 5l-1.41-1.4-1.8 1.79 1.42 1.42M13 1h-2v3h2M6.76 5.39 4.96 3.6 3.55 5l1.79 1.81zM1 13h3v-2H1m12 9h-2v3h2",
  },
  {
    name: "Dark colours. Switch to the device's choice",
    media: "(prefers-color-scheme: dark)",
    icon: "m17.75 4.09-2.53 1.94.91 3.06-2.63-1.81-2.63 1.81.91-3.06-2.53-1.94L12.44 4l1.06-3 1.06 3zm3.5 6.91-1.64 1.25.59 1.98-1.7-1.17-1.7 1.17.59-1.98L15.75 11l2.06-.05L18.5 9l.69 1.95zm-2.28 4.95c.83-.08 1.72 1.1 1.19 1.85-.32.45-.66.87-1.08 1.27C15.17 23 8.84 23 4.94 19.07c-3.91-3.9-3.91-10.24 0-14.14.4-.4.82-.76 1.27-1.08.75-.53 1.93.36 1.85 1.19-.27 2.86.69 5.83 2.89 8.02a9.96 9.96 0 0 0 8.02 2.89m-1.64 2.02a12.08 12.08 0 0 1-7.8-3.47c-2.17-2.19-3.33-5-3.49-7.82-2.81 3.14-2.7 7.96.31 10.98 3.02 3.01 7.84 3.12 10.98.31",
  },
];
const dark = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    const { index } = JSON.parse(localStorage.getItem(KEY));
    return [1, 2].includes(index) ? index : 0;
  } catch {
    return 0; // nothing kept, or no store
  }
}

function colours() {
  const button = find(".guide-colours");
  let index = chosen();
  const scheme = () => (index === 2 || (index === 0 && dark.matches) ? "slate" : "default");

  function show() {
    const { name, icon } = CHOICES[index];
    button.title = name;
    button.setAttribute("aria-label", name);
    button.querySelector("path").setAttribute("d", icon);
    if (document.body.dataset.mdColorScheme !== scheme()) {
      // The theme's mark for "no slow change of colours now"
      document.body.dataset.mdColorSwitching = "";
      document.body.dataset.mdColorScheme = scheme();
      setTimeout(() => delete document.body.dataset.mdColorSwitching);
    }
  }

  button.addEventListener("click", () => {
    index = (index + 1) % CHOICES.length;
    show();
    const color = { media: CHOICES[index].media, scheme: scheme(), primary: "custom", accent: "custom" };
    try {
      localStorage.setItem(KEY, JSON.stringify({ index, color }));
    } catch {
      // Without a store the choice holds for this page.
    }
  });
  dark.addEventListener("change", show);
  show();
}

/* The menu of narrow windows. Without scripts a check box opens it; with them it is a button, and while it is open the
   rest of the page is out of reach. */

function menu() {
  const box = find("#__drawer");
  const label = find(".md-header label[for=__drawer]");
  const bar = find(".md-sidebar--primary");
  const rest = [".md-skip", ".md-banner", ".md-header", ".md-tabs", ".md-content", ".md-sidebar--secondary", ".md-top"];
  const others = document.querySelectorAll([...rest, ".md-footer"].join());
  const folds = [...bar.querySelectorAll("label:not([for=__drawer])")].map((fold) => [fold, fold.tabIndex]);

  // A label is no button to a screen reader. The attribute is what the theme's styles know it by.
  const button = document.createElement("button");
  button.type = "button";
  button.className = label.className;
  button.setAttribute("for", box.id);
  button.setAttribute("aria-label", "Menu");
  button.append(...label.childNodes);
  label.replaceWith(button);
  bar.id ||= "guide-menu";
  button.setAttribute("aria-controls", bar.id);

  function shown() {
    const open = box.checked;
    button.setAttribute("aria-expanded", open);
    for (const other of others) {
      other.inert = open;
    }
    for (const [fold, before] of folds) {
      fold.tabIndex = open ? 0 : before;
    }
  }

  function close() {
    if (box.checked) {
      box.checked = false;
      shown();
    }
  }

  shown();
  button.addEventListener("click", () => {
    box.checked = true;
    shown();
    // What is hidden takes no focus, and the place stays where it was.
    [...bar.querySelectorAll("a, label[tabindex]")].find((item) => {
      item.focus({ preventScroll: true });
      return item === document.activeElement;
    });
  });
  box.addEventListener("change", () => {
    shown();
    button.focus(); // closed by a touch beside it
  });
  wide.addEventListener("change", close);
  addEventListener("hashchange", close);
  addEventListener("pagehide", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.checked) {
      close();
      button.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      const fold = event.target.closest("label[tabindex]");
      if (fold) {
        event.preventDefault();
        fold.click();
      }
    }
  });
}

/* Which part is being read. An observer whose field reaches from a line near the top down to the end of all things tells
   of whatever crosses that line, in one step or in a jump. */

function crossing(elements, line, threshold, told) {
  const observer = new IntersectionObserver(told, { rootMargin: `-${line}px 0px 1000000px 0px`, threshold });
  for (const element of elements) {
    observer.observe(element);
  }
}

function title() {
  const heading = find(".md-content h1");
  const shown = find(".md-header__title");
  if (heading) {
    crossing([heading], HEADER, 0, ([{ isIntersecting }]) => {
      shown.classList.toggle("md-header__title--active", !isIntersecting);
    });
  }
}

/* Only what is out of sight is brought into it: a menu that nearly fits would hide its first entry. */
function follow(link) {
  const frame = link.closest(".md-sidebar__scrollwrap");
  const [item, field] = [link.getBoundingClientRect(), frame.getBoundingClientRect()];
  if (item.top < field.top || item.bottom > field.bottom) {
    frame.scrollTop += item.top - field.top - field.height / 2;
  }
}

function made(tag, name, ...inside) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...inside);
  return element;
}

/** The words of a heading, without the link to itself. */
function words(heading) {
  const parts = [...heading.childNodes].filter((node) => node.className !== "headerlink");
  return parts.map((node) => node.textContent).join("");
}

/* Pages come without the list where the one in their text has the same: phones do not show it. */
function listed() {
  const aside = find(".md-sidebar--secondary:empty");
  if (!aside) {
    return;
  }
  const list = made("ul", "md-nav__list");
  const lists = [list]; // one for each level above the heading at hand
  for (const heading of document.querySelectorAll("article :is(h2, h3, h4, h5, h6)[id]")) {
    const depth = heading.tagName[1] - 1;
    lists.splice(depth);
    if (depth > lists.length) {
      const above = lists[lists.length - 1].lastChild;
      const under = made("ul", "md-nav__list");
      const nav = made("nav", "md-nav", under);
      nav.setAttribute("aria-label", above.textContent);
      above.append(nav);
      lists.push(under);
    }
    const link = made("a", "md-nav__link", made("span", "md-ellipsis", words(heading)));
    link.href = `#${heading.id}`;
    lists[lists.length - 1].append(made("li", "md-nav__item", link));
  }
  const nav = made("nav", "md-nav md-nav--secondary", made("span", "md-nav__title", "On this page"), list);
  nav.setAttribute("aria-label", "On this page");
  aside.append(made("div", "md-sidebar__scrollwrap", made("div", "md-sidebar__inner", nav)));
}

function parts() {
  if (!middle.matches) {
    middle.addEventListener("change", parts, { once: true });
    return;
  }
  listed();
  const links = new Map(); // a heading, or the fold it is in, and its link
  for (const link of document.querySelectorAll(".md-sidebar--secondary .md-nav__link[href^='#']")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) {
      links.set(heading.closest("details") ?? heading, link);
    }
  }
  const ahead = new Set(links.keys());
  crossing(links.keys(), NEAR, 1, (entries) => {
    for (const { target, intersectionRatio } of entries) {
      ahead[intersectionRatio < 1 ? "delete" : "add"](target);
    }
    let last;
    for (const [heading, link] of links) {
      const passed = !ahead.has(heading);
      link.classList.toggle("md-nav__link--passed", passed);
      link.classList.remove("md-nav__link--active");
      last = passed ? link : last;
    }
    last?.classList.add("md-nav__link--active");
    if (last && middle.matches) {
      follow(last);
    }
  });
  const here = find(".md-sidebar--primary a.md-nav__link--active");
  if (here && wide.matches) {
    requestIdleCallback?.(() => follow(here));
  }
}

/* The way back up is offered to who turns back. */

function top() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "md-top";
  button.textContent = "↑ Back to top";
  button.hidden = true;
  find(".md-main").append(button);
  let last = 0; // asking the page now would have it laid out before it is painted
  addEventListener("scroll", () => {
    const hidden = scrollY > last || scrollY < HEADER * 3;
    last = scrollY;
    if (hidden !== button.hidden) {
      button.hidden = hidden;
    }
  }, { passive: true });
  button.addEventListener("click", () => scrollTo({ top: 0 }));
}

/* On paper nothing can be unfolded, and a link says where it leads. */

const ROOT = new URL("../../", import.meta.url);

function spell() {
  for (const link of document.querySelectorAll("article a[href]:not([data-address], .guide-next *)")) {
    const { href } = link;
    if (href.startsWith(ROOT.href) && link.pathname.endsWith("/") && !link.getAttribute("href").startsWith("#")) {
      link.dataset.address = `/${href.slice(ROOT.href.length)}`;
    }
  }
}

function paper() {
  let opened = [];
  matchMedia("print").addEventListener("change", spell);
  addEventListener("beforeprint", spell);
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".md-content details:not([open])")];
    opened.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((fold) => { fold.open = false; }));
}

/* A heading's link to itself shows where a pointer rests on the heading. */

function marks() {
  for (const heading of document.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)[id]")) {
    if (!heading.querySelector(".headerlink")) {
      const link = made("a", "headerlink", "#");
      link.href = `#${heading.id}`;
      link.title = "Link to this part";
      heading.append(link);
    }
  }
}

function links() {
  if (middle.matches && matchMedia("(any-hover: hover)").matches) {
    marks();
    document.addEventListener("guide:placed", marks);
  }
}

for (const part of [colours, menu, title, parts, links, top, paper]) {
  part();
}

/* What a word means: one file for all pages, fetched with the first word that somebody asks about. */

const WORDS = ".md-content abbr";
let meanings;

tips(WORDS, async (word) => {
  meanings ??= fetch(new URL("assets/meanings.json", ROOT)).then((answer) => answer.json());
  try {
    return (await meanings)[word.textContent];
  } catch {
    meanings = undefined; // the next word asks anew
  }
});

function reach() {
  for (const word of document.querySelectorAll(WORDS)) {
    word.tabIndex = 0; // its note has to be reached by keys too
  }
}

reach();
document.addEventListener("guide:placed", reach);

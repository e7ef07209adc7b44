/* A note beside a word, for the pointer and for the keyboard: it stays while the pointer is on the word or on the note,
   Escape takes it away, and a screen reader reads it as the word's description. */

const LINGER = 250; // ms from leaving the word to the end of its note: time to move onto the note
const GAP = 8; // px between word and note, and to the edges of the window

const kinds = [];
let host = null; // the word whose note is wanted
let title; // what stood in its title, which the browser would show beside our note
let note;
let timer;
let dismissed = false;

/** Give every element that fits `selector`, now or later, a note: `words(element)` gives its text, or a promise of it. */
export function tips(selector, words) {
  if (!kinds.length) {
    listen();
  }
  kinds.push({ selector, words });
}

/** The element with a note that an event happened in, and the kind it is of. */
function found({ target }) {
  for (const { selector, words } of kinds) {
    const element = target.closest?.(selector);
    if (element) {
      return { element, words };
    }
  }
  return null;
}

function listen() {
  document.addEventListener("pointerover", (event) => {
    // A finger has no place to rest: what it touches gets the focus, if it can have it.
    if (event.pointerType === "touch" || dismissed) {
      return;
    }
    if (note?.contains(event.target)) {
      clearTimeout(timer);
      return;
    }
    const over = found(event);
    if (over) {
      show(over);
    } else if (host && host !== document.activeElement) {
      later();
    }
  });
  document.documentElement.addEventListener("pointerleave", () => host !== document.activeElement && later());
  document.addEventListener("focusin", (event) => {
    const focused = found(event);
    if (focused) {
      show(focused);
    }
  });
  document.addEventListener("focusout", (event) => event.target === host && later());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && note) {
      hide();
      // What lay under the note is now under the pointer, but nobody has pointed at it.
      dismissed = true;
      document.addEventListener("pointermove", () => { dismissed = false; }, { once: true });
    }
  });
}

async function show({ element, words }) {
  clearTimeout(timer);
  if (element === host) {
    return;
  }
  hide();
  host = element;
  const text = await words(element);
  if (host !== element || !text) {
    return;
  }
  title = element.getAttribute("title");
  element.removeAttribute("title");
  element.setAttribute("aria-describedby", "guide-tip");
  note = document.createElement("div");
  note.id = "guide-tip";
  note.className = "guide-tip";
  note.role = "tooltip";
  note.textContent = text;
  document.body.append(note);
  const [word, box] = [element.getBoundingClientRect(), note.getBoundingClientRect()];
  const below = word.bottom + GAP + box.height <= innerHeight || word.top < box.height + GAP;
  const left = Math.min(word.left + word.width / 2 - box.width / 2, document.documentElement.clientWidth - GAP - box.width);
  note.style.left = `${Math.max(GAP, left) + scrollX}px`;
  note.style.top = `${(below ? word.bottom + GAP : word.top - GAP - box.height) + scrollY}px`;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(hide, LINGER);
}

function hide() {
  clearTimeout(timer);
  if (note) {
    host.removeAttribute("aria-describedby");
    note.remove();
    note = null;
    if (title !== null) {
      host.title = title;
    }
  }
  host = null;
}

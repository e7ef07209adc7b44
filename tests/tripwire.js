/* Set into every page by test_safety.py: tells when a text has run or has become part of a page, and puts texts where a
   page takes them. */

window.tripwire = (() => {
  const fired = [];
  const read = new Set();
  const fire = (what) => fired.push(String(what).slice(0, 200));

  window.HIT = () => fire("ran");
  for (const name of ["alert", "prompt", "open"]) {
    window[name] = () => fire(name);
  }
  window.confirm = () => true;
  window.print = () => {};

  const getItem = Storage.prototype.getItem;
  Storage.prototype.getItem = function get(key) {
    read.add(key);
    return getItem.call(this, key);
  };

  // Elements that no script of the site makes, and attributes that none sets.
  const STRANGE = /^(?:script|iframe|frame|object|embed|base|meta|style|marquee|template|form|math|plaintext|noscript)$/;
  /** Whether an address runs something or leads to where no page of ours leads. */
  function strays(value) {
    try {
      const { protocol, host } = new URL(value, location.href);
      return !/^(?:https?|tel|mailto|blob|data):$/.test(protocol) || /^data:text/i.test(value) || /evil/.test(host);
    } catch {
      return false; // leads nowhere
    }
  }

  let watching = false;
  function marks(element) {
    const { localName: name, attributes } = element;
    if (name === "img" && element.getAttribute("src") === "x") {
      fire("<img src=x>");
    }
    for (const { name: key, value } of attributes) {
      if (/^on/i.test(key) || (/^(?:href|src|action|formaction|srcset)$/.test(key) && strays(value))) {
        fire(`<${name} ${key}=${value}>`);
      }
    }
  }
  const known = new WeakSet();
  function look(element) {
    if (!known.has(element) && STRANGE.test(element.localName)) {
      fire(`<${element.localName}>`);
    }
    marks(element);
  }
  const observer = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of watching ? changes : []) {
      for (const element of type === "attributes" ? [target] : addedNodes) {
        if (element.nodeType === Node.ELEMENT_NODE) {
          [element, ...element.querySelectorAll("*")].forEach(look);
        }
      }
    }
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true });
  window.addEventListener("load", () => {
    // What came with the page is the page's own, and holds nothing of the kind (a test of the files); the rest was made.
    for (const element of document.querySelectorAll("*")) {
      known.add(element);
      marks(element);
    }
    observer.takeRecords();
    watching = true;
  });

  const soon = (time = 0) => new Promise((done) => setTimeout(done, time));
  const code = (text) => {
    const bytes = new TextEncoder().encode(text);
    const signs = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };

  /** A state with a text in the place of every value, or of every text; and under every name. */
  function spoilt(value, text, all) {
    if (Array.isArray(value)) {
      return [...value.map((item) => spoilt(item, text, all)), ...(all ? [text, { own: text, id: text }, null, -1] : [])];
    }
    if (value !== null && typeof value === "object") {
      const found = Object.entries(value).map(([key, item]) => [key, spoilt(item, text, all)]);
      return Object.fromEntries(all ? [...found, [text, text], ["own", text], ["toString", text]] : found);
    }
    return all || typeof value === "string" ? text : value;
  }

  let element = null;
  let thorough = false;

  return {
    fired() {
      const dirty = Object.keys(Object.prototype).concat("polluted" in {} ? "polluted" : []);
      return [...new Set(fired.splice(0)), ...dirty.map((key) => `Object.prototype.${key}`)];
    },
    keys: () => [...read],
    at(selector, all) {
      thorough = all;
      element = selector ? document.querySelector(selector) : null;
      if (selector && !element) {
        fire(`no ${selector} on the page`);
      }
    },

    /** Each text in a field of the page, and its buttons pressed; all fields hold a text at once, each another one.
        Thorough: each text in each field. */
    async type(texts) {
      const whole = element?.closest("article") ?? document;
      const fields = [...whole.querySelectorAll("input:not([type=file], [type=radio], [type=checkbox]), textarea")];
      const words = fields.filter((field) => ["text", "search", "tel", "textarea"].includes(field.type));
      fields.sort((one, other) => words.includes(other) - words.includes(one));
      const long = element?.matches("fb-checker") && element.querySelector("textarea");
      for (let first = 0; first < (long && !thorough ? 1 : texts.length); first += thorough ? 1 : words.length || 1) {
        fields.forEach((field, place) => {
          field.value = texts[(first + place) % texts.length];
        });
        for (const field of thorough ? fields : fields.slice(0, 1)) {
          for (const name of ["input", "change", "focusout"]) {
            field.dispatchEvent(new Event(name, { bubbles: true }));
          }
        }
        for (const form of element?.matches("guide-search") ? [] : element?.querySelectorAll("form") ?? []) {
          form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
        }
        // The box of the search waits for the last key; it looks at once when it gets the focus.
        if (element?.matches("guide-search")) {
          element.box.input.dispatchEvent(new Event("focus"));
        }
        const buttons = "button[name=add], button[name=check]";
        const share = thorough || first === 0 ? ", button[name=share]" : "";
        for (const button of element?.querySelectorAll(buttons + share) ?? []) {
          button.click();
        }
        await soon();
      }
      // A long text is read in slices, and the next one puts an end to it: so all of them once more, as one.
      if (long) {
        long.value = `painless\n${texts.join("\n")}`;
        element.querySelector("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
        while (element.querySelector("[data-part=result]").hidden) {
          await soon(5);
        }
      }
      await soon(20);
    },

    /** Each text in the query of the address: in one of its parts, or in all. */
    async query(texts) {
      const before = location.href;
      const names = ["words", "q", "from", "sort", "show", "condition", "h"];
      for (let first = 0; first < texts.length; first += thorough ? 1 : names.length) {
        const url = new URL(location.pathname, location.href);
        const text = (place) => texts[(first + (thorough ? 0 : place)) % texts.length].slice(0, 5000);
        names.forEach((name, place) => url.searchParams.set(name, text(place)));
        url.searchParams.set(text(0).slice(0, 50), text(0));
        history.replaceState(null, "", url);
        window.dispatchEvent(new PopStateEvent("popstate"));
        await soon();
      }
      history.replaceState(null, "", before);
      window.dispatchEvent(new PopStateEvent("popstate"));
      await soon();
    },

    /** Texts after the # of the address: as they are, in code, as the name of a source. */
    async fragment(texts) {
      for (const [at, text] of (thorough ? texts : texts.slice(0, 2)).entries()) {
        const ways = [text, encodeURIComponent(text.toWellFormed()), `ref-${text}`, `:~:text=${text}`];
        for (const way of thorough ? ways : [ways[at], ways[at + 2]]) {
          location.hash = way.slice(0, 20_000);
          await soon();
        }
      }
      history.replaceState(null, "", location.href.split("#")[0]);
    },

    /** Each text as the state of a tool, as a whole and in every place of one: as from the store, some from a link. */
    async state(texts) {
      const { tool, version } = element.constructor;
      if (!tool) {
        return;
      }
      const whole = element.read();
      for (const [at, text] of texts.entries()) {
        const states = [false, true].map((all) => JSON.stringify({ version, state: spoilt(whole, text, all) }));
        for (const kept of thorough || at === 0 ? [text, ...states] : [states[at % 2]]) {
          window.dispatchEvent(new StorageEvent("storage", { key: `guide-${tool}`, newValue: kept }));
          if (thorough || at === 0) {
            location.hash = `${tool}=${kept === text ? text.slice(0, 20_000) : code(kept)}`;
            await soon();
          }
        }
        await soon();
      }
      history.replaceState(null, "", location.href.split("#")[0]);
    },

    keep(keys, text) {
      localStorage.clear();
      for (const key of [...keys, "guide-staff-aside-1"]) {
        localStorage.setItem(key, text);
      }
    },
  };
})();

/* The one-page summary of the decision aid. It is built anew after each change, as text only. */

const APART = 2; // steps between two people's marks from which on it says to talk
const LINES = 5; // of own words that keep their breaks; the sheet is one page
const MUCH = 1400; // characters from which on it is printed smaller, for the same reason

function made(tag, text, className) {
  const element = document.createElement(tag);
  if (text) {
    element.textContent = text;
    element.dir = "auto";
  }
  if (className) {
    element.className = className;
  }
  return element;
}

function list(texts) {
  const whole = made("ul");
  whole.append(...texts.map((text) => made("li", text)));
  return whole;
}

/** Own words with their line breaks, as long as these do not eat the page. */
function words(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return [...lines.slice(0, LINES - 1), lines.slice(LINES - 1).join(" ")].filter(Boolean).join("\n");
}

export const filled = (text, counts) => text.replaceAll(/\{(\w+)\}/g, (whole, key) => counts[key] ?? whole);

export class Sheet {
  /** steps: the headings of the seven steps, where the page has them; values: see words of a mark in decide.js */
  constructor(element, steps) {
    this.element = element;
    this.steps = steps;
    this.rows = new Map(
      [...element.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, { row, dd: row.querySelector("dd") }]),
    );
    this.dl = element.querySelector("dl");
    this.foot = element.querySelector("[data-foot]");
    const day = document.querySelector(".guide-dates time")?.textContent.trim();
    this.foot.textContent = [
      day && filled(this.foot.dataset.words, { date: day }),
      location.protocol.startsWith("http") && location.origin + location.pathname,
    ].filter(Boolean).join(" ");
  }

  /** One row: nodes or texts; with nothing in it, it sends to the step where it is filled in, and is not printed. */
  set(name, ...content) {
    const { row, dd } = this.rows.get(name);
    const found = content.filter(Boolean);
    row.classList.toggle("fb-decide__row--empty", !found.length);
    if (found.length) {
      dd.replaceChildren(...found.map((item) => (typeof item === "string" ? made("p", item) : item)));
      return;
    }
    dd.replaceChildren(made("span", this.dl.dataset.empty));
    const step = this.steps[Number(row.dataset.from) - 1];
    if (step) {
      const link = made("a", step.text);
      link.href = `#${step.id}`;
      dd.append(` ${this.dl.dataset.step} `, link, ".");
    }
  }

  /** After all rows are set. */
  fit() {
    this.element.classList.toggle("fb-decide__sheet--full", this.element.textContent.length > MUCH);
  }

  text(name, key, counts = {}) {
    return filled(this.rows.get(name).dd.dataset[key], counts);
  }

  /** What matters: for two people side by side, with a word where they are far apart. */
  values(people, marks) {
    const { dd } = this.rows.get("values");
    const both = people.length === 2;
    const items = marks.map(({ ask, said, at }) => {
      const item = made("li", "", "fb-decide__pair");
      item.append(made("span", ask));
      const row = made("span", "", "fb-decide__sides");
      said.forEach((text, person) => {
        const side = made("span", "", "fb-decide__side");
        if (both) {
          side.append(made("strong", people[person]), ": ");
        }
        side.append(made("span", text));
        row.append(side);
      });
      if (both && at[0] && at[1] && Math.abs(at[0] - at[1]) >= APART) {
        item.append(" ", made("strong", dd.dataset.talk, "fb-decide__talk"));
      }
      item.append(row);
      return item;
    });
    const whole = made("ul");
    whole.append(...items);
    this.set("values", items.length && whole);
  }

  list(name, texts, before) {
    this.set(name, texts.length && before, texts.length && list(texts));
  }

  own(name, text) {
    this.set(name, words(text) && made("p", words(text), "fb-decide__own"));
  }
}

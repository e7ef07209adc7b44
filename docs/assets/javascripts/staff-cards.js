/* <fb-cards> shows one glossary word at a time; a word that is known comes back later each time. */

import { Staff } from "./staff-base.js";
import { dayAfter, filled, inWords, looked } from "./staff-state.js";

class Cards extends Staff {
  connectedCallback() {
    this.items = new Map([...this.querySelectorAll("[data-card]")].map((item) => [item.dataset.card, item]));
    this.queue = null; // the cards of this visit, in order
    this.querySelector(".fb-cards__all").open = false;
    this.on("turn", () => this.turn());
    this.on("knew", () => this.look(true));
    this.on("again", () => this.look(false));
    this.on("all", () => {
      this.queue = [...this.items.keys()];
      this.show(this.state);
      this.part("word").focus();
    });
    this.on("cut", () => this.print("staff-cards"));
    super.connectedCallback();
  }

  part(name) {
    return this.querySelector(`[data-part=${name}]`);
  }

  due(state) {
    return [...this.items.keys()].filter((id) => !(state.cards[id]?.due > dayAfter(0)));
  }

  update(state) {
    const due = this.due(state);
    // Cards keep their order while they are on the table; what another tab knew meanwhile stays until it is looked at.
    this.queue ??= due;
    if (!this.queue.length && due.length && state !== this.shown) {
      this.queue = due;
    }
    this.shown = state;
    const left = this.part("left");
    const days = [...this.items.keys()].map((id) => state.cards[id]?.due).filter((day) => day > dayAfter(0)).sort();
    left.textContent = this.queue.length
      ? filled(left.dataset.due, { due: this.queue.length, later: this.items.size - this.queue.length })
      : filled(left.dataset.none, { day: days[0] ? inWords(days[0]) : "" });
    this.part("card").hidden = !this.queue.length;
    if (this.queue.length && this.top !== this.queue[0]) {
      this.lay();
    }
    this.top = this.queue[0];
  }

  /** Lay the first card on the table, word up. */
  lay() {
    const item = this.items.get(this.queue[0]);
    this.part("word").textContent = item.querySelector("summary").textContent;
    this.part("meaning").textContent = item.querySelector("[data-meaning]").textContent;
    this.face(false);
  }

  face(turned) {
    this.part("meaning").hidden = !turned;
    this.querySelector("[name=turn]").hidden = turned;
    this.querySelector("[name=knew]").hidden = !turned;
    this.querySelector("[name=again]").hidden = !turned;
  }

  turn() {
    this.face(true);
    this.part("meaning").focus();
  }

  look(knew) {
    const id = this.queue[0];
    const card = looked(this.parse(this.raw()).cards[id], knew);
    this.queue = knew ? this.queue.slice(1) : [...this.queue.slice(1), id];
    this.top = null;
    const words = knew ? filled(this.status.dataset.knew, { day: inWords(card.due) }) : this.status.dataset.again;
    this.change((state) => {
      state.cards[id] = card;
    }, words);
    (this.queue.length ? this.part("word") : this.querySelector("[name=all]")).focus();
  }
}

customElements.define("fb-cards", Cards);

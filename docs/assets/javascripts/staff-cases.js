/* <fb-case> shows one step of a case at a time. Without scripts the steps are a numbered list with links between them. */

import { Staff } from "./staff-base.js";
import { filled } from "./staff-state.js";

class Case extends Staff {
  connectedCallback() {
    this.steps = new Map([...this.querySelectorAll("[data-step]")].map((step) => [step.dataset.step, step]));
    this.ends = [...this.steps.keys()].filter((key) => this.steps.get(key).querySelector("[data-end]"));
    [this.first] = this.steps.keys();
    this.path = [this.first];
    this.addEventListener("click", (event) => {
      const turn = event.target.closest("a[data-to]");
      if (turn) {
        event.preventDefault();
        this.go([...this.path, turn.dataset.to]);
      }
    });
    this.on("back", () => this.go(this.path.slice(0, -1)));
    this.on("restart", () => this.go([this.first]));
    window.addEventListener("hashchange", () => this.reveal());
    super.connectedCallback();
    this.reveal();
  }

  go(path) {
    this.path = path;
    const key = path.at(-1);
    const end = this.steps.get(key).querySelector("[data-end]");
    if (end) {
      this.change((state) => {
        const seen = state.cases[this.dataset.case] ?? { ends: [], good: false };
        state.cases[this.dataset.case] = {
          ends: [...new Set([...seen.ends, key])],
          good: seen.good || end.dataset.end === "good",
        };
      });
    } else {
      this.update(this.state);
    }
    this.steps.get(key).focus();
  }

  update(state) {
    for (const [key, step] of this.steps) {
      // An attribute of our own: what is away on the screen is still printed.
      step.toggleAttribute("data-away", key !== this.path.at(-1));
    }
    for (const name of ["back", "restart"]) {
      this.querySelector(`[name=${name}]`).hidden = this.path.length === 1;
    }
    const kept = state.cases[this.dataset.case];
    const seen = this.ends.filter((end) => kept?.ends.includes(end)).length;
    const mark = this.querySelector("[data-part=seen]");
    mark.hidden = !seen;
    if (seen) {
      mark.textContent = (kept.good ? mark.dataset.good : mark.dataset.seen)
        + filled(mark.dataset.way, { seen, all: this.ends.length });
    }
  }

  /** Show the step that the address points at. */
  reveal() {
    const target = document.getElementById(location.hash.slice(1));
    const step = target && this.contains(target) && target.closest("[data-step]");
    if (step) {
      this.path = [...new Set([this.first, step.dataset.step])];
      this.update(this.state);
      step.scrollIntoView();
    }
  }
}

customElements.define("fb-case", Case);

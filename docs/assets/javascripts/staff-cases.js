/* <fb-cases> shows one step of a case at a time. Without scripts the steps are a numbered list with links between them. */

import { Staff } from "./staff-base.js";
import { filled } from "./staff-state.js";

class Cases extends Staff {
  connectedCallback() {
    this.cases = new Map([...this.querySelectorAll("[data-case]")].map((section) => [section.dataset.case, section]));
    this.paths = new Map();
    for (const [id, section] of this.cases) {
      this.paths.set(id, [this.steps(id)[0].dataset.step]);
      section.addEventListener("click", (event) => {
        const turn = event.target.closest("a[data-to]");
        if (turn) {
          event.preventDefault();
          this.go(id, [...this.paths.get(id), turn.dataset.to]);
        }
      });
      section.querySelector("[name=back]").addEventListener("click", () => this.go(id, this.paths.get(id).slice(0, -1)));
      section.querySelector("[name=restart]").addEventListener("click", () => this.go(id, this.paths.get(id).slice(0, 1)));
    }
    window.addEventListener("hashchange", () => this.reveal());
    super.connectedCallback();
    this.reveal();
  }

  steps(id) {
    return [...this.cases.get(id).querySelectorAll("[data-step]")];
  }

  ends(id) {
    return this.steps(id).filter((step) => step.querySelector("[data-end]")).map((step) => step.dataset.step);
  }

  go(id, path) {
    this.paths.set(id, path);
    const step = this.steps(id).find((one) => one.dataset.step === path.at(-1));
    const end = step.querySelector("[data-end]");
    if (end) {
      this.change((state) => {
        const seen = state.cases[id] ?? { ends: [], good: false };
        state.cases[id] = {
          ends: [...new Set([...seen.ends, step.dataset.step])],
          good: seen.good || end.dataset.end === "good",
        };
      });
    } else {
      this.update(this.state);
    }
    step.focus();
  }

  update(state) {
    for (const [id, section] of this.cases) {
      const path = this.paths.get(id);
      for (const step of this.steps(id)) {
        // An attribute of our own: what is away on the screen is still printed.
        step.toggleAttribute("data-away", step.dataset.step !== path.at(-1));
      }
      section.querySelector("[name=back]").hidden = path.length === 1;
      section.querySelector("[name=restart]").hidden = path.length === 1;
      const seen = (state.cases[id]?.ends ?? []).filter((end) => this.ends(id).includes(end)).length;
      const mark = section.querySelector("[data-part=seen]");
      mark.hidden = !seen;
      if (seen) {
        const way = filled(this.status.dataset.way, { seen, all: this.ends(id).length });
        mark.textContent = `${state.cases[id].good ? mark.dataset.good : mark.dataset.seen} ${way}`;
      }
    }
  }

  /** Show the step that the address points at. */
  reveal() {
    const target = document.getElementById(location.hash.slice(1));
    const step = target && this.contains(target) && target.closest("[data-step]");
    if (step) {
      const id = step.closest("[data-case]").dataset.case;
      const first = this.steps(id)[0].dataset.step;
      this.paths.set(id, step.dataset.step === first ? [first] : [first, step.dataset.step]);
      this.update(this.state);
      step.scrollIntoView();
    }
  }
}

customElements.define("fb-cases", Cases);

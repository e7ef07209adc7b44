/* <fb-practice> marks the questions of one module, and puts those to repeat first. */

import { Staff } from "./staff-base.js";
import { dayAfter, filled, finished, inRound, inWords, isPass, newRound } from "./staff-state.js";

const same = (one, other) => one.length === other.length && one.every((value) => other.includes(value));

class Practice extends Staff {
  connectedCallback() {
    this.list = this.querySelector(".fb-practice__list");
    this.items = new Map([...this.list.children].map((item) => [item.dataset.practice, item]));
    this.questions = [...this.items.keys()];
    this.score = this.querySelector("[data-part=score]");
    for (const [id, item] of this.items) {
      item.querySelector("[name=check]").addEventListener("click", () => this.check(id));
    }
    this.on("again", () => this.again(false));
    this.on("wrong", () => this.again(true));
    super.connectedCallback();
  }

  /** What is kept of this module; the answers of a round hold only for the edition they were given in. */
  mine(state) {
    const kept = state.modules[this.dataset.module];
    const empty = { best: null, last: null, wrong: [], round: [], now: Object.create(null), edition: this.dataset.edition };
    if (!kept) {
      return empty;
    }
    return kept.edition === this.dataset.edition ? kept : { ...kept, round: [], now: empty.now, edition: empty.edition };
  }

  boxes(id) {
    return [...this.items.get(id).querySelectorAll("input")];
  }

  isRight(id, chosen) {
    return same(chosen, this.boxes(id).filter((box) => "right" in box.dataset).map((box) => Number(box.value)));
  }

  check(id) {
    const chosen = this.boxes(id).filter((box) => box.checked).map((box) => Number(box.value));
    if (!chosen.length) {
      this.say(this.status.dataset.none);
      this.boxes(id)[0].focus();
      return;
    }
    this.change((state) => {
      let mine = this.mine(state);
      mine = { ...mine, now: Object.assign(Object.create(null), mine.now, { [id]: chosen }) };
      const round = inRound(mine, this.questions);
      if (round.every((key) => key in mine.now)) {
        const rights = round.filter((key) => this.isRight(key, mine.now[key]));
        mine = finished(mine, this.questions, rights, dayAfter(0), this.dataset.edition);
      }
      state.modules[this.dataset.module] = mine;
    });
    const item = this.items.get(id);
    item.querySelector("details").open = true;
    item.querySelector("[data-part=said]").focus();
  }

  again(alone) {
    this.change((state) => {
      state.modules[this.dataset.module] = newRound(this.mine(state), this.questions, alone);
    });
    this.items.get(inRound(this.mine(this.state), this.questions)[0]).querySelector("input").focus();
  }

  update(state) {
    const mine = this.mine(state);
    const round = inRound(mine, this.questions);
    this.list.append(...round.map((id) => this.items.get(id)), ...[...this.items.values()].filter((item) => !round.includes(item.dataset.practice)));
    for (const [id, item] of this.items) {
      item.hidden = !round.includes(id);
      this.mark(id, item, mine.now[id]);
    }
    this.before(mine);
    this.sum(mine, round);
  }

  mark(id, item, chosen) {
    const done = Boolean(chosen);
    const said = item.querySelector("[data-part=said]");
    const fold = item.querySelector("details");
    for (const box of this.boxes(id)) {
      if (done) {
        box.checked = chosen.includes(Number(box.value));
      } else if (box.disabled) {
        box.checked = false; // a new round
      }
      box.disabled = done;
    }
    item.querySelector("[data-part=go]").hidden = done;
    said.hidden = !done;
    fold.hidden = !done;
    item.toggleAttribute("data-done", done);
    if (done) {
      const right = this.isRight(id, chosen);
      said.textContent = right ? said.dataset.yes : said.dataset.no;
      said.dataset.right = String(right);
    } else {
      fold.open = false;
    }
  }

  before({ best }) {
    const place = this.querySelector("[data-part=before]");
    place.hidden = !best;
    if (best) {
      const older = best.edition !== this.dataset.edition ? ` ${place.dataset.older}` : "";
      place.textContent = filled(place.dataset.words + older, {
        ...best, day: inWords(best.day), edition: best.edition || "?", now: this.dataset.edition,
      });
    }
  }

  sum(mine, round) {
    const answered = round.filter((id) => id in mine.now);
    const over = answered.length === round.length;
    this.score.hidden = !over;
    if (!over) {
      return;
    }
    const result = { right: answered.filter((id) => this.isRight(id, mine.now[id])).length, of: round.length };
    const { passed, failed, some } = this.querySelector("[data-part=sum]").dataset;
    const words = round.length < this.questions.length ? some : isPass(result, Number(this.dataset.pass)) ? passed : failed;
    this.querySelector("[data-part=sum]").textContent = filled(words, result);
    const repeat = mine.wrong.filter((id) => this.items.has(id));
    this.querySelector("[data-part=repeat]").replaceChildren(...repeat.map((id) => this.line(id)));
    this.querySelector("[data-part=repeat-title]").hidden = !repeat.length;
    this.querySelector("[name=wrong]").hidden = !repeat.length;
  }

  /** One question to repeat, with the page to read first. */
  line(id) {
    const item = this.items.get(id);
    const line = document.createElement("li");
    const page = item.querySelector("a[data-part=page]").cloneNode(true);
    line.append(`${item.querySelector("legend").textContent} `, page);
    return line;
  }
}

customElements.define("fb-practice", Practice);

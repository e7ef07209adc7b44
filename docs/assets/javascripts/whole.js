/* What looks through a whole list asks for the parts of it that stand beside the page (later.js). */

/** Have all parts inside an element brought to the page; rejects where one does not come, or nothing brings them. */
export function whole(element) {
  const missing = () => element.querySelector(".guide-later") !== null;
  if (!missing()) {
    return Promise.resolve();
  }
  return new Promise((done, failed) => {
    const miss = () => failed(new DOMException("", "NetworkError"));
    element.addEventListener("guide:placed", () => missing() || done());
    element.addEventListener("guide:missed", miss, { once: true });
    // Who brings them takes the event; without a taker nobody would ever answer.
    if (element.dispatchEvent(new Event("guide:wanted", { bubbles: true, cancelable: true }))) {
      miss();
    }
  });
}

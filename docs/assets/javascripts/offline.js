/* Reading without a network: asks the browser to keep pages, once this one stands and the device has nothing better to
   do. Whatever fails here leaves the site as it is without. */

const WORKER = new URL("../../worker.js", import.meta.url).href;
const REST = 1500; // milliseconds after loading

/** What the page is made of: itself first, what it loaded, and the pictures further down. */
function parts() {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const pictures = navigator.connection?.saveData ? [] : [...document.images].map(({ src }) => src);
  return [...new Set([location.href, ...loaded, ...pictures])];
}

async function keep() {
  const registration = await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
  const worker = registration.waiting ?? (await navigator.serviceWorker.ready).active;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => {
    for (const line of document.querySelectorAll("[data-offline-line]")) {
      line.hidden = !data.kept;
    }
  };
  worker.postMessage({ keep: parts() }, [port2]);
}

const soon = () =>
  setTimeout(() => (window.requestIdleCallback ?? setTimeout)(() => keep().catch(() => {})), REST);

// A page that stands in a frame of somebody else's leaves nothing on the device.
if (window === window.top && "serviceWorker" in navigator) {
  if (document.readyState === "complete") {
    soon();
  } else {
    window.addEventListener("load", soon);
  }
}

if (document.querySelector("[data-offline-list]")) {
  import("./kept.js").catch(() => {});
}

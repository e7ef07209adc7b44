{#- The end of reading offline: put in the place of worker.js, it removes what that one kept on readers' devices, and
itself. Browsers fetch it at the next page. -#}
"use strict";
self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const ours = `guide ${new URL(self.registration.scope).pathname} `;
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith(ours)) {
          await caches.delete(name);
        }
      }
      await self.registration.unregister();
    })(),
  );
});

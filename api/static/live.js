// The numbers at the top of the page follow the register; without this file they are those of the page load.
"use strict";

const strip = document.querySelector("[data-events]");
let source = null;

function show(counters) {
  for (const number of strip.querySelectorAll("[data-counter]")) {
    const name = number.dataset.counter;
    const count = counters[name];
    if (typeof count !== "number") continue;
    number.textContent = String(count);
    if (name === "overdue") number.classList.toggle("counters-late", count > 0);
  }
}

function listen() {
  if (source || document.hidden) return;
  source = new EventSource(strip.dataset.events);
  source.addEventListener("counters", (event) => show(JSON.parse(event.data)));
}

// Browsers allow few connections to one place: a page that nobody looks at gives its own back.
function leave() {
  if (source) source.close();
  source = null;
}

if (strip && "EventSource" in window) {
  listen();
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", listen);
}

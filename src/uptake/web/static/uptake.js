// Keys, copying a link, and closing menus. Every page works without this file.
(() => {
  "use strict";
  const cards = () => [...document.querySelectorAll("section.card")];
  const here = () => Math.max(-1, cards().findIndex((card) => card.contains(document.activeElement)));
  const go = (step) => {
    const all = cards(), next = all[Math.min(Math.max(here() + step, 0), all.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "start" }); }
  };
  const click = (selector) => {
    const card = cards()[Math.max(here(), 0)], found = card && card.querySelector(selector);
    if (found) found.click();
  };
  const keys = { j: () => go(1), k: () => go(-1), t: () => click(".to-view"), h: () => click(".how > summary, a.how"),
    "?": () => { const help = document.querySelector(".keys"); if (help) help.scrollIntoView(); } };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const copy = event.target.closest("a.copy");
    if (!copy || !navigator.clipboard) return;
    event.preventDefault();
    navigator.clipboard.writeText(copy.href).then(() => {
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy link"; }, 1500);
    });
  });
})();

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
  // Marks of a picture, read one by one: the nearest to the pointer, or the next one by arrow keys.
  const marks = (area) => [...area.querySelectorAll("svg > :not(svg) > title")].map((title) => title.parentNode);
  const middle = (mark) => { const box = mark.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const read = (area, mark) => {
    area.querySelectorAll(".read-now").forEach((old) => old.classList.remove("read-now"));
    if (mark) mark.classList.add("read-now");
    area.querySelector(".read").textContent = mark ? mark.querySelector("title").textContent : "";
  };
  const nearest = (all, x, y, least = 1e9) => all.reduce((best, mark) => {
    const [a, b] = middle(mark), far = Math.hypot(a - x, b - y);
    return far < best[1] ? [mark, far] : best;
  }, [null, least])[0];
  document.addEventListener("pointermove", (event) => {
    const area = event.target.closest(".readable");
    if (area) read(area, nearest(marks(area), event.clientX, event.clientY, 24));
  });
  document.addEventListener("focusout", (event) => { if (event.target.matches(".readable")) read(event.target, null); });
  document.addEventListener("keydown", (event) => {
    const area = event.target.closest(".readable"), across = { ArrowLeft: -1, ArrowRight: 1 }[event.key], down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!area || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") read(area, null);
    if (!across && !down) return;
    event.preventDefault();
    const axis = across ? 0 : 1, all = marks(area).sort((a, b) => middle(a)[axis] - middle(b)[axis] || middle(a)[1 - axis] - middle(b)[1 - axis]);
    const now = all.indexOf(area.querySelector(".read-now")), step = across || down;
    read(area, all[now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + step, 0), all.length - 1)]);
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

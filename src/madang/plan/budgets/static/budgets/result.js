// The rounds as a film: the bar fills block by block. The table below is the same; this reads it.
const MOMENT = 1100;
for (const night of document.querySelectorAll("[data-night]")) start(night);

function start(night) {
  const blocks = [...night.querySelectorAll("[data-block]")];
  const rows = [...night.querySelectorAll("[data-row]")];
  const range = night.querySelector("[data-at]");
  const play = night.querySelector("[data-play]");
  const say = (name, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), night.dataset[`say${name}`]);
  let timer = 0;
  let at = rows.length;

  function show(next) {
    at = Math.max(0, Math.min(rows.length, next));
    range.value = at;
    blocks.forEach((block, place) => {
      block.classList.toggle("night__block--later", place >= at);
      block.classList.toggle("night__block--now", place === at - 1);
    });
    rows.forEach((row, place) => row.toggleAttribute("aria-current", place === at - 1));
    const row = rows[at - 1];
    night.querySelector("[data-round]").textContent = say("Round", { n: at, all: rows.length });
    night.querySelector("[data-title]").textContent = row?.querySelector("th a").textContent ?? "";
    night.querySelector("[data-facts]").textContent = row
      ? [...row.querySelectorAll("td")].slice(1).map((cell) => `${cell.dataset.label} ${cell.textContent.trim()}`).join(" · ")
      : "";
    range.setAttribute("aria-valuetext", `${say("Round", { n: at, all: rows.length })} ${row?.querySelector("th a").textContent ?? ""}`);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = say("Play");
  }

  play.addEventListener("click", () => {
    if (timer) { stop(); return; }
    if (at >= rows.length) show(0);
    play.textContent = say("Pause");
    timer = setInterval(() => { show(at + 1); if (at >= rows.length) stop(); }, MOMENT);
  });
  for (const button of night.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => { stop(); show(at + Number(button.dataset.go)); });
  }
  range.addEventListener("input", () => { stop(); show(Number(range.value)); });
  night.querySelector("[data-stage]").hidden = false;
  // Nothing moves before somebody asks for it.
  show(rows.length);
}

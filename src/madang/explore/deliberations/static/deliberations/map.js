/** The map of opinions on a canvas: points in one pass a color, outlines, one's own point, and how it grew. */
const COLORS = ["#0b50d0", "#b0480c", "#0b6e5a", "#7a2f8f", "#6b5a00", "#a01f4c", "#1f6f8f", "#4d4d4d", "#8a3b00", "#2f5f1f"];
const NOBODY = "#8a949e";
const LETTERS = "ABCDEFGHIJ";
const STEPS = 32000;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const forced = window.matchMedia("(forced-colors: active)");

class OpinionMap {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.words = root.dataset;
    this.cursor = null;
    this.me = null;
    this.frame = null;
    this.outlines = JSON.parse(root.dataset.outlines || "[]");
    this.reach = Number(root.dataset.reach) || 1;
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    forced.addEventListener("change", () => this.draw());
    this.canvas.addEventListener("click", (event) => this.ask(event.offsetX, event.offsetY));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.load().then(() => this.loadReplay());
    this.loadMine();
  }

  async load() {
    const answer = await fetch(this.words.points, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) { this.say("wait", ""); return; }
    const data = await answer.arrayBuffer(), view = new DataView(data), n = view.getUint32(4, true), at = 16;
    this.total = view.getUint32(8, true);
    this.reach = view.getFloat32(12, true);
    this.x = new Int16Array(data.slice(at, at + 2 * n));
    this.y = new Int16Array(data.slice(at + 2 * n, at + 4 * n));
    this.group = new Uint8Array(data, at + 4 * n, n);
    this.votes = new Uint8Array(data, at + 5 * n, n);
    this.root.querySelector("[data-omap-wait]").hidden = true;
    if (n < this.total) this.say("some", this.words.wordSome.replace("{n}", n.toLocaleString()).replace("{all}", this.total.toLocaleString()));
    this.legend();
    this.draw();
  }

  async loadMine() {
    const answer = await fetch(this.words.mine, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const told = await answer.json();
    this.me = told.place;
    if (told.place) this.say("mine", told.group ? this.words.wordNear.replace("{g}", told.group) : this.words.wordHere);
    else if (told.votes) this.say("mine", this.words.wordMore.replace("{n}", Math.max(1, told.needed - told.votes)));
    this.draw();
  }

  async loadReplay() {
    const answer = await fetch(this.words.replay, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const data = await answer.arrayBuffer(), view = new DataView(data);
    const frames = view.getUint32(4, true), people = view.getUint32(8, true), length = view.getUint32(12, true);
    const moments = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 16, length)));
    const groups = new Uint8Array(data, 16 + length, people), at = 16 + length + people;
    if (frames < 2) return;
    this.film = { moments, groups, frames: [...Array(frames).keys()].map((f) => {
      const start = at + f * 4 * people;
      return [new Int16Array(data.slice(start, start + 2 * people)), new Int16Array(data.slice(start + 2 * people, start + 4 * people))];
    }) };
    const bar = this.root.querySelector("[data-omap-replay]"), slider = bar.querySelector("[data-omap-slider]"), play = bar.querySelector("[data-omap-play]");
    slider.max = frames - 1;
    slider.value = frames - 1;
    slider.addEventListener("input", () => { this.stop(play); this.show(Number(slider.value)); });
    play.addEventListener("click", () => (this.timer ? this.stop(play) : this.play(slider, play)));
    bar.hidden = false;
  }

  play(slider, button) {
    button.setAttribute("aria-pressed", "true");
    if (Number(slider.value) >= Number(slider.max)) slider.value = 0;
    this.show(Number(slider.value));
    this.timer = window.setInterval(() => {
      const next = Number(slider.value) + 1;
      if (next > Number(slider.max)) { this.stop(button); return; }
      slider.value = next;
      this.show(next);
    }, still.matches ? 1500 : 450);
  }

  stop(button) {
    window.clearInterval(this.timer);
    this.timer = null;
    button.setAttribute("aria-pressed", "false");
  }

  show(index) {
    const moment = this.film.moments[index], last = index === this.film.frames.length - 1;
    const at = new Date(moment.at).toLocaleString(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" });
    const words = this.words.wordMoment.replace("{at}", at).replace("{people}", moment.people.toLocaleString()).replace("{votes}", moment.votes.toLocaleString());
    this.root.querySelector("[data-omap-moment]").textContent = words;
    this.root.querySelector("[data-omap-slider]").setAttribute("aria-valuetext", words);
    this.frame = last ? null : { x: this.film.frames[index][0], y: this.film.frames[index][1], group: this.film.groups };
    this.draw();
  }

  /** Room for the whole map, the same scale both ways, with a margin. */
  fit() {
    const width = this.canvas.clientWidth, height = this.canvas.clientHeight, ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    this.box ??= this.bounds();
    const { left, right, low, high } = this.box, margin = 28;
    const scale = Math.min((width - 2 * margin) / Math.max(right - left, 1), (height - 2 * margin) / Math.max(high - low, 1));
    return { width, height, ratio, scale, cx: (left + right) / 2, cy: (low + high) / 2 };
  }

  bounds() {
    const [left, right] = span(this.x), [low, high] = span(this.y);
    return { left, right, low, high };
  }

  draw() {
    if (!this.x || !this.canvas.clientWidth) return;
    window.cancelAnimationFrame(this.waiting);
    this.waiting = window.requestAnimationFrame(() => this.paint());
  }

  paint() {
    const f = this.fit(), pen = this.canvas.getContext("2d"), plain = forced.matches;
    const style = getComputedStyle(this.canvas);
    this.f = f;
    pen.setTransform(f.ratio, 0, 0, f.ratio, 0, 0);
    pen.clearRect(0, 0, f.width, f.height);
    const inside = (at, most) => Math.min(most - 6, Math.max(6, at));
    const X = (x) => inside(f.width / 2 + (x - f.cx) * f.scale, f.width), Y = (y) => inside(f.height / 2 - (y - f.cy) * f.scale, f.height);
    this.X = X; this.Y = Y;
    const now = this.frame || this, size = now.x.length > 4000 ? 1.6 : now.x.length > 800 ? 2.4 : 3.4;
    if (!this.frame) this.outlines.forEach((corners, g) => this.outline(pen, corners, plain ? style.color : COLORS[g % 10], X, Y));
    const paths = new Map();
    for (let i = 0; i < now.x.length; i += 1) {
      if (now.x[i] === -32768) continue;
      const g = now.group[i];
      if (!paths.has(g)) paths.set(g, new Path2D());
      mark(paths.get(g), g, X(now.x[i]), Y(now.y[i]), size);
    }
    pen.globalAlpha = now.x.length > 2000 ? 0.55 : 0.75;
    for (const [g, path] of paths) { pen.fillStyle = plain ? style.color : g === 255 ? NOBODY : COLORS[g % 10]; pen.fill(path); }
    pen.globalAlpha = 1;
    if (!this.frame) this.letters(pen, plain, style, X, Y);
    if (this.me) this.own(pen, X((this.me[0] / this.reach) * STEPS), Y((this.me[1] / this.reach) * STEPS), plain ? style.color : "#131416", style);
    if (this.cursor) { pen.strokeStyle = plain ? style.color : "#131416"; pen.lineWidth = 2; pen.strokeRect(this.cursor[0] - 12, this.cursor[1] - 12, 24, 24); }
  }

  outline(pen, corners, color, X, Y) {
    if (corners.length < 3) return;
    pen.beginPath();
    corners.forEach(([x, y], i) => pen[i ? "lineTo" : "moveTo"](X((x / this.reach) * STEPS), Y((y / this.reach) * STEPS)));
    pen.closePath();
    pen.globalAlpha = 0.1; pen.fillStyle = color; pen.fill();
    pen.globalAlpha = 0.8; pen.strokeStyle = color; pen.lineWidth = 1.5; pen.lineJoin = "round"; pen.stroke();
    pen.globalAlpha = 1;
  }

  letters(pen, plain, style, X, Y) {
    pen.font = `700 18px ${style.fontFamily}`; pen.textAlign = "center"; pen.textBaseline = "middle";
    this.outlines.forEach((corners, g) => {
      if (!corners.length) return;
      const top = corners.reduce((a, b) => (b[1] > a[1] ? b : a));
      const x = X((top[0] / this.reach) * STEPS), y = Math.max(14, Y((top[1] / this.reach) * STEPS) - 14);
      pen.fillStyle = plain ? style.color : COLORS[g % 10];
      pen.beginPath(); pen.arc(x, y, 13, 0, 7); pen.fill();
      pen.fillStyle = plain ? style.backgroundColor : "#fff"; pen.fillText(LETTERS[g], x, y + 1);
    });
  }

  own(pen, x, y, color, style) {
    pen.beginPath(); star(pen, x, y, 11); pen.fillStyle = "#ffb114"; pen.strokeStyle = color; pen.lineWidth = 2; pen.fill(); pen.stroke();
    pen.font = `700 14px ${style.fontFamily}`; pen.textAlign = "left"; pen.textBaseline = "middle";
    pen.lineWidth = 4; pen.strokeStyle = "#fff"; pen.strokeText(this.words.wordYou, x + 15, y); pen.fillStyle = color; pen.fillText(this.words.wordYou, x + 15, y);
  }

  legend() {
    const list = this.root.querySelector("[data-omap-legend]");
    list.replaceChildren(...this.outlines.map((_, g) => {
      const item = document.createElement("li"), sign = document.createElement("canvas");
      sign.width = sign.height = 36;
      const pen = sign.getContext("2d"), path = new Path2D();
      mark(path, g, 18, 18, 11); pen.fillStyle = COLORS[g % 10]; pen.fill(path);
      sign.setAttribute("aria-hidden", "true");
      item.append(sign, `${this.words.wordGroup} ${LETTERS[g]}`);
      return item;
    }));
  }

  key(event) {
    const step = { ArrowLeft: [-16, 0], ArrowRight: [16, 0], ArrowUp: [0, -16], ArrowDown: [0, 16] }[event.key];
    if (event.key === "Escape") { this.root.querySelector("[data-omap-near]").hidden = true; this.cursor = null; this.draw(); return; }
    if (!step && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    this.cursor ??= [this.canvas.clientWidth / 2, this.canvas.clientHeight / 2];
    if (step) this.cursor = [Math.min(this.canvas.clientWidth, Math.max(0, this.cursor[0] + step[0])), Math.min(this.canvas.clientHeight, Math.max(0, this.cursor[1] + step[1]))];
    else this.ask(...this.cursor);
    this.draw();
  }

  async ask(px, py) {
    if (!this.f) return;
    this.cursor = [px, py];
    this.draw();
    const x = ((px - this.f.width / 2) / this.f.scale + this.f.cx) * this.reach / STEPS;
    const y = ((this.f.height / 2 - py) / this.f.scale + this.f.cy) * this.reach / STEPS;
    const answer = await fetch(`${this.words.near}&x=${x.toFixed(4)}&y=${y.toFixed(4)}`, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const box = this.root.querySelector("[data-omap-near]");
    box.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    box.classList.toggle("omap__near--low", py < this.f.height / 2);
    box.hidden = false;
  }

  say(where, words) {
    const place = this.root.querySelector(`[data-omap-${where}]`);
    if (place) place.textContent = words;
  }
}

/** Where all but one in a hundred stand, and a little more: somebody far out must not make everybody small. */
function span(values) {
  const sorted = Int16Array.from(values).sort(), n = sorted.length;
  if (!n) return [-STEPS, STEPS];
  const low = sorted[Math.floor(n * 0.005)], high = sorted[Math.min(n - 1, Math.ceil(n * 0.995))], more = 0.06 * (high - low);
  return [low - more, high + more];
}

/** Each group has a shape beside its color: circle, square, triangle, diamond, cross. */
function mark(path, g, x, y, r) {
  const shape = g === 255 ? 0 : g % 5;
  if (shape === 0) { path.moveTo(x + r, y); path.arc(x, y, r, 0, 7); }
  else if (shape === 1) path.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (shape === 2) { path.moveTo(x, y - r * 1.2); path.lineTo(x + r * 1.1, y + r * 0.8); path.lineTo(x - r * 1.1, y + r * 0.8); path.closePath(); }
  else if (shape === 3) { path.moveTo(x, y - r * 1.3); path.lineTo(x + r * 1.2, y); path.lineTo(x, y + r * 1.3); path.lineTo(x - r * 1.2, y); path.closePath(); }
  else { path.rect(x - r * 1.2, y - r * 0.45, r * 2.4, r * 0.9); path.rect(x - r * 0.45, y - r * 1.2, r * 0.9, r * 2.4); }
}

function star(pen, x, y, r) {
  for (let i = 0; i < 10; i += 1) {
    const angle = (Math.PI * i) / 5 - Math.PI / 2, far = i % 2 ? r * 0.45 : r;
    pen[i ? "lineTo" : "moveTo"](x + far * Math.cos(angle), y + far * Math.sin(angle));
  }
  pen.closePath();
}

const maps = [...document.querySelectorAll("[data-omap]")].map((root) => new OpinionMap(root));
document.querySelector(".omap-embed")?.addEventListener("focus", (event) => event.target.select());
// The words below were asked for again and a newer map came: fetch its points too.
document.body.addEventListener("htmx:afterSwap", (event) => {
  const now = document.getElementById("map-now");
  if (!now || event.detail.target?.dataset?.map === now.dataset.map) return;
  maps.forEach((map) => { map.box = null; map.load(); map.loadMine(); });
});

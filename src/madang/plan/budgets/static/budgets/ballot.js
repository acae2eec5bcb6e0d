// The ballot as people fill it in: what is left, what stands in the way, saving as one goes. The form works without it.
// Each change goes to the lane under a key of its own; what a lost connection held back is sent again under the same key.
const form = document.querySelector("form[data-ballot]");
const words = form.querySelector("[data-words]").dataset;
const PAUSE = 900;
const AGAIN = 4000;

const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words[`say${name}`] ?? "");

const kind = form.dataset.kind;
const number = (text) => (text === "" || text === undefined ? null : Number(text));
const least = number(form.dataset.least) ?? 0;
const most = number(form.dataset.most);
const pointsToShare = number(form.dataset.points) ?? 0;
const ownAnd = number(form.dataset.ownAnd);
const cards = [...form.querySelectorAll("[data-card]")];
const byNumber = new Map(cards.map((card) => [Number(card.dataset.number), card]));
const money = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 });
const inWords = (amount) =>
  form.dataset.currency === "KRW" && document.documentElement.lang.startsWith("ko") ? wons(amount)
  : form.dataset.currency === "KRW" ? `₩${money.format(amount)}`
  : `${money.format(amount)} ${form.dataset.currency}`;

function wons(amount) {
  const parts = [];
  let rest = Math.abs(amount);
  for (const [size, name] of [[1e8, "억"], [1e4, "만"]]) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(money.format(count) + name);
  }
  if (rest || !parts.length) parts.push(money.format(rest));
  return `${amount < 0 ? "-" : ""}${parts.join(" ")}${/[억만]$/.test(parts.at(-1)) ? " " : ""}원`;
}

// What is marked, as the server keeps it.
function marks() {
  if (kind === "ranking") {
    const placed = cards
      .map((card) => [Number(card.dataset.number), Number(card.querySelector("select").value || 0)])
      .filter(([, place]) => place);
    placed.sort((one, other) => one[1] - other[1]);
    return { choices: placed.map(([chosen]) => chosen), points: null };
  }
  if (kind === "cumulative") {
    const given = cards
      .map((card) => [Number(card.dataset.number), Number(card.querySelector("input").value || 0)])
      .filter(([, value]) => value > 0);
    return { choices: given.map(([chosen]) => chosen), points: given.map(([, value]) => value) };
  }
  const marked = [...form.querySelectorAll("input[name=choice]:checked")];
  return { choices: marked.map((one) => Number(one.value)), points: null };
}

function problems({ choices, points }) {
  const found = [];
  if (choices.length < least) found.push(say("Few", { n: least - choices.length }));
  const limit = kind === "choose-1" ? 1 : most;
  if (limit !== null && choices.length > limit) found.push(say("Many", { n: choices.length - limit }));
  if (ownAnd !== null) {
    const districts = new Set(choices.map((one) => byNumber.get(one)?.dataset.potPlace ?? ""));
    districts.delete("");
    districts.delete(form.dataset.home);
    if (districts.size > ownAnd) found.push(say("Districts", { n: ownAnd }));
  }
  if (kind === "knapsack") found.push(...overspent(choices));
  if (kind === "cumulative") {
    const over = points.reduce((sum, one) => sum + one, 0) - pointsToShare;
    if (over > 0) found.push(say("PointsOver", { n: over }));
  }
  return found;
}

function spent(choices) {
  const used = new Map();
  for (const one of choices) {
    const card = byNumber.get(one);
    if (card) used.set(card.dataset.pot, (used.get(card.dataset.pot) ?? 0) + Number(card.dataset.cost));
  }
  return used;
}

function overspent(choices) {
  const found = [];
  const used = spent(choices);
  for (const bar of form.querySelectorAll("[data-pot-bar]")) {
    const by = (used.get(bar.dataset.potBar) ?? 0) - Number(bar.dataset.amount);
    if (by <= 0) continue;
    const inside = choices.map((one) => byNumber.get(one)).filter((card) => card?.dataset.pot === bar.dataset.potBar);
    const enough = inside.filter((card) => Number(card.dataset.cost) >= by);
    enough.sort((one, other) => Number(one.dataset.cost) - Number(other.dataset.cost));
    const words = { pot: bar.dataset.name, money: inWords(by), title: enough[0]?.dataset.title };
    found.push(say(enough.length ? "Over" : "OverSeveral", words));
  }
  return found;
}

function draw(now) {
  const used = spent(now.choices);
  for (const bar of form.querySelectorAll("[data-pot-bar]")) {
    const amount = Number(bar.dataset.amount);
    const taken = used.get(bar.dataset.potBar) ?? 0;
    bar.querySelector("[data-left]").textContent = inWords(amount - taken);
    bar.querySelector("[data-used]").setAttribute("width", Math.min(100, (100 * taken) / amount).toFixed(1));
    bar.classList.toggle("ballot__pot--over", taken > amount);
  }
  const left = form.querySelector("[data-points-left]");
  if (left) left.textContent = pointsToShare - now.points.reduce((sum, one) => sum + one, 0);
  form.querySelector("[data-count]").textContent = now.choices.length;
  const wrong = problems(now);
  const list = form.querySelector("[data-problems]");
  list.replaceChildren(...wrong.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  for (const card of cards) card.classList.toggle("ballot-card--chosen", now.choices.includes(Number(card.dataset.number)));
  if (kind === "ranking") drawOrder(now.choices);
  return wrong;
}

function tell(text) {
  const spoken = form.querySelector("[data-said]");
  const shown = form.querySelector("[data-said-shown]");
  if (spoken.textContent !== text) spoken.textContent = text;
  shown.textContent = text;
}

// --- ranking: a list with buttons, in step with the selects ---------------------------------------------------------
const selectOf = (card) => card.querySelector("select");

function place(order) {
  for (const card of cards) {
    const at = order.indexOf(Number(card.dataset.number));
    selectOf(card).value = at < 0 ? "" : String(at + 1);
  }
}

function button(label, name, action, disabled = false) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--tertiary button--small";
  made.textContent = label;
  made.disabled = disabled;
  made.setAttribute("aria-label", `${label}: ${name}`);
  made.addEventListener("click", action);
  return made;
}

function drawOrder(order) {
  const list = form.querySelector("[data-order-list]");
  form.querySelector("[data-order-empty]").hidden = order.length > 0;
  list.replaceChildren(...order.map((one, at) => {
    const card = byNumber.get(one);
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.className = "ballot__order-name";
    name.textContent = `${at + 1}. ${card.dataset.title}`;
    const buttons = document.createElement("span");
    buttons.className = "ballot__order-buttons";
    const move = (by, which) => {
      const next = [...order];
      next.splice(at, 1);
      next.splice(at + by, 0, one);
      place(next);
      changed();
      // The list is drawn anew: the focus stays with what was moved.
      list.children[at + by]?.querySelector(`button:nth-of-type(${which}):not(:disabled), button:not(:disabled)`)?.focus();
      tell(`${card.dataset.title}: ${say("Place", { n: at + by + 1 })}`);
    };
    buttons.append(
      button(say("Up"), card.dataset.title, () => move(-1, 1), at === 0),
      button(say("Down"), card.dataset.title, () => move(1, 2), at === order.length - 1),
      button(say("Out"), card.dataset.title, () => { place(order.filter((other) => other !== one)); changed(); card.querySelector("[data-add]")?.focus(); }),
    );
    row.append(name, buttons);
    return row;
  }));
  for (const card of cards) {
    const add = card.querySelector("[data-add]");
    const at = order.indexOf(Number(card.dataset.number));
    add.hidden = at >= 0 || (most !== null && order.length >= most);
    card.querySelector("[data-placed]").textContent = at >= 0 ? say("Place", { n: at + 1 }) : "";
  }
}

function startRanking() {
  form.querySelector("[data-order]").hidden = false;
  for (const card of cards) {
    card.querySelector(".ballot-card__rank").hidden = true;
    const placed = Object.assign(document.createElement("p"), { className: "ballot-card__placed" });
    placed.dataset.placed = "";
    const add = button(say("Add"), card.dataset.title, () => {
      place([...marks().choices, Number(card.dataset.number)]);
      changed();
      tell(`${card.dataset.title}: ${card.querySelector("[data-placed]").textContent}`);
    });
    add.dataset.add = "";
    card.querySelector(".ballot-card__mark").append(placed, add);
  }
}

function startPoints() {
  for (const step of form.querySelectorAll("[data-step]")) {
    step.hidden = false;
    step.addEventListener("click", () => {
      const input = step.closest(".stepper").querySelector("input");
      const next = Number(input.value || 0) + Number(step.dataset.step);
      input.value = Math.max(0, Math.min(pointsToShare, next));
      changed();
    });
  }
}

// --- filters --------------------------------------------------------------------------------------------------------
function startFilters() {
  form.querySelector("[data-tools]").hidden = false;
  const search = form.querySelector("[data-search]");
  const filters = [...form.querySelectorAll("[data-filter]")];
  const mine = form.querySelector("[data-mine]");
  const apply = () => {
    const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const chosen = new Set(marks().choices);
    let shown = 0;
    for (const card of cards) {
      const text = card.textContent.toLocaleLowerCase();
      const fits = words.every((word) => text.includes(word))
        && filters.every((one) => !one.value || card.dataset[one.dataset.filter] === one.value)
        && (!mine.checked || chosen.has(Number(card.dataset.number)));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    form.querySelector("[data-none]").hidden = shown > 0;
  };
  for (const one of [search, mine, ...filters]) one.addEventListener("input", apply);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  const compare = form.querySelector("[data-compare]");
  compare.addEventListener("click", () => {
    const query = marks().choices.slice(0, 4).map((one) => `number=${one}`).join("&");
    compare.href = `${compare.href.split("?")[0]}?${query}`;
  });
}

// --- sending --------------------------------------------------------------------------------------------------------
const kept = `madang:ballot:${form.dataset.voter}`;
let timer = 0;
let waiting = null;
let busy = false;

function keep(value) {
  try {
    if (value) localStorage.setItem(kept, JSON.stringify(value));
    else localStorage.removeItem(kept);
  } catch { /* a full or forbidden storage must not stop anybody from voting */ }
}

const newKey = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

function changed() {
  draw(marks());
  clearTimeout(timer);
  timer = setTimeout(() => queue(false), PAUSE);
}

function queue(submit) {
  clearTimeout(timer);
  waiting = { ...marks(), submit, key: newKey() };
  if (submit) form.elements.key.value = waiting.key;
  keep(waiting);
  return send();
}

async function send() {
  if (busy || !waiting) return;
  busy = true;
  const mark = waiting;
  tell(say("Saving"));
  try {
    const response = await fetch(form.dataset.lane, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...mark, seen: Number(form.elements.seen.value), ticket: form.dataset.ticket }),
    });
    if (response.status === 503) throw new Error("busy");
    done(mark, response.ok ? await response.json() : { state: "form" });
  } catch {
    // Lost, or too busy: nothing is known to be written, and the same key makes a second sending harmless.
    tell(say(mark.submit ? "Sending" : "Offline"));
    setTimeout(() => { busy = false; send(); }, AGAIN);
    return;
  }
  busy = false;
  if (waiting) send();
}

function done(mark, answer) {
  if (waiting === mark) { waiting = null; keep(null); }
  if (answer.version) form.elements.seen.value = answer.version;
  if (answer.state === "submitted") { location.assign(form.dataset.receipt); return; }
  if (answer.state === "saved") { tell(problems(mark).length ? say("Saved") : `${say("Saved")} ${say("Fits")}`); return; }
  if (mark.submit) { form.elements.key.value = newKey(); native = true; form.requestSubmit(form.querySelector("[value=submit]")); return; }
  tell(answer.state === "stale" ? say("Stale") : answer.texts?.join(" ") ?? "");
}

let native = false;
form.addEventListener("submit", (event) => {
  if (native || event.submitter?.value === "save") return;
  event.preventDefault();
  queue(true);
});
form.addEventListener("change", changed);
form.addEventListener("input", (event) => { if (event.target.type === "number") changed(); });
window.addEventListener("online", () => { if (waiting && !busy) send(); });
window.addEventListener("beforeunload", (event) => { if (waiting?.submit && busy) event.preventDefault(); });

if (kind === "ranking") startRanking();
if (kind === "cumulative") startPoints();
startFilters();
form.querySelector("[data-save]").hidden = true;

// What a closed page had not sent yet: only if the server has not heard anything newer meanwhile.
try {
  const left = JSON.parse(localStorage.getItem(kept));
  if (left && !left.submit && cards.length) restore(left);
} catch { /* nothing was kept */ }

function restore({ choices, points }) {
  if (kind === "ranking") place(choices);
  else if (kind === "cumulative") for (const card of cards) { const at = choices.indexOf(Number(card.dataset.number)); card.querySelector("input").value = at < 0 ? 0 : points[at]; }
  else for (const one of form.querySelectorAll("input[name=choice]")) one.checked = choices.includes(Number(one.value));
  queue(false);
}

draw(marks());

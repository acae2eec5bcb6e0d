// The deck of statements: answers are kept on this device until the site has said that they are stored.
// Each answer has a key of its own, so that sending it twice counts once.
import { keep, kept, drop } from "./outbox.js";

const root = document.querySelector("[data-voting]");
const find = (name) => root.querySelector(`[data-${name}]`);
const words = find("words").dataset;
const box = root.dataset.box;
const form = find("vote");
const start = JSON.parse(document.getElementById("deck").textContent);
const SECONDS = 5;
const AHEAD = 4;
const BATCH = 50;

let ticket = start.ticket;
let cards = start.statements;
let { done, total } = start;
let sending = false;
let filling = false;
let pause = 0;
let timer = 0;
const past = [];

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // A meeting hall may serve plain HTTP, where browsers hide randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function show() {
  const [card] = cards;
  const finished = !card && !filling;
  find("ballot").hidden = !card;
  find("end").hidden = !finished;
  find("undo").hidden = !past.length;
  find("bar").max = total;
  find("bar").value = done;
  const minutes = Math.max(1, Math.round(((total - done) * SECONDS) / 60));
  find("count").textContent = fill(done < total ? words.progress : words.all, { done, total, minutes });
  if (card) {
    const text = find("text");
    text.textContent = card.text;
    text.lang = card.language;
    find("number").textContent = fill(words.number, { n: card.number });
    form.elements.statement.value = card.id;
  }
  // Whoever answered the last one by keyboard is not left on a button that is gone.
  if (finished && form.contains(document.activeElement)) root.querySelector("#end-title").focus();
}

function tell(text) { find("state").textContent = text; }

function answer(value) {
  const card = cards.shift();
  if (!card) return;
  past.push(card);
  keep(box, { key: uuid(), statement: card.id, value });
  done += 1;
  tell("");
  show();
  refill();
  send();
}

function undo() {
  const card = past.pop();
  if (!card) return;
  keep(box, { key: uuid(), statement: card.id, value: null });
  cards.unshift(card);
  done -= 1;
  tell(words.undone);
  show();
  form.querySelector("button").focus();
  send();
}

async function fetched(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  return { status: response.status, data: await response.json().catch(() => ({})) };
}

// A fresh ticket, and more cards than are held.
async function fetchDeck() {
  const held = [...cards.map((card) => card.id), ...kept(box).map((one) => one.statement)];
  const { status, data } = await fetched(`${root.dataset.deckUrl}?besides=${[...new Set(held)].join(",")}`);
  if (status !== 200) return status;
  ticket = data.ticket;
  const known = new Set(held);
  const unsent = new Set(kept(box).filter((one) => one.value !== null).map((one) => one.statement));
  cards.push(...data.statements.filter((card) => !known.has(card.id)));
  total = data.total;
  done = Math.min(total, data.done + unsent.size);
  return status;
}

async function refill() {
  if (filling || cards.length >= AHEAD || done + cards.length >= total) return;
  filling = true;
  try { await fetchDeck(); } catch { /* no connection: what is held goes on */ }
  filling = false;
  show();
}

async function send() {
  if (sending || !kept(box).length) return;
  sending = true;
  clearTimeout(timer);
  try {
    while (kept(box).length && await sendBatch()) pause = 0;
    if (!kept(box).length && pause === 0 && find("state").dataset.waiting) {
      delete find("state").dataset.waiting;
      tell(words.sent);
    }
  } catch {
    later();
  }
  sending = false;
}

// Whether to go on with the next batch.
async function sendBatch() {
  const votes = kept(box).slice(0, BATCH);
  const body = JSON.stringify({ ticket, votes });
  const headers = { "Content-Type": "application/json" };
  const { status, data } = await fetched(root.dataset.lane, { method: "POST", headers, body, keepalive: true });
  if (status === 200) return stored(data.votes);
  if (status === 401 && (await fetchDeck()) === 200) return true;
  if (status === 401 || status === 400) { tell(words.refused); return false; }
  later();
  return false;
}

function stored(results) {
  drop(box, results.map((one) => one.key));
  const refused = results.filter((one) => one.status === "refused");
  const closed = refused.filter((one) => one.reason === "closed").length;
  if (closed) { tell(fill(words.closed, { n: closed })); return false; }
  if (refused.length) tell(words.gone);
  return true;
}

function later() {
  pause = Math.min(30, pause * 2 || 1);
  find("state").dataset.waiting = "1";
  tell(fill(words.waiting, { n: kept(box).length }));
  clearTimeout(timer);
  timer = setTimeout(send, pause * 1000);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  answer(Number(event.submitter?.value ?? 0));
});
find("undo").addEventListener("submit", (event) => { event.preventDefault(); undo(); });
window.addEventListener("online", () => { pause = 0; send(); refill(); });

const KEYS = { 1: 1, 2: 0, 3: -1, ArrowLeft: 1, ArrowDown: 0, ArrowRight: -1 };
const keysOn = find("keys");
find("keys-help").hidden = !matchMedia("(hover: hover)").matches;
document.addEventListener("keydown", (event) => {
  const target = document.activeElement;
  const here = target === document.body || root.contains(target);
  if (!keysOn.checked || !here || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (target.matches("input:not([type=hidden]), textarea, select, summary")) return;
  if (event.key in KEYS) { event.preventDefault(); answer(KEYS[event.key]); }
  else if (event.key === "u" || event.key === "U") { event.preventDefault(); undo(); }
});

// What an earlier visit could not send, first; those statements are not shown again.
const before = new Set(kept(box).map((one) => one.statement));
if (before.size) {
  cards = cards.filter((card) => !before.has(card.id));
  done = Math.min(total, done + before.size);
  send();
}
show();
refill();

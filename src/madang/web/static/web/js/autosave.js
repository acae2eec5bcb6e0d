// form[data-draft="key"]: keep what is typed in this browser, and on the server if data-draft-url is given.
//
// data-draft      the key of the draft in localStorage (unique per form and reader)
// data-draft-url  optional: receives the form by POST; saved again when a lost connection returns
// A child [data-draft-note] tells what was kept; its wording comes from data-saved, data-offline, data-restored.
const PAUSE = 800;
const SERVER_PAUSE = 4000;
const OLDEST = 30 * 24 * 3600 * 1000;
const SECRET = /csrf|password|^_method$/i;

const storageKey = (form) => `madang:draft:${form.dataset.draft}`;

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) => field.name && !SECRET.test(field.name) && !["hidden", "file", "submit", "button", "password"].includes(field.type),
  );
}

function read(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    if (field.type === "checkbox" || field.type === "radio") (values[field.name] ??= []).push([field.value, field.checked]);
    else values[field.name] = field.value;
  }
  return values;
}

function write(form, values) {
  let changed = 0;
  for (const field of fieldsOf(form)) {
    const kept = values[field.name];
    if (kept === undefined) continue;
    if (Array.isArray(kept)) {
      const found = kept.find(([value]) => value === field.value);
      if (found && field.checked !== found[1]) { field.checked = found[1]; changed += 1; }
    } else if (field.value !== kept) {
      field.value = kept;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      changed += 1;
    }
  }
  return changed;
}

function tell(form, state) {
  const note = form.querySelector("[data-draft-note]");
  if (!note) return;
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  note.dataset.state = state;
  (note.querySelector("[data-draft-text]") ?? note).textContent = (note.dataset[state] ?? "").replace("{time}", time);
}

function keep(form) {
  try {
    localStorage.setItem(storageKey(form), JSON.stringify({ at: Date.now(), values: read(form) }));
    return true;
  } catch {
    return false; // a full or forbidden storage must not stop anybody from writing
  }
}

export function forget(form) {
  try { localStorage.removeItem(storageKey(form)); } catch { /* nothing was kept */ }
}

function restore(form) {
  let draft = null;
  try { draft = JSON.parse(localStorage.getItem(storageKey(form))); } catch { return; }
  if (!draft) return;
  if (Date.now() - draft.at > OLDEST) { forget(form); return; }
  // What the server sent back with errors is newer than the draft.
  if (form.querySelector("[aria-invalid='true'], [data-focus]")) return;
  if (!write(form, draft.values)) return;
  tell(form, "restored");
  const drop = form.querySelector("[data-draft-drop]");
  if (!drop) return;
  drop.hidden = false;
  drop.addEventListener("click", () => { forget(form); form.reset(); drop.hidden = true; tell(form, "dropped"); });
}

async function send(form) {
  const body = new FormData(form);
  // Chosen pictures go with the form itself, not with every draft of its words.
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  try {
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, credentials: "same-origin" });
    tell(form, answer.ok ? "saved" : "offline");
  } catch {
    tell(form, "offline");
  }
}

function take(form) {
  form.dataset.drafting = "";
  let timer = 0;
  let serverTimer = 0;
  let dirty = false;
  const save = () => {
    const kept = keep(form);
    if (form.dataset.draftUrl) {
      clearTimeout(serverTimer);
      serverTimer = setTimeout(() => send(form), SERVER_PAUSE);
    }
    tell(form, navigator.onLine ? (kept ? "saved" : "offline") : "offline");
  };
  restore(form);
  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  window.addEventListener("pagehide", () => { if (dirty) keep(form); });
  window.addEventListener("online", () => { if (dirty) save(); });
  window.addEventListener("offline", () => { if (dirty) { keep(form); tell(form, "offline"); } });
  // The draft goes only when the server has taken the form: its answer carries data-draft-done="key".
  form.addEventListener("submit", () => { clearTimeout(timer); clearTimeout(serverTimer); keep(form); dirty = false; });
}

export function startDrafts(root) {
  for (const done of root.querySelectorAll("[data-draft-done]")) {
    try { localStorage.removeItem(`madang:draft:${done.dataset.draftDone}`); } catch { /* nothing was kept */ }
  }
  root.querySelectorAll("form[data-draft]:not([data-drafting])").forEach(take);
}

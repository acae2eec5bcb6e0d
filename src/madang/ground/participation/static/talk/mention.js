// Naming people while writing: after "@" and a letter, people of this discussion and offices are offered.
// Without it "@name" still works where only one person here has that name.
const PAUSE = 180;
const START = /(?:^|[\s(])@([^\s@[\](){}<>]{1,40})$/u;

function offer(form) {
  const box = form.querySelector("textarea");
  if (!box || box.dataset.naming) return;
  box.dataset.naming = "on";
  const list = document.createElement("ul");
  list.className = "names";
  list.id = `${box.id}_names`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.mentionLabel);
  let timer = 0;
  let asked = "";
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    list.remove();
    chosen = -1;
    box.removeAttribute("aria-activedescendant");
    box.removeAttribute("aria-controls");
  };
  const mark = (at) => {
    const options = [...list.children];
    chosen = (at + options.length) % options.length;
    options.forEach((one, i) => one.setAttribute("aria-selected", String(i === chosen)));
    box.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    const before = box.value.slice(0, box.selectionStart).replace(/@[^\s@]*$/u, "");
    const token = `@[${option.dataset.name}](${option.dataset.kind}:${option.dataset.id}) `;
    const after = box.value.slice(box.selectionStart);
    box.value = before + token + after;
    box.setSelectionRange((before + token).length, (before + token).length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    box.focus();
  };
  const show = (people) => {
    list.replaceChildren(...people.map((one, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}_${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      Object.assign(option.dataset, { kind: one.kind, id: one.id, name: one.name.replace(/[[\]()]/g, "") });
      option.textContent = one.name;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(option); });
      return option;
    }));
    if (!people.length) { close(); return; }
    box.closest(".field__control").append(list);
    list.hidden = false;
    box.setAttribute("aria-controls", list.id);
    mark(0);
  };
  const look = async () => {
    const found = START.exec(box.value.slice(0, box.selectionStart));
    if (!found) { asked = ""; close(); return; }
    asked = found[1];
    try {
      const answer = await fetch(`${form.dataset.mention}?q=${encodeURIComponent(asked)}`, { credentials: "same-origin" });
      if (!answer.ok) return;
      const { people } = await answer.json();
      if (asked === found[1]) show(people);
    } catch { /* writing goes on without it */ }
  };
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  box.addEventListener("blur", () => setTimeout(close, 120));
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); mark(chosen + step); }
    else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); take(list.children[chosen]); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
  });
}

document.querySelectorAll("form[data-mention]").forEach(offer);

// The inbox: choose all, and say how many are chosen. Without scripts the check boxes and buttons work alone.
const form = document.querySelector("[data-desk-select]");
const boxes = form ? [...form.querySelectorAll("input[name=voices]")] : [];
const all = form?.querySelector("[data-desk-all]");
const count = form?.querySelector("[data-desk-count]");

function tell() {
  const chosen = boxes.filter((box) => box.checked).length;
  count.textContent = chosen ? count.dataset.some.replace("{n}", chosen) : count.dataset.none;
  const whole = all.querySelector("input");
  whole.checked = chosen === boxes.length;
  whole.indeterminate = chosen > 0 && chosen < boxes.length;
  form.toggleAttribute("data-chosen", chosen > 0);
}

if (boxes.length && all && count) {
  all.hidden = false;
  all.addEventListener("change", (event) => {
    boxes.forEach((box) => { box.checked = event.target.checked; });
    tell();
  });
  boxes.forEach((box) => box.addEventListener("change", tell));
  // A row's empty ground chooses it too; links and buttons keep their own meaning.
  boxes.forEach((box) => box.closest("li").addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, label") || getSelection().toString()) return;
    box.checked = !box.checked;
    tell();
  }));
  tell();
}

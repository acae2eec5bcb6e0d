// <textarea data-counter="id" data-max="2000">: show how much is used. Nothing is cut off; the server says so kindly.
export function startCounters(root) {
  for (const control of root.querySelectorAll("[data-counter]:not([data-counting])")) {
    const box = document.getElementById(control.dataset.counter);
    const used = box?.querySelector("[data-used]");
    if (!used) continue;
    control.dataset.counting = "";
    const show = () => {
      const length = [...control.value].length;
      used.textContent = length.toLocaleString();
      box.toggleAttribute("data-over", length > Number(control.dataset.max));
    };
    control.addEventListener("input", show);
    show();
  }
}

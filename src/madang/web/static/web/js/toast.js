// Toasts in #toasts, a polite live region. Those with an error stay until they are closed.
const SECONDS = 8;

function dismiss(toast) {
  toast.remove();
}

function take(toast) {
  const close = toast.querySelector("[data-toast-close]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => dismiss(toast));
  }
  if (toast.classList.contains("toast--danger") || toast.querySelector("a")) return;
  let timer = setTimeout(() => dismiss(toast), SECONDS * 1000);
  // A reader who points at it or tabs into it is still reading.
  for (const stop of ["pointerenter", "focusin"]) toast.addEventListener(stop, () => clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"]) {
    toast.addEventListener(go, () => { timer = setTimeout(() => dismiss(toast), SECONDS * 500); });
  }
}

export function startToasts() {
  document.querySelectorAll("[data-toast]").forEach(take);
}

export function say(text, tone = "") {
  const region = document.getElementById("toasts");
  if (!region) return;
  const toast = document.createElement("div");
  toast.className = `toast${tone ? ` toast--${tone}` : ""}`;
  const line = document.createElement("p");
  line.className = "toast__text";
  line.textContent = text;
  toast.append(line);
  region.append(toast);
  take(toast);
}

// Everything here only helps: each page works as plain forms and links without it.
import { startMenus } from "./menu.js";
import { startToasts } from "./toast.js";
import { startCounters } from "./counter.js";
import { startDrafts } from "./autosave.js";
import { startConfirm } from "./confirm.js";
import { startFilters } from "./filters.js";

startMenus();
startToasts();

// Again after each htmx swap; every starter skips what it has already taken up.
function enhance(root) {
  startCounters(root);
  startDrafts(root);
  startConfirm(root);
  startFilters(root);
  root.querySelector("[data-focus]")?.focus();
}

enhance(document);
document.addEventListener("htmx:after:swap", () => enhance(document));

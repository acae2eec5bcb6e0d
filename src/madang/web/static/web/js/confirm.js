// data-dialog="id" opens that <dialog> instead of following the link; data-confirm="text" asks before a form is sent.
function ask(form, submitter) {
  const template = document.getElementById("confirm-dialog");
  if (!template) return Promise.resolve(window.confirm(form.dataset.confirm));
  template.querySelector("[data-confirm-text]").textContent = form.dataset.confirm;
  template.querySelector("[data-confirm-yes]").textContent = submitter?.textContent.trim() || "";
  template.returnValue = "";
  template.showModal();
  return new Promise((resolve) => {
    template.addEventListener("close", () => resolve(template.returnValue === "yes"), { once: true });
  });
}

export function startConfirm(root) {
  for (const opener of root.querySelectorAll("[data-dialog]:not([data-ready])")) {
    opener.dataset.ready = "";
    opener.addEventListener("click", (event) => {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog?.showModal) return;
      event.preventDefault();
      dialog.showModal();
    });
  }
  for (const form of root.querySelectorAll("form[data-confirm]:not([data-ready])")) {
    form.dataset.ready = "";
    form.addEventListener("submit", async (event) => {
      if (form.dataset.confirmed !== undefined) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      if (!(await ask(form, submitter))) return;
      form.dataset.confirmed = "";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    }, true);
  }
}

// form[data-filters]: send on change, and leave empty fields out of the address.
export function startFilters(root) {
  for (const form of root.querySelectorAll("form[data-filters]:not([data-ready])")) {
    form.dataset.ready = "";
    const tidy = () => {
      const empty = [...form.elements].filter((field) => field.name && !field.value && !field.disabled);
      empty.forEach((field) => { field.disabled = true; });
      setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
    };
    form.addEventListener("submit", tidy);
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
    });
    // With scripts a change is enough; without them the button stays.
    form.querySelectorAll("[data-filters-submit]").forEach((button) => button.classList.add("visually-hidden"));
  }
}

// Beside the proposal's form: one's own position, and a picture shown as soon as it is chosen. Both only help.
import { say } from "../web/js/toast.js";

function locate(box) {
  const button = box.querySelector("[data-locate-button]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    const done = () => button.removeAttribute("aria-busy");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        done();
        // Five decimals are a meter: more would say which room.
        for (const [name, value] of [["latitude", coords.latitude], ["longitude", coords.longitude]]) {
          const field = box.querySelector(`[name=${name}]`);
          field.value = value.toFixed(5);
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }
        say(box.dataset.found, "success");
      },
      () => { done(); say(box.dataset.failed, "warning"); },
      { timeout: 15000, maximumAge: 60000 },
    );
  });
}

document.querySelectorAll("[data-locate]").forEach(locate);

// Turns push on in this browser: permission, subscription, and telling the site of it.
const box = document.querySelector("[data-push]");

function bytes(key) {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

async function turnOn() {
  const registration = await navigator.serviceWorker.register(box.dataset.worker);
  await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(box.dataset.key),
  });
  const answer = await fetch(box.dataset.to, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": box.dataset.token },
    body: JSON.stringify(subscription),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  window.location.assign(told.url);
  window.location.reload();
}

function say(problem) {
  const place = box.querySelector("[data-push-trouble]");
  place.textContent = problem.name === "Error" ? problem.message : box.dataset.trouble;
  place.hidden = false;
}

if (box && "serviceWorker" in navigator && "PushManager" in window) {
  box.querySelector("[data-push-cannot]").hidden = true;
  box.querySelector("[data-push-off]").hidden = false;
  box.querySelector("[data-push-off] button").addEventListener("click", () => turnOn().catch(say));
}

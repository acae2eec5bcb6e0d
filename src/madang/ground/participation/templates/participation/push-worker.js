// Shows pushed notices, and opens what they tell of. Served at the root: see views/outside.py.
self.addEventListener("push", (event) => {
  let notice = {};
  try {
    notice = event.data.json();
  } catch {
    return;
  }
  const { title, body, url, tag, lang } = notice;
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, data: { url }, renotify: false }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});

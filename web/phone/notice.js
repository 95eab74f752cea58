// Draws attention to a ringing phone when another window is in front: the title, and a notification if that is allowed.

const supported = "Notification" in window;
const BELL = "☎";

export function mayAsk() {
  return supported && Notification.permission === "default";
}

export function ask() {
  return supported ? Notification.requestPermission() : Promise.resolve("denied");
}

export function attract(title, text) {
  const restore = ringInTitle(title);
  const shown = supported && Notification.permission === "granted" ? new Notification(title, { body: text, tag: "phone" }) : null;
  if (shown) shown.onclick = () => window.focus();
  return () => {
    restore();
    shown?.close();
  };
}

// Until undone, also when the page says meanwhile by its title what goes on: that is what it says afterwards.
function ringInTitle(title) {
  let said = "";
  const ring = () => {
    if (document.title.startsWith(BELL)) return;
    said = document.title;
    document.title = said.replace(/^[^·]*/, `${BELL} ${title} `).trim();
  };
  const watch = new MutationObserver(ring);
  watch.observe(document.querySelector("title"), { childList: true });
  ring();
  return () => {
    watch.disconnect();
    document.title = said;
  };
}

// Draws attention to a ringing phone when another window is in front: the title, and a notification if that is allowed.

const supported = "Notification" in window;

export function mayAsk() {
  return supported && Notification.permission === "default";
}

export function ask() {
  return supported ? Notification.requestPermission() : Promise.resolve("denied");
}

export function attract(title, text) {
  const before = document.title;
  document.title = `☎ ${title}`;
  const shown = supported && Notification.permission === "granted" ? new Notification(title, { body: text, tag: "phone" }) : null;
  if (shown) shown.onclick = () => window.focus();
  return () => {
    if (document.title.startsWith("☎")) document.title = before;
    shown?.close();
  };
}

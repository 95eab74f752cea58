// What is typed into the prescription is kept on the server: a second after the last key, and before the page or its
// content is left. What cannot be kept keeps the page.
"use strict";

const page = document.body.dataset;
const PAUSE = 1000; // milliseconds without a key
const AT_MOST = 4000; // while typing goes on
const PATIENCE = 10_000; // milliseconds; then it is tried again
let timer = 0;
let since = 0; // when the first key was pressed that is not on its way to the server; 0: none
let typed = 0; // how often something was typed …
let kept = 0; // … and how much of that is on the server
let failed = false; // the last try
let over = false; // the case is over: nobody takes our draft any more
let keeping = Promise.resolve(true); // one after another, so that the last one told is the last one typed

const form = () => document.getElementById("rx");
const unkept = () => Boolean(form()) && !over && typed > kept;

function say(text) {
  const place = document.getElementById("draft-state");
  if (place) place.textContent = text;
}

function warn() {
  const line = Object.assign(document.createElement("p"), { className: "notice bad unkept", textContent: page.stays });
  document.getElementById("notices").replaceChildren(line);
}

function post(keepalive = false) {
  const body = new URLSearchParams(new FormData(form()));
  body.delete("do");
  return fetch("/doctor/draft", { method: "POST", body, keepalive, signal: AbortSignal.timeout(PATIENCE) });
}

// True when there is nothing left to keep.
function keep() {
  clearTimeout(timer);
  keeping = keeping.then(tell);
  return keeping;
}

async function tell() {
  if (!unkept()) return true;
  const [ours, upTo] = [form(), typed];
  since = 0;
  say(page.keeping);
  try {
    const answer = await post();
    if (form() !== ours) return true; // it was sent with a button meanwhile, or its case has ended
    if (answer.status === 409) return ended();
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const said = await answer.json();
    if (form() !== ours) return true;
    [kept, failed] = [upTo, false];
    if (!unkept()) told(said);
    return true;
  } catch {
    if (form() !== ours) return true;
    failed = true;
    say(page.notKept);
    clearTimeout(timer);
    timer = setTimeout(keep, 3000);
    return false;
  }
}

function told({ kept: moment, judged, unread = {}, refused = {} }) {
  document.dispatchEvent(new CustomEvent("judged", { detail: judged }));
  document.dispatchEvent(new CustomEvent("unread", { detail: unread }));
  document.dispatchEvent(new CustomEvent("refused", { detail: refused }));
  say(page.kept.replace("%", moment));
  document.querySelectorAll("#notices .unkept").forEach((line) => line.remove());
}

function ended() {
  over = true;
  document.dispatchEvent(new CustomEvent("stale"));
  return true;
}

async function mayLeave() {
  while (unkept()) {
    if (await keep()) continue;
    warn();
    return false;
  }
  return true;
}

document.addEventListener("input", (event) => {
  if (event.target.form?.id !== "rx") return;
  typed += 1;
  since ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(keep, Math.max(0, Math.min(PAUSE, since + AT_MOST - Date.now())));
});
document.addEventListener("content", () => {
  clearTimeout(timer); // what was sent with a button is kept by it
  [since, typed, kept, failed, over] = [0, 0, 0, false, false];
});

// ---- before it is left -----------------------------------------------------------------------------------------------

document.addEventListener("leave", ({ detail }) => detail.push(mayLeave()));

// A link to another page, or a sign-out, waits until all is kept.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]:not([target], [data-swap], [download], [href^='#'])");
  if (!link || !unkept() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await mayLeave()) link.click();
}, { capture: true });
document.addEventListener("submit", async (event) => {
  if (!unkept() || event.target.id === "rx" || "quiet" in event.target.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await mayLeave()) event.target.requestSubmit(event.submitter);
}, { capture: true });
addEventListener("beforeunload", (event) => {
  if (!unkept()) return;
  if (failed) event.preventDefault(); // the browser asks
  post(true).catch(() => {});
});
document.addEventListener("visibilitychange", () => document.hidden && unkept() && post(true).catch(() => {}));

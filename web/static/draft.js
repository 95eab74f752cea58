// What is typed into the prescription is kept on the server: a second after the last key, and before the page is left.
"use strict";

const page = document.body.dataset;
const PAUSE = 1000; // milliseconds without a key
const AT_MOST = 4000; // while typing goes on
let timer = 0;
let since = 0; // when the first key was pressed that is not kept yet; 0: all is kept
let over = false; // the case is over: nobody takes our draft any more

const form = () => document.getElementById("rx");

function say(text) {
  const place = document.getElementById("draft-state");
  if (place) place.textContent = text;
}

function body() {
  const typed = new URLSearchParams(new FormData(form()));
  typed.delete("do");
  return typed;
}

async function keep(keepalive = false) {
  clearTimeout(timer);
  if (!since || over || !form()) return;
  const begun = since;
  since = 0;
  if (!keepalive) say(page.keeping);
  try {
    const answer = await fetch("/doctor/draft", { method: "POST", body: body(), keepalive });
    over = answer.status === 409;
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const { kept, judged } = await answer.json();
    if (!since) document.dispatchEvent(new CustomEvent("judged", { detail: judged }));
    if (!since) say(page.kept.replace("%", kept));
  } catch {
    if (over) return;
    since ||= begun;
    say(page.notKept);
    timer = setTimeout(keep, 3000);
  }
}

document.addEventListener("input", (event) => {
  if (event.target.form?.id !== "rx") return;
  since ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(keep, Math.max(0, Math.min(PAUSE, since + AT_MOST - Date.now())));
});
document.addEventListener("content", () => {
  clearTimeout(timer); // what was sent with a button is kept by it
  [since, over] = [0, false];
});

// A link or a sign-out waits until all is kept.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]:not([target])");
  if (!link || !since || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await keep();
  since = 0;
  link.click();
}, { capture: true });
document.addEventListener("submit", async (event) => {
  if (!since || event.target.id === "rx" || "quiet" in event.target.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await keep();
  since = 0;
  event.target.requestSubmit(event.submitter);
}, { capture: true });
addEventListener("beforeunload", () => keep(true));
document.addEventListener("visibilitychange", () => document.hidden && keep(true));

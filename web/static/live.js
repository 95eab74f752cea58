// Looks again when the server says so, and keeps the page while its content changes: a telephone in it must not be cut
// off by a button. Every page works without this script. Other scripts hear on the document: `leave` before content is
// left by a link or by Back (whoever keeps something of it adds a promise of whether it may go), `fresh` with a page that
// has come for this one, and `content` when its content is there. They say `stale` when the server knows better than the page.
"use strict";

const page = document.body.dataset;
const PATIENCE = 10_000; // milliseconds; a look that is lost on the way must not keep the next one waiting
let leaving = false; // a form is on its way: do not pull the content from under it
let looking = null; // the look that is under way …
let missed = false; // … and whether something has happened since it asked
let shown = here(); // the address of the content

function here() {
  return location.pathname + location.search;
}

// What an event's kind means, in the language of the page.
const meaning = (kind) => ({ doctor_missed: page.doctorMissed, patient_absent: page.patientAbsent })[kind];

function notice(text, kind) {
  const place = document.getElementById("notices");
  if (!place || !text) return;
  const line = document.createElement("p");
  line.className = `notice ${kind}`;
  line.textContent = text;
  place.replaceChildren(line);
}

function clearNotice(kind) {
  document.querySelectorAll(`#notices .${kind}`).forEach((line) => line.remove());
}

async function ask(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store", ...options });
  if (answer.redirected && new URL(answer.url).pathname === "/login") {
    location.assign("/login");
    throw new Error("signed out");
  }
  return { answer, fresh: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

async function look(address) {
  return (await lookAround(address)).fresh;
}

// And where it stands, after redirects.
async function lookAround(address) {
  const { answer, fresh } = await ask(address, { signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(answer.statusText);
  return { fresh, stands: answer.url };
}

// ---- new content -----------------------------------------------------------------------------------------------------

function replaceBar(fresh) {
  const [before, bar] = [document.getElementById("now"), fresh.getElementById("now")];
  if (!before || !bar) return;
  const focused = before.contains(document.activeElement) && document.activeElement;
  before.replaceWith(document.adoptNode(bar));
  // Never on whichever button comes first: it may hang up, and the hand is still on Enter.
  if (focused) (bar.querySelector(`[formaction="${focused.getAttribute("formaction")}"]`) ?? bar).focus();
}

function replaceContent(fresh) {
  const before = document.getElementById("content");
  const content = document.adoptNode(fresh.getElementById("content"));
  const focused = before.contains(document.activeElement) && document.activeElement.id;
  before.replaceWith(content);
  document.title = fresh.title;
  if (content.dataset.case !== before.dataset.case) scrollTo(0, 0);
  document.querySelector("nav.menu")?.replaceWith(document.adoptNode(fresh.querySelector("nav.menu") ?? document.createElement("nav")));
  const same = focused ? document.getElementById(focused) : null;
  const seen = same?.closest("details:not([open])")?.querySelector("summary") ?? same;
  (content.querySelector("[data-focus], #problems") ?? seen)?.focus();
  shown = here();
  document.dispatchEvent(new CustomEvent("content"));
}

function show(fresh) {
  document.dispatchEvent(new CustomEvent("fresh", { detail: fresh }));
  replaceBar(fresh);
  replaceContent(fresh);
}

async function mayLeave() {
  const answers = [];
  document.dispatchEvent(new CustomEvent("leave", { detail: answers }));
  return (await Promise.all(answers)).every(Boolean);
}

// What stands at this address; null when the page must stay. Asked twice: typing goes on while we wait for the answer.
async function instead(address) {
  if (!(await mayLeave())) return null;
  const there = await lookAround(address);
  return (await mayLeave()) ? there : null;
}

// ---- looking again ---------------------------------------------------------------------------------------------------

// One look at a time: a second answer would take away what was typed into the first one's form.
async function lookAgain(kinds = []) {
  if (leaving) return;
  notice(meaning(kinds.find(meaning)), "bad");
  missed = true;
  looking ??= lookUntilNothingIsMissed().finally(() => {
    looking = null;
  });
  await looking;
}

async function lookUntilNothingIsMissed() {
  while (missed && !leaving) {
    missed = false;
    await lookAtBar();
  }
}

const paused = (bar) => ["paused", "offline"].includes(bar.dataset.state);
const barred = (bar) => "barred" in bar.dataset; // not verified: neither Ready nor a signature
const busy = (bar) => ["talking", "writing"].includes(bar.dataset.state);
const isOther = (bar) => bar.dataset.case !== document.getElementById("content").dataset.case;

async function lookAtBar() {
  const fresh = await look(page.bar);
  const [bar, before] = [fresh.getElementById("now"), document.getElementById("now")];
  if (!bar || leaving) return;
  if (isOther(bar)) return lookAtOther(bar);
  const differs = (what) => what(bar) !== what(before);
  const changed = [paused, busy, barred, ({ dataset }) => dataset.wrap].some(differs);
  if (bar.dataset.case === "0" && changed) await lookAtWhole();
  replaceBar(fresh);
  document.title = document.title.replace(/^[^·]*/, `${bar.querySelector("strong").textContent.trim()} `);
}

// Another patient, or none any more: everything below the bar is different.
async function lookAtOther(bar) {
  const fresh = await look(page.home);
  if (leaving || !isOther(bar)) return; // somebody pressed a button or a link meanwhile
  history.replaceState(null, "", page.home);
  show(fresh);
}

async function lookAtWhole() {
  const address = shown;
  const fresh = await look(address);
  if (!leaving && address === shown && fresh.getElementById("content")) replaceContent(fresh);
}

document.addEventListener("stream", ({ detail: { state, kinds } }) => {
  if (state === "lost") return leaving || notice(page.offline, "lost");
  clearNotice("lost");
  lookAgain(kinds).catch(() => {});
});
document.addEventListener("stale", () => lookAgain().catch(() => {}));

// ---- buttons and links that keep the page ------------------------------------------------------------------------------

function fields(form, button) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.append(button.name, button.value);
  return body;
}

// In a form with data-quiet: press, say what the answer says, and look at what has become of it.
async function press(form, button) {
  const { fresh } = await ask(button.formAction, { method: "POST", body: fields(form, button) });
  document.getElementById("notices").replaceChildren(...(fresh.getElementById("notices")?.childNodes ?? []));
  await lookAgain();
}

// In a form with data-swap: the answer's content takes the place of ours.
async function send(form, button) {
  leaving = true;
  try {
    const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
    const { answer, fresh } = await ask(address, { method: "POST", body: fields(form, button) });
    clearNotice("lost");
    // An error's page does not take the form away: what was typed stays before the doctor.
    if (!("case" in fresh.getElementById("content").dataset)) {
      return notice(fresh.querySelector("#content .lead")?.textContent, "bad");
    }
    if (answer.redirected) history.replaceState(null, "", answer.url);
    show(fresh);
  } finally {
    leaving = false;
    lookAgain().catch(() => {});
  }
}

document.addEventListener("submit", async (event) => {
  if (event.defaultPrevented) return;
  const [form, button] = [event.target, event.submitter];
  const work = "quiet" in form.dataset ? press : "swap" in form.dataset ? send : null;
  if (!work) {
    leaving = true;
    return;
  }
  event.preventDefault();
  if (leaving || form.dataset.busy) return;
  form.dataset.busy = "yes";
  try {
    await work(form, button);
  } catch {
    notice(page.offline, "lost");
  } finally {
    delete form.dataset.busy;
  }
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  try {
    const there = await instead(link.href);
    if (!there) return;
    if (there.stands === location.href) return show(there.fresh); // the same, in another language
    history.pushState(null, "", there.stands);
    show(there.fresh);
    scrollTo(0, 0);
  } catch {
    notice(page.offline, "lost");
  }
});

addEventListener("popstate", async () => {
  if (here() === shown) return;
  try {
    const there = await instead(here());
    if (there) return show(there.fresh);
  } catch {
    notice(page.offline, "lost");
  }
  history.pushState(null, "", shown); // the page stays, and so does its address
});

setInterval(() => lookAgain().catch(() => {}), 60_000); // waits grow without any event

// The desk without reloading: pages and forms of the desk come into the page that is open, so that a telephone in it
// goes on talking; what others do appears by itself; "/" goes to the search. Without this script everything works, too.
"use strict";

const words = document.body.dataset;
const OURS = /^\/operator(\/|$)/; // addresses that come into this page
const main = () => document.getElementById("content");

function notice(kind, ...content) {
  const line = document.createElement("p");
  line.className = `notice ${kind}`;
  line.append(...content);
  document.getElementById("notices").replaceChildren(line);
}

function quiet(kind) {
  document.querySelectorAll(`#notices .${kind}`).forEach((line) => line.remove());
}

// ---- coming and going ------------------------------------------------------------------------------------------------

async function fetched(address, post) {
  const answer = await fetch(address, { ...post, headers: { Accept: "text/html" }, cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { address: answer.url, fresh, stays: Boolean(post) && !answer.redirected };
}

// `places`: ids of the parts around what was pressed, the innermost first.
async function come(address, post, back = false, places = []) {
  try {
    const came = await fetched(address, post);
    const there = new URL(came.address);
    if (!OURS.test(there.pathname)) return location.assign(came.address);
    if (!came.fresh.querySelector("main.desk")) return notice("bad", came.fresh.querySelector("h1")?.textContent ?? "");
    if (!back && !came.stays && came.address !== location.href) {
      history[post && samePlace(there) ? "replaceState" : "pushState"]({}, "", came.address);
    }
    show(came.fresh, there.hash ? [there.hash.slice(1)] : places, back);
  } catch {
    notice("lost", words.offline);
  }
}

const samePlace = (there) => there.pathname === location.pathname;

function show(fresh, places, back) {
  document.dispatchEvent(new CustomEvent("fresh", { detail: fresh })); // the words around (tongue.js)
  document.title = fresh.title;
  for (const part of ["main.desk", "nav.menu"]) {
    const [now, next] = [document.querySelector(part), fresh.querySelector(part)];
    if (now && next) now.replaceWith(document.adoptNode(next));
  }
  document.getElementById("notices").replaceChildren();
  document.getElementById("find").value = fresh.getElementById("find").value;
  const invalid = main().querySelector("[aria-invalid=true]");
  const place = invalid ?? places.map((id) => document.getElementById(id)).find(Boolean);
  if (place) place.scrollIntoView({ block: "nearest" });
  else if (!back) scrollTo(0, 0);
  (place?.matches("input, textarea, select, [tabindex]") ? place : main()).focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const there = new URL(link.href);
  if (there.origin !== location.origin || !(OURS.test(there.pathname) || "swap" in link.dataset)) return;
  if (there.hash && samePlace(there)) return;
  event.preventDefault();
  come(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const address = new URL(event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action);
  if (event.defaultPrevented || !OURS.test(address.pathname)) return;
  event.preventDefault();
  if (form.dataset.sending) return; // pressed twice
  form.dataset.sending = "yes";
  const typed = new URLSearchParams(new FormData(form, event.submitter));
  const done = () => delete form.dataset.sending;
  if (form.method === "get") come(`${address.pathname}?${typed}`).finally(done);
  else come(address, { method: "POST", body: typed }, false, around(form)).finally(done);
});

function around(form) {
  const parts = [];
  for (let part = form; part; part = part.parentElement.closest("[id][tabindex]")) parts.push(part.id);
  return parts.filter((id) => id && id !== "content");
}

addEventListener("popstate", () => come(location.href, undefined, true));

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.getElementById("find").select();
});

// ---- looking again ---------------------------------------------------------------------------------------------------

// A part in which somebody works is left as it is.
const within = (part) => part !== document.activeElement && part.contains(document.activeElement);
const busy = (part) => within(part) || part.querySelector("details[open], [data-sending]");

const CALM = 2000; // milliseconds between two looks at what happens to others: each one is audited
let next = 0;
let planned = 0;

function lookSoon() {
  if (planned) return;
  planned = setTimeout(() => lookAgain().catch(() => {}), Math.max(0, next - Date.now()));
}

async function lookAgain() {
  clearTimeout(planned);
  planned = 0;
  next = Date.now() + CALM;
  const here = location.href;
  if (!document.querySelector("[data-live]")) return;
  const { address, fresh } = await fetched(here);
  if (new URL(address).pathname === "/login") return location.assign("/login");
  if (here !== location.href) return; // they went on meanwhile
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(part.id);
    if (now && !busy(part) && now.innerHTML !== part.innerHTML) part.replaceChildren(...now.childNodes);
  }
}

function somebodyRings() {
  if (location.pathname === "/operator") return;
  const link = document.createElement("a");
  link.href = "/operator";
  link.textContent = words.rings;
  notice("care", link);
}

document.addEventListener("stream", ({ detail: { state, kinds } }) => {
  if (state === "lost") return notice("lost", words.offline);
  if (state === "open") quiet("lost");
  if (kinds.includes("caller_left")) quiet("care");
  if (kinds.includes("caller")) somebodyRings();
  if (state === "open" || kinds.some((kind) => kind.startsWith("caller"))) lookAgain().catch(() => {});
  else lookSoon();
});

// The papers that the patient has sent: the list is renewed when one comes, or was asked for, and nothing else of the page.
"use strict";

async function renew(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store", ...options });
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("records");
  const before = document.getElementById("records"); // as it is now: the patient may have changed meanwhile
  if (!fresh || !before || caseOf(fresh) !== caseOf(before)) return;
  const focused = before.contains(document.activeElement);
  for (const open of before.querySelectorAll("details[open]")) keepOpen(open, fresh);
  before.replaceWith(document.adoptNode(fresh));
  if (focused) fresh.querySelector("button").focus();
}

const caseOf = (list) => list.querySelector("[name=consultation]").value;

// What the doctor is reading stays before them: the very same pictures, not asked for again.
function keepOpen(open, fresh) {
  const again = [...fresh.querySelectorAll("details")].find((each) => each.dataset.record === open.dataset.record);
  if (open.dataset.record) again?.replaceWith(open);
  else if (again) again.open = true;
}

document.addEventListener("stream", ({ detail: { state, kinds } }) => {
  const told = state === "open" || kinds.includes("record");
  if (told && document.getElementById("records")) renew("/doctor/records").catch(() => {});
});

// Before live.js hears of it: this form does not leave the page.
const ask = (event) => {
  if (!("records" in event.target.dataset)) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target));
  renew(event.target.action, { method: "POST", body }).catch(() => {});
};
document.addEventListener("submit", ask, { capture: true });

// The papers that the patient has sent: the list is renewed when one comes, or was asked for, and nothing else of the page.
"use strict";

async function renew(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store", ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [before, fresh] = [document, page].map((where) => where.getElementById("records"));
  if (!answer.ok || !fresh) throw new Error(answer.statusText);
  if (!before || caseOf(fresh) !== caseOf(before)) return; // the patient may have changed meanwhile
  const [said, says] = [before, fresh].map((list) => list.querySelector("[aria-live]"));
  if (options.method || said.innerHTML !== says.innerHTML) said.replaceChildren(...document.adoptNode(says).childNodes);
  replaceSent(before.querySelector(".sent"), document.adoptNode(fresh.querySelector(".sent")));
}

const caseOf = (list) => list.querySelector("[name=consultation]").value;

// What the doctor is reading stays before them: the very same pictures, not asked for again (each look is audited).
function replaceSent(before, fresh) {
  const focused = before.contains(document.activeElement) && document.activeElement;
  const paper = focused && focused.closest("details");
  for (const open of before.querySelectorAll("details[open]")) keepOpen(open, fresh);
  before.replaceWith(fresh);
  if (!focused) return;
  // Never on the button below: it sends an SMS, and the hand is still on Enter.
  const again = fresh.contains(focused) ? focused : same(paper, fresh)?.querySelector("summary");
  (again ?? fresh).focus({ preventScroll: true });
}

function keepOpen(open, fresh) {
  const again = same(open, fresh);
  if (open.dataset.record) again?.replaceWith(open);
  else if (again) again.open = true;
}

// Those of visits before have no number of their own.
const same = (details, fresh) =>
  [...fresh.querySelectorAll("details")].find((each) => each.dataset.record === details?.dataset.record);

document.addEventListener("stream", ({ detail: { state, kinds } }) => {
  const told = state === "open" || kinds.includes("record");
  if (told && document.getElementById("records")) renew("/doctor/records").catch(() => {});
});

// Before live.js hears of it: this form does not leave the page.
async function ask(event) {
  const form = event.target;
  if (!("records" in form.dataset)) return;
  event.preventDefault();
  if (form.dataset.busy) return; // each press is an SMS
  form.dataset.busy = "yes";
  try {
    await renew(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  } catch {
    document.querySelector("#records [aria-live]").textContent = form.dataset.lost;
  } finally {
    delete form.dataset.busy;
  }
}
document.addEventListener("submit", ask, { capture: true });

// The panel's only script: looks again when the server says so, and makes typing medicines quicker.
// Every page works without it.
"use strict";

const page = document.body.dataset;
let leaving = false; // a form is on its way to the server: do not pull the page from under it

// ---- looking again -------------------------------------------------------------------------------------------------

// What an event's kind means, in the doctor's language.
const NOTICES = { doctor_missed: page.doctorMissed, patient_absent: page.patientAbsent };

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

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.redirected && new URL(answer.url).pathname === "/login") location.assign("/login");
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function lookAgain(kinds = []) {
  if (leaving) return;
  const told = kinds.find((kind) => NOTICES[kind]);
  notice(NOTICES[told], "bad");
  if (page.page === "doctor") await lookAtDoctor(told);
  else await lookAtWhole();
}

async function lookAtDoctor(told) {
  const fresh = (await fetched("/doctor/now")).getElementById("now");
  const main = document.getElementById("content");
  if (!fresh || leaving) return;
  const before = document.getElementById("now");
  const paused = (bar) => ["paused", "offline"].includes(bar.dataset.state);
  // Another patient, or none any more: everything below the bar is different.
  if (fresh.dataset.case !== main.dataset.case) {
    leaving = true;
    location.assign(told ? `/doctor?told=${told}` : "/doctor");
    return;
  }
  if (fresh.dataset.case === "0" && paused(fresh) !== paused(before)) await lookAtWhole();
  const focused = before.contains(document.activeElement);
  before.replaceWith(document.adoptNode(fresh));
  if (focused) fresh.querySelector("button")?.focus();
  document.title = document.title.replace(/^[^·]*/, `${fresh.querySelector("strong").textContent.trim()} `);
}

async function lookAtWhole() {
  const fresh = (await fetched(location.href)).getElementById("content");
  if (fresh && !leaving) document.getElementById("content").replaceWith(document.adoptNode(fresh));
}

function listen() {
  const events = new EventSource("/events");
  events.onopen = () => {
    document.body.dataset.live = "yes"; // from here on nothing is missed
    clearNotice("lost");
    lookAgain().catch(() => {});
  };
  events.onmessage = (event) => {
    lookAgain(event.data.split(" ")).catch(() => {});
  };
  events.onerror = () => {
    delete document.body.dataset.live;
    if (leaving) return;
    notice(page.offline, "lost");
    // The browser tries again by itself unless it was refused: then we do, and land at the login if that is why.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => lookAgain().catch(() => {}).then(listen), 3000);
  };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("quiet" in form.dataset)) {
    leaving = true;
    if (new URL(form.action).pathname === "/logout") forgetDrafts();
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  button.disabled = true;
  try {
    await fetch(button.formAction, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    document.getElementById("notices").replaceChildren();
    await lookAgain();
  } catch {
    notice(page.offline, "lost");
  } finally {
    button.disabled = false;
  }
});

// ---- what is typed survives a reload (in this tab only, until it is signed) ----------------------------------------

const rx = document.getElementById("rx");
const draftKey = (number) => `draft:${number}`;

function forgetDrafts(except) {
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith("draft:") && key !== except)
    .forEach((key) => sessionStorage.removeItem(key));
}

function typed() {
  return [...new FormData(rx)].filter(([name]) => !["csrf", "consultation", "do"].includes(name));
}

function restore(entries) {
  const columns = {};
  for (const [name, value] of entries) (columns[name] ??= []).push(value);
  while (document.querySelectorAll("#rows .row").length < (columns.generic ?? []).length) addRow();
  for (const [name, values] of Object.entries(columns)) {
    const fields = [...rx.elements].filter((field) => field.name === name && field.matches("input, textarea"));
    fields.forEach((field, place) => (field.value = values[place] ?? ""));
  }
}

function keepDraft() {
  const key = draftKey(rx.dataset.draft);
  forgetDrafts(key);
  const before = sessionStorage.getItem(key);
  const fresh = typed().every(([name, value]) => value === "" || name === "patient_name");
  if (before && fresh) restore(JSON.parse(before));
  rx.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify(typed())));
}

// ---- medicines -----------------------------------------------------------------------------------------------------

let formulary = {};

function field(row, name) {
  return row.querySelector(`[name="${name}"]`);
}

function offer(input, id, values) {
  let list = document.getElementById(id);
  if (!list) {
    list = document.createElement("datalist");
    list.id = id;
    rx.append(list);
  }
  list.replaceChildren(...values.map((value) => Object.assign(document.createElement("option"), { value })));
  input.setAttribute("list", id);
  if (values.length !== 1 || input.value) return;
  // The only choice is filled in; whoever is just on the way into the field types over it.
  input.value = values[0];
  input.addEventListener("focus", () => input.select(), { once: true });
}

function strengthsOf(drug, form) {
  const pairs = drug.pairs.filter(([made]) => !form || made === form).map(([, strength]) => strength);
  return drug.pairs.length ? [...new Set(pairs)] : drug.strengths;
}

function dress(row) {
  const drug = formulary[field(row, "generic").value.trim().toLowerCase()];
  row.querySelectorAll(".list, .hint").forEach((part) => part.remove());
  if (!drug) return;
  const place = [...document.querySelectorAll("#rows .row")].indexOf(row);
  offer(field(row, "form"), `forms-${place}`, drug.forms);
  offer(field(row, "strength"), `strengths-${place}`, strengthsOf(drug, field(row, "form").value));
  const chip = document.createElement("span");
  chip.className = `list list-${drug.list}`;
  chip.textContent = drug.list === "prohibited" ? "✕" : drug.list;
  chip.title = page[`list${drug.list[0].toUpperCase()}${drug.list.slice(1)}`];
  field(row, "generic").after(chip);
  // The rules decide at the signature; this only spares a doctor from writing what they will refuse (T3).
  const free = drug.list === "O" || (drug.list !== "prohibited" && "followUp" in rx.dataset);
  if (!free && !row.querySelector(".problem")) {
    row.append(Object.assign(document.createElement("p"), { className: "hint", textContent: chip.title }));
  }
}

function number(row, place) {
  row.querySelectorAll(".field").forEach((cell) => {
    const input = cell.querySelector("input");
    input.id = `medicines.${place}.${input.name}`;
    cell.querySelector("label").htmlFor = input.id;
  });
}

function addRow() {
  const rows = document.getElementById("rows");
  const row = rows.lastElementChild.cloneNode(true);
  row.querySelectorAll(".problem, .hint, .list").forEach((part) => part.remove());
  row.querySelectorAll("input").forEach((input) => {
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  });
  field(row, "form").setAttribute("list", "forms");
  field(row, "strength").removeAttribute("list");
  number(row, rows.children.length);
  rows.append(row);
  return row;
}

function removable(row) {
  if (row.querySelector(".remove")) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "remove", textContent: "×" });
  button.setAttribute("aria-label", page.remove);
  row.append(button);
}

function removeRow(row) {
  const rows = document.getElementById("rows");
  if (rows.children.length === 1) addRow();
  row.remove();
  [...rows.children].forEach(number);
  rx.dispatchEvent(new Event("input"));
}

async function easyRows() {
  const rows = document.getElementById("rows");
  [...rows.children].forEach(removable);
  rx.querySelector(".add").addEventListener("click", (event) => {
    event.preventDefault();
    field(addRow(), "generic").focus();
  });
  rows.addEventListener("click", (event) => event.target.matches(".remove") && removeRow(event.target.closest(".row")));
  rows.addEventListener("change", (event) => event.target.matches("[name=generic], [name=form]") && dress(event.target.closest(".row")));
  rx.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });
  formulary = await (await fetch("/doctor/formulary.json")).json();
  [...rows.children].forEach(dress);
}

// ---- beginning -----------------------------------------------------------------------------------------------------

if (rx) {
  keepDraft();
  easyRows().catch(() => {});
  document.getElementById("problems")?.focus();
} else {
  forgetDrafts();
}
listen();

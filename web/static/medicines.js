// Typing medicines: rows come and go, names are offered from the formulary, forms and strengths that belong together.
"use strict";

const page = document.body.dataset;
const OFFERED = 8;
const GAP = 8; // px between the list and where the screen ends
let drugs = {};
let used = []; // [generic, form, strength, frequency, days], newest first
let choices = []; // every form of every medicine in every strength that it is made in
let shown = []; // what the open list offers
let marked = -1;

const rows = () => document.getElementById("rows");
const field = (row, name) => row.querySelector(`[name="${name}"]`);
const rowOf = (element) => element.closest?.("#rows .row");

// ---- what there is -----------------------------------------------------------------------------------------------------

function learn(formulary) {
  ({ drugs, used } = formulary);
  const recent = new Map(used.map((one, place) => [one.slice(0, 3).join("|"), place]));
  choices = Object.entries(drugs).flatMap(([generic, drug]) =>
    drug.made.map(([form, strength, fit]) => {
      const place = recent.get([generic, form, strength].join("|")) ?? Infinity;
      const words = [generic, form, strength, ...drug.names].join(" ").split(/[\s/+]+/);
      return { generic, form, strength, fit, list: drug.lists[form], place, words, names: [generic, ...drug.names] };
    }),
  );
}

// Every typed word begins a word of the choice: "para syr" finds the syrup, "Tab. acetam 500mg" the tablet. First the
// medicine whose whole name was typed; then what a patient of this age takes (core/rules/formulary/taken_by.py), what
// this doctor used last, and what begins so; the formulary's order decides the rest.
function matching(text) {
  const typed = text.toLowerCase().replace(/(\d)(?=[a-z])/g, "$1 ").replace(/\.(?=\s|$)/g, "").split(/\s+/).filter(Boolean);
  const fits = ({ words }) => typed.every((part) => words.some((word) => word.startsWith(part)));
  const whole = ({ names }) => !names.includes(text.trim().toLowerCase());
  const begins = ({ generic }) => !(typed.length && generic.startsWith(typed[0]));
  const near = typed.length ? choices.filter(fits) : choices.filter(({ place }) => place < Infinity);
  const keys = (one) => [whole(one), one.fit, Math.min(one.place, used.length), begins(one)];
  const order = (a, b) => keys(a).map((key, at) => key - keys(b)[at]).find(Boolean) ?? 0;
  return near.sort(order).slice(0, OFFERED);
}

// ---- the list under a name ---------------------------------------------------------------------------------------------

function close() {
  document.getElementById("offer")?.remove();
  document.querySelectorAll("[role=combobox][aria-expanded=true]").forEach((input) => {
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  });
  [shown, marked] = [[], -1];
}

function option(choice, place) {
  const line = Object.assign(document.createElement("li"), { id: `offer-${place}` });
  line.setAttribute("role", "option");
  line.dataset.place = place;
  const name = Object.assign(document.createElement("strong"), { textContent: choice.generic });
  const last = choice.place < Infinity ? ` · ${page.lastUsed}` : "";
  const list = Object.assign(document.createElement("span"), { className: `list list-${choice.list}` });
  list.textContent = choice.list === "prohibited" ? "✕" : choice.list;
  line.append(name, ` ${choice.form} ${choice.strength}${last} `, list);
  return line;
}

function open(input) {
  close();
  shown = matching(input.value);
  if (!shown.length) return;
  const list = Object.assign(document.createElement("ul"), { id: "offer" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.append(...shown.map(option));
  input.after(list);
  input.setAttribute("aria-expanded", "true");
  keepInSight(list, input);
}

// Below the name, or above it where there is more room before the screen (or a keyboard on it) ends; no higher than that.
function keepInSight(list, input) {
  const { top, height } = list.getBoundingClientRect();
  const below = visualViewport.offsetTop + visualViewport.height - top;
  if (height <= below) return;
  const above = input.closest(".field").getBoundingClientRect().top - document.getElementById("now").getBoundingClientRect().bottom;
  if (above > below) list.className = "above";
  list.style.maxHeight = `${Math.max(above, below) - GAP}px`;
}

function mark(input, place) {
  marked = (place + shown.length) % shown.length;
  document.querySelectorAll("#offer [role=option]").forEach((line, at) => {
    line.setAttribute("aria-selected", String(at === marked));
    if (at === marked) line.scrollIntoView({ block: "nearest" });
  });
  input.setAttribute("aria-activedescendant", `offer-${marked}`);
}

function choose(input, place) {
  const [row, choice] = [rowOf(input), shown[place]];
  const before = used[choice.place];
  close();
  for (const name of ["generic", "form", "strength"]) field(row, name).value = choice[name];
  if (before && !field(row, "frequency").value) field(row, "frequency").value = before[3];
  if (before && !field(row, "days").value) field(row, "days").value = before[4];
  dress(row);
  const next = ["frequency", "days", "instructions"].map((name) => field(row, name)).find((one) => !one.value);
  next?.focus();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

// ---- what goes with a name -----------------------------------------------------------------------------------------------

function offer(input, id, values) {
  let list = document.getElementById(id);
  if (!list) {
    list = Object.assign(document.createElement("datalist"), { id });
    input.form.append(list);
  }
  list.replaceChildren(...values.map((value) => Object.assign(document.createElement("option"), { value })));
  input.setAttribute("list", id);
  if (values.length !== 1 || input.value) return;
  // The only choice is filled in; whoever is just on the way into the field types over it.
  input.value = values[0];
  input.addEventListener("focus", () => input.select(), { once: true });
}

function dress(row) {
  const typed = field(row, "generic").value.trim().toLowerCase();
  const drug = drugs[typed] ?? Object.values(drugs).find(({ names }) => names.includes(typed));
  row.querySelectorAll(".col-generic > .list").forEach((part) => part.remove());
  if (!drug) return;
  const [place, form] = [[...rows().children].indexOf(row), field(row, "form").value];
  const made = drug.made.filter((pair) => !form || pair[0] === form);
  offer(field(row, "form"), `forms-${place}`, drug.forms);
  offer(field(row, "strength"), `strengths-${place}`, [...new Set(made.map((pair) => pair[1]))]);
  const list = drug.lists[form] ?? drug.list; // an injection may be in another one than the cream
  const chip = Object.assign(document.createElement("span"), { className: `list list-${list}` });
  chip.textContent = list === "prohibited" ? "✕" : list;
  chip.title = page[`list${list[0].toUpperCase()}${list.slice(1)}`];
  field(row, "generic").after(chip);
}

// ---- rows ----------------------------------------------------------------------------------------------------------------

function number(row, place) {
  row.querySelectorAll(".field").forEach((cell) => {
    const input = cell.querySelector("input, select");
    input.id = `medicines.${place}.${input.name}`;
    cell.querySelector("label").htmlFor = input.id;
  });
  row.querySelector(".judged").id = `medicines.${place}.judged`;
  for (const [name, parts] of [["id", ".words p"], ["aria-describedby", "[aria-describedby]"]]) {
    row.querySelectorAll(parts).forEach((part) => part.setAttribute(name, part.getAttribute(name).replace(/^medicines\.\d+/, `medicines.${place}`)));
  }
}

function addRow() {
  const row = rows().lastElementChild.cloneNode(true);
  row.querySelectorAll(".problem, .list, #offer").forEach((part) => part.remove());
  row.querySelectorAll(".judged, .words").forEach((part) => part.replaceChildren());
  row.querySelector(".col-acknowledged").hidden = true;
  row.querySelectorAll("input, select").forEach((input) => {
    input.value = "";
    delete input.dataset.words;
    input.removeAttribute("aria-invalid");
    if (input.name !== "acknowledged") input.removeAttribute("aria-describedby");
  });
  field(row, "form").setAttribute("list", "forms");
  field(row, "strength").removeAttribute("list");
  number(row, rows().children.length);
  rows().append(row);
  return row;
}

// Who works by keyboard goes on with the row that takes its place, or adds another one.
function removeRow(row) {
  if (rows().children.length === 1) equip(addRow());
  const next = row.nextElementSibling;
  row.remove();
  [...rows().children].forEach(number);
  field(rows().lastElementChild, "generic").dispatchEvent(new Event("input", { bubbles: true }));
  (next ? field(next, "generic") : rows().closest("form").querySelector(".add")).focus();
  close();
}

function equip(row) {
  const input = field(row, "generic");
  input.removeAttribute("list"); // ours is better
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "offer", "aria-autocomplete": "list" })) {
    input.setAttribute(name, value);
  }
  if (!row.querySelector(".remove")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "remove", textContent: "×" });
    button.setAttribute("aria-label", page.remove);
    row.append(button);
  }
  dress(row);
}

const dressAll = () => [...(rows()?.children ?? [])].forEach(equip);

// ---- what the doctor does --------------------------------------------------------------------------------------------------

const isName = (element) => element.matches?.("#rows [name=generic]");

document.addEventListener("input", ({ target }) => isName(target) && target === document.activeElement && open(target));
document.addEventListener("focusin", ({ target }) => (isName(target) && !target.value ? open(target) : isName(target) || close()));
document.addEventListener("change", ({ target }) => target.matches?.("#rows [name=generic], #rows [name=form]") && dress(rowOf(target)));
document.addEventListener("mousedown", (event) => {
  const line = event.target.closest?.("#offer [role=option]");
  if (!line) return close();
  event.preventDefault(); // the name keeps the focus
  choose(document.getElementById("offer").previousElementSibling, Number(line.dataset.place));
});
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (!target.matches?.(".rx input, input[form=rx]")) return;
  if (isName(target) && (key === "ArrowDown" || key === "ArrowUp")) {
    if (!shown.length) open(target);
    if (shown.length) mark(target, marked + (key === "ArrowDown" ? 1 : marked < 0 ? 0 : -1));
    event.preventDefault();
  } else if (key === "Escape" || key === "Tab") {
    close();
  } else if (key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault(); // never sends the form by accident: only a field's own button is pressed
    if (isName(target) && marked >= 0) choose(target, marked);
    else if (!event.isComposing && !event.repeat) target.closest(".line")?.querySelector("button").click();
  }
});
document.addEventListener("click", (event) => {
  if (event.target.matches?.(".rx .add")) {
    event.preventDefault();
    const row = addRow();
    equip(row);
    field(row, "generic").focus();
  } else if (event.target.matches?.("#rows .remove")) {
    removeRow(rowOf(event.target));
  }
});

// With each case, and each paper to be corrected, the formulary is asked for again: what was signed before is now what was
// used last, and another patient takes other forms.
let known = "";

async function begin() {
  const form = document.querySelector("form.rx");
  if (!form) return;
  dressAll();
  const whose = form.dataset.draft ?? form.action;
  if (whose === known) return;
  known = whose;
  try {
    learn(await (await fetch(`/doctor/formulary.json?age=${form.dataset.age}`)).json());
    dressAll();
    if (isName(document.activeElement)) open(document.activeElement);
  } catch {
    known = "";
  }
}

document.addEventListener("content", begin);
begin();

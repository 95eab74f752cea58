// What the rules say of each medicine and of the texts, drawn beside them whenever the draft was kept: the server judges,
// by the very rules that are asked at the signature (T3, T8).
"use strict";

const page = document.body.dataset;

function line({ decision, reason, key, rule, why, way, unanswered }, place) {
  const words = Object.assign(document.createElement("p"), { className: decision, id: `medicines.${place}.${reason}` });
  const strong = Object.assign(document.createElement("strong"), { textContent: `${page[decision]} (${rule}):` });
  words.dataset.key = key;
  words.append(strong, ` ${why} `, Object.assign(document.createElement("span"), { textContent: way }));
  if (unanswered) words.append(" ", Object.assign(document.createElement("em"), { textContent: page.unanswered }));
  return words;
}

// Nothing is drawn anew that has not changed: a screen reader would read it again.
function redraw(place, fresh) {
  const text = (lines) => lines.map((one) => one.textContent.replace(/\s+/g, " ").trim()).join();
  if (text([...place.children]) !== text(fresh)) place.replaceChildren(...fresh);
}

function draw(row, place, lines) {
  redraw(row.querySelector(".judged"), lines.map((one) => line(one, place)));
  const reason = row.querySelector(".col-acknowledged");
  reason.hidden = !lines.some(({ decision }) => decision === "warned") && !reason.querySelector("input").value;
}

// A reason answers the warnings that stand there while it is written, and no later ones.
document.addEventListener("input", ({ target }) => {
  if (target.name !== "acknowledged") return;
  const row = target.closest(".row");
  const shown = [...row.querySelectorAll(".judged .warned")].map((warning) => warning.dataset.key);
  row.querySelector("[name=answers]").value = shown.join(" ");
});

// Rows as they are, and the place that the server gives each: it counts those in which something stands.
function counted() {
  const rows = [...document.querySelectorAll("#rows .row")];
  const used = rows.filter((row) => [...row.querySelectorAll("input:not([type=hidden]), select")].some(({ value }) => value.trim()));
  return rows.map((row) => [row, used.indexOf(row)]);
}

document.addEventListener("judged", ({ detail }) => {
  counted().forEach(([row, place], at) => draw(row, at, detail[place] ?? []));
});

// In which parts of what was told the formulary recognises nothing: a note beneath the field.
document.addEventListener("unread", ({ detail }) => {
  for (const name of ["allergies", "current_medicines"]) {
    const note = document.getElementById(`${name}-unread`);
    const said = detail[name] ?? "";
    if (note && note.textContent !== said) note.textContent = said;
  }
});

// What is refused of a text, beside it: the same words as at the signature, without taking the keyboard from where it is.
document.addEventListener("refused", ({ detail }) => {
  for (const words of document.querySelectorAll("#rx p.words")) {
    const input = document.getElementById(words.id.replace(/-words$/, ""));
    const said = detail[input.id] ?? "";
    if (words.textContent !== said) words.textContent = said;
    mark(input, said);
  }
  for (const [row, place] of counted()) drawWords(row, (name) => detail[`medicines.${place}.${name}`]);
});

function drawWords(row, saidOf) {
  const inputs = [...row.querySelectorAll("input:not([type=hidden])")];
  inputs.forEach((input) => mark(input, saidOf(input.name)));
  const lines = inputs.filter(({ name }) => saidOf(name)).map((input) => {
    const words = Object.assign(document.createElement("p"), { className: "problem", id: `${input.id}-words` });
    words.append(Object.assign(document.createElement("strong"), { textContent: `${input.labels[0].textContent}:` }), ` ${saidOf(input.name)}`);
    return words;
  });
  redraw(row.querySelector(".words"), lines);
}

function mark(input, said) {
  const words = `${input.id}-words`;
  if (said) {
    input.dataset.words = "";
    input.setAttribute("aria-invalid", "true");
    if (input.name !== "acknowledged") input.setAttribute("aria-describedby", words); // that one's are the warnings
  } else if ("words" in input.dataset) {
    delete input.dataset.words;
    input.removeAttribute("aria-invalid");
    if (input.getAttribute("aria-describedby") === words) input.removeAttribute("aria-describedby");
  }
}

// What the rules say of each medicine, drawn at its row whenever the draft was kept: the server judges, by the very rules
// that are asked at the signature (T3, T8).
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

function draw(row, place, lines) {
  const said = row.querySelector(".judged");
  const fresh = lines.map((one) => line(one, place));
  // Nothing is drawn anew that has not changed: a screen reader would read it again.
  const text = (lines) => lines.map((one) => one.textContent.replace(/\s+/g, " ").trim()).join();
  if (text([...said.children]) !== text(fresh)) said.replaceChildren(...fresh);
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

document.addEventListener("judged", ({ detail }) => {
  // The server counts the rows in which something stands.
  const rows = [...document.querySelectorAll("#rows .row")];
  const used = rows.filter((row) => [...row.querySelectorAll("input:not([type=hidden]), select")].some(({ value }) => value.trim()));
  rows.forEach((row) => draw(row, rows.indexOf(row), detail[used.indexOf(row)] ?? []));
});

// In which parts of what was told the formulary recognises nothing: a note beneath the field.
document.addEventListener("unread", ({ detail }) => {
  for (const name of ["allergies", "current_medicines"]) {
    const note = document.getElementById(`${name}-unread`);
    const said = detail[name] ?? "";
    if (note && note.textContent !== said) note.textContent = said;
  }
});

// What the rules say of each medicine, drawn at its row whenever the draft was kept: the server judges, by the very rules
// that are asked at the signature (T3, T8).
"use strict";

const page = document.body.dataset;

function line({ decision, reason, rule, why, way }, place) {
  const words = Object.assign(document.createElement("p"), { className: decision, id: `medicines.${place}.${reason}` });
  const strong = Object.assign(document.createElement("strong"), { textContent: `${page[decision]} (${rule}):` });
  words.append(strong, ` ${why} `, Object.assign(document.createElement("span"), { textContent: way }));
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

document.addEventListener("judged", ({ detail }) => {
  // The server counts the rows in which something stands.
  const rows = [...document.querySelectorAll("#rows .row")];
  const used = rows.filter((row) => [...row.querySelectorAll("input, select")].some(({ value }) => value.trim()));
  rows.forEach((row) => draw(row, rows.indexOf(row), detail[used.indexOf(row)] ?? []));
});

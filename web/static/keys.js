// Signing by keyboard: Ctrl+Enter shows what will be issued, once more (or Enter on the button) signs it. A change of
// the form takes the preview away, so that what was looked at is what is signed. And the seconds of a wrap-up.
"use strict";

const review = () => document.querySelector("#review [value=sign]");

document.addEventListener("keydown", (event) => {
  const form = document.getElementById("rx");
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat || !form) return;
  event.preventDefault();
  (review() ?? form.querySelector("[value=review]")).click();
});

document.addEventListener("input", (event) => {
  if (event.target.form?.id === "rx" && event.target.name !== "set_name") document.getElementById("review")?.remove();
});

// The bar says how long until the next patient; its words hold the number.
setInterval(() => {
  const bar = document.getElementById("now");
  const left = Number(bar?.dataset.wrap);
  if (!(left > 1)) return;
  const hint = bar.querySelector(".hint");
  hint.textContent = hint.textContent.replace(left, left - 1);
  bar.dataset.wrap = left - 1;
}, 1000);

// The wallboard looks again when something happens, at most every two seconds, and every quarter of a minute because
// waits grow by themselves. Only #board is replaced, and only when it has changed.

const AT_MOST_EVERY = 2000;
const AT_LEAST_EVERY = 15000;
let last = 0;
let planned = 0;
let looking = false;
let again = false;

const trouble = (text) => {
  const place = document.getElementById("trouble");
  if (place.textContent !== text) place.textContent = text;
};

async function look() {
  looking = true;
  again = false;
  last = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (answer.redirected) return location.assign("/login");
    if (!answer.ok) throw new Error(answer.statusText);
    show(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board"));
    trouble("");
  } catch {
    trouble(document.body.dataset.offline);
  } finally {
    looking = false;
    if (again) plan();
  }
}

function show(fresh) {
  const shown = document.getElementById("board");
  if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(document.adoptNode(fresh));
}

// What happens while a look is under way may be missed by it, so that another one follows.
function plan() {
  again = true;
  if (looking || planned) return;
  planned = setTimeout(() => {
    planned = 0;
    look();
  }, Math.max(0, last + AT_MOST_EVERY - Date.now()));
}

document.addEventListener("stream", ({ detail: { state } }) => {
  if (state === "lost") trouble(document.body.dataset.offline);
  else plan();
});

setInterval(plan, AT_LEAST_EVERY);

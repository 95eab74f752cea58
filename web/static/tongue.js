// Another language in the page that is open: the words around its content change where they stand, so that a telephone
// among them goes on talking. Whoever brings new content says `fresh` on the document, with the page that it came in.
"use strict";

const AROUND = ["a.skip", "header.top", "#phone", ".find"];
const SPOKEN = ["aria-label", "aria-current", "data-ring-title"]; // attributes with words in them, or which language it is

// Both were made by the same template: what stands in the same place is the same, in other words. What a script has put
// in between (a caller's number, devices) has nothing in its place, and stays.
function retell(part, fresh) {
  for (const name of SPOKEN) {
    if (fresh.hasAttribute(name)) part.setAttribute(name, fresh.getAttribute(name));
    else part.removeAttribute(name);
  }
  fresh.childNodes.forEach((node, at) => {
    const ours = part.childNodes[at];
    if (ours?.nodeName !== node.nodeName) return;
    if (node.nodeType === Node.ELEMENT_NODE) retell(ours, node);
    else if (ours.data !== node.data) ours.data = node.data;
  });
}

document.addEventListener("fresh", ({ detail: fresh }) => {
  const { lang } = fresh.documentElement;
  if (lang === document.documentElement.lang) return;
  document.documentElement.lang = lang;
  Object.assign(document.body.dataset, fresh.body.dataset);
  for (const place of AROUND) {
    const [ours, theirs] = [document.querySelector(place), fresh.querySelector(place)];
    if (ours && theirs) retell(ours, theirs);
  }
});

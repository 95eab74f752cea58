// Hears what the server tells (GET /events) and says it on the document, as `stream`: "open" (from here on nothing is
// missed), "told" (and the kinds of what has happened), "lost". A page that is told to rest, because its person has too
// many of them open, comes again when somebody looks at it.

const REST = 30_000; // milliseconds, of a page that is being looked at
const REFUSED = 3000;
let last = ""; // the id of what we heard last: a new EventSource does not say it, and would miss what was told meanwhile

function say(state, kinds = []) {
  if (state === "open") document.body.dataset.live = "yes";
  if (state === "lost") delete document.body.dataset.live;
  document.dispatchEvent(new CustomEvent("stream", { detail: { state, kinds } }));
}

function rest() {
  delete document.body.dataset.live;
  const wake = new AbortController();
  const again = () => {
    wake.abort();
    clearTimeout(later);
    listen();
  };
  const later = document.hidden ? 0 : setTimeout(again, REST);
  document.addEventListener("visibilitychange", () => document.hidden || again(), { signal: wake.signal });
}

function listen() {
  const events = new EventSource(last ? `/events?last=${last}` : "/events");
  events.onopen = () => say("open");
  events.addEventListener("here", (event) => (last = event.lastEventId));
  events.onmessage = (event) => {
    last = event.lastEventId;
    say("told", event.data.split(" "));
  };
  events.addEventListener("rest", () => {
    events.close();
    rest();
  });
  events.onerror = () => {
    say("lost");
    // The browser tries again by itself unless it was refused: then we do, as the page looks again on `open`.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, REFUSED);
  };
}

listen();

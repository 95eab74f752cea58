// The phone's SMS: asked for every two seconds, shown newest first with links that can be opened; and the way to write one.

const LOOK_EVERY = 2000; // ms
const LINK = /(https?:\/\/[^\s]+)/;

export class Messages {
  #root;
  #list;
  #address = null;
  #tell;
  #shown = "";
  #seen = new Set();
  #looking = null;

  constructor(root, csrf, tell) {
    this.#root = root;
    this.#list = root.querySelector("[data-part=list]");
    this.#tell = tell;
    const form = root.querySelector("form");
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = new URLSearchParams({ csrf, text: form.elements.text.value });
      if (!this.#address || !body.get("text").trim()) return;
      const answer = await fetch(this.#address, { method: "POST", body }).catch(() => null);
      if (answer?.ok) form.reset();
      this.#look();
    });
  }

  // Of this phone from now on.
  of(address) {
    this.leave();
    this.#address = address;
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY);
    this.#look();
  }

  leave() {
    clearInterval(this.#looking);
    this.#address = null;
    this.#show([]);
  }

  async #look() {
    const address = this.#address;
    const answer = address && (await fetch(address).catch(() => null));
    if (answer?.ok && address === this.#address) this.#show((await answer.json()).messages);
  }

  #show(messages) {
    const shown = JSON.stringify(messages);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const fresh = messages.filter(({ id, own }) => !own && !this.#seen.has(id));
    fresh.forEach(({ id }) => this.#seen.add(id));
    this.#list.replaceChildren(...messages.map((message) => entry(this.#root.dataset, message)));
    this.#root.querySelector("[data-part=empty]").hidden = messages.length > 0;
    this.#tell(messages.filter(({ own }) => !own).length);
  }
}

function entry({ from, to }, { id, own, text, at }) {
  const [item, head, body] = ["li", "p", "p"].map((tag) => document.createElement(tag));
  item.dataset.id = id;
  item.className = own ? "own" : "got";
  head.className = "faint";
  head.textContent = `${own ? to : from} · ${at}`;
  body.append(...text.split(LINK).map((part) => (LINK.test(part) ? link(part) : part)));
  item.append(head, body);
  return item;
}

function link(address) {
  const [, href, rest] = /^(.*?)([.,;:!?)।]*)$/.exec(address);
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noopener";
  anchor.textContent = href;
  const both = document.createElement("span");
  both.append(anchor, rest);
  return both;
}

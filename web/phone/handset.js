// The handset on the page: shows what is written and going on, and says which key was pressed. Words are in the template.

const DIGIT = /^[0-9*#]$/;
const SHOWN = 12; // of what is written, the end
const KEYS = { Enter: "call", Escape: "end", Backspace: "erase" };

export class Handset extends EventTarget {
  written = "";

  constructor(root) {
    super();
    this.root = root;
    root.addEventListener("click", ({ target }) => this.#press(target.closest("button")));
    root.addEventListener("mousedown", (event) => event.preventDefault()); // the mouse moves no focus: Enter still calls
    document.addEventListener("keydown", (event) => this.#type(event));
    const form = document.getElementById("caller");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.problem("");
      if (form.elements.number.value.trim()) this.#say("number", form.elements.number.value);
      form.reset();
    });
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  set state(state) {
    this.root.dataset.state = state;
    for (const words of document.querySelectorAll("[data-when]")) words.hidden = !words.dataset.when.split(" ").includes(state);
    if (state !== "talking") this.part("clock").textContent = "";
  }

  get state() {
    return this.root.dataset.state;
  }

  write(text) {
    this.written = text;
    this.part("written").textContent = text.slice(-SHOWN);
  }

  own(number) {
    for (const place of document.querySelectorAll("[data-part=own]")) place.textContent = spaced(number);
    if (document.activeElement.closest("#caller")) this.root.focus(); // now Enter calls
  }

  clock(seconds) {
    const two = (count) => String(count).padStart(2, "0");
    this.part("clock").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }

  letters(count) {
    this.part("letters").hidden = count === 0;
  }

  mute(on) {
    document.querySelector("[data-part=mute]").hidden = !on;
  }

  problem(text) {
    const place = document.getElementById("problem");
    place.textContent = text;
    place.hidden = !text;
    document.getElementById("number").setAttribute("aria-invalid", String(Boolean(text)));
  }

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  #press(button) {
    if (!button) return;
    if (button.dataset.digit) this.#say("key", button.dataset.digit);
    else this.#say(button.dataset.do);
  }

  // The whole page, but where one writes; Enter does what it does on what has the focus.
  #type(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (event.repeat && event.key !== "Backspace") return;
    const deed = DIGIT.test(event.key) ? ["key", event.key] : [KEYS[event.key]];
    if (!deed[0]) return;
    event.preventDefault();
    this.#flash(event.key);
    this.#say(...deed);
  }

  #flash(key) {
    const button = this.root.querySelector(`[data-digit="${CSS.escape(key)}"], [data-do="${KEYS[key] ?? ""}"]`);
    button?.classList.add("pressed");
    setTimeout(() => button?.classList.remove("pressed"), 120);
  }
}

// +919876543210 → +91 98765 43210
function spaced(number) {
  return number.replace(/^(\+91)(\d{5})(\d{5})$/, "$1 $2 $3");
}

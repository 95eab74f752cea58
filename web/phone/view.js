// What the phone looks like: shows the state, and says which button was pressed. All words are in the template.

export class View extends EventTarget {
  constructor(root) {
    super();
    this.root = root;
    root.hidden = false;
    root.addEventListener("click", ({ target }) => this.#press(target.closest("button")));
    root.addEventListener("keydown", (event) => this.#dial(event));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  // The state decides by style sheet which words and buttons are there (phone.css).
  set state(state) {
    this.root.dataset.state = state;
    for (const words of this.root.querySelectorAll("[data-when]")) words.hidden = !words.dataset.when.split(" ").includes(state);
  }

  get state() {
    return this.root.dataset.state;
  }

  set caller(caller) {
    this.part("caller").textContent = caller;
  }

  pressed(name, on) {
    this.root.querySelector(`[data-do="${name}"]`).setAttribute("aria-pressed", String(on));
  }

  isPressed(name) {
    return this.root.querySelector(`[data-do="${name}"]`).getAttribute("aria-pressed") === "true";
  }

  offer(kind, devices, chosen) {
    const select = this.part(kind);
    const options = devices.map(({ deviceId, label }) => new Option(label, deviceId, false, deviceId === chosen));
    select.replaceChildren(...options);
    select.closest("label").hidden = options.length === 0;
  }

  problem(name) {
    for (const words of this.root.querySelectorAll("[data-problem]")) words.hidden = words.dataset.problem !== name;
  }

  #do(name, detail) {
    this.dispatchEvent(new CustomEvent("do", { detail: { name, digit: detail } }));
  }

  #press(button) {
    if (button?.dataset.digit) this.#do("digit", button.dataset.digit);
    else if (button?.dataset.do) this.#do(button.dataset.do);
  }

  // The whole page: function keys that no browser uses, so that they work while one types.
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat) return;
    const button = this.root.querySelector(`[aria-keyshortcuts="${event.key}"]`);
    if (!button || !button.checkVisibility()) return;
    event.preventDefault();
    this.#press(button);
  }

  // Digits typed while the keypad has the focus.
  #dial(event) {
    if (event.target.closest(".keypad") && /^[0-9*#]$/.test(event.key)) this.#do("digit", event.key);
  }
}

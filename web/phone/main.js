// The telephone in the panel: joins the line (sip.js), the sounds, the devices and the view.

import * as devices from "./devices.js";
import { forget, remember, talkedWith } from "./memory.js";
import { ask, attract, mayAsk } from "./notice.js";
import { Line } from "./sip.js";
import { meter, ring } from "./sound.js";
import { View } from "./view.js";

const ECHO = "echo"; // the switch's echo test
const REMEMBER_EVERY = 5000; // ms
const LOOK_AGAIN = 3000; // ms
const TALKING = ["talking", "held"];

class Phone {
  #line;
  #view;
  #speaker;
  #connected = "connecting"; // to the switch, whatever the call does
  #microphone = null;
  #undo = []; // what ends with the ring, or with the call

  constructor(root) {
    this.#view = new View(root);
    this.#speaker = this.#view.part("speaker");
    this.#view.addEventListener("do", ({ detail }) => this.#obey(detail));
    for (const kind of ["audioinput", "audiooutput"]) {
      this.#view.part(kind).addEventListener("change", ({ target }) => this.#change(kind, target.value));
    }
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#offerDevices());
    addEventListener("beforeunload", (event) => TALKING.includes(this.#view.state) && event.preventDefault()); // the browser asks
  }

  async start() {
    this.#show("connecting");
    this.#offerDevices();
    this.#view.problem(await devices.hindrance());
    this.#view.part("notify").hidden = !mayAsk();
    let credentials;
    try {
      credentials = await lent(this.#view.root.dataset.csrf);
    } catch {
      return this.#startAgain(); // no network, or no server just now
    }
    if (!credentials) return this.#show("absent");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#line = new Line({ ...credentials, socket: `${scheme}//${location.host}${credentials.socket}` });
    this.#line.addEventListener("state", ({ detail }) => this.#connection(detail));
    this.#line.addEventListener("ring", ({ detail }) => this.#rings(detail));
    this.#line.addEventListener("talk", ({ detail }) => this.#talks(detail));
    this.#line.addEventListener("hold", ({ detail }) => this.#holds(detail));
    this.#line.addEventListener("over", () => this.#over());
    this.#line.start();
  }

  #startAgain() {
    this.#show("lost");
    setTimeout(() => this.start(), LOOK_AGAIN);
  }

  // What the line tells

  #connection(state) {
    this.#connected = state;
    if (!this.#line.busy) this.#show(state);
  }

  #rings({ caller, again }) {
    this.#end();
    this.#view.caller = caller;
    if (again || talkedWith(caller)) return this.#answer();
    this.#show("ringing");
    this.#undo.push(ring(), attract(this.#view.root.dataset.ringTitle, caller));
  }

  #talks({ caller, audio }) {
    this.#speaker.srcObject = audio;
    devices.speakBy(this.#speaker);
    this.#undo.push(meter(this.#microphone, (level) => (this.#view.part("level").value = level)));
    if (caller === ECHO) return this.#show("testing");
    this.#show("talking");
    remember(caller);
    const remembering = setInterval(() => remember(caller), REMEMBER_EVERY);
    this.#undo.push(() => clearInterval(remembering));
  }

  #holds(on) {
    this.#view.pressed("hold", on);
    this.#speaker.muted = on; // the switch goes on sending what the other one says
    this.#show(on ? "held" : "talking");
  }

  #over() {
    this.#end();
    forget();
    this.#show(this.#connected);
  }

  // What the person does

  #obey({ name, digit }) {
    const state = this.#view.state;
    const deeds = {
      answer: () => state === "ringing" && this.#answer(),
      hang_up: () => this.#line.hangUp(),
      mute: () => this.#mute(!this.#view.isPressed("mute")),
      hold: () => this.#line.hold(state === "talking"),
      digit: () => state === "talking" && this.#line.key(digit),
      echo: () => this.#test(),
      notify: async () => (await ask(), (this.#view.part("notify").hidden = !mayAsk())),
      here: () => this.start(),
    };
    deeds[name]();
  }

  async #answer() {
    this.#end();
    this.#show("answering");
    const ready = await this.#opens();
    if (!this.#line.busy) return this.#over(); // they have given up meanwhile
    if (ready) this.#line.answer(this.#microphone);
    else this.#line.hangUp();
  }

  async #test() {
    this.#show("answering");
    if (await this.#opens()) this.#line.dial(ECHO, this.#microphone);
    else this.#show(this.#connected);
  }

  #mute(on) {
    this.#line.mute(on);
    this.#view.pressed("mute", on);
  }

  async #change(kind, id) {
    devices.choose(kind, id);
    if (kind === "audiooutput") await devices.speakBy(this.#speaker);
  }

  // How

  #show(state) {
    this.#view.state = state;
  }

  async #opens() {
    try {
      this.#microphone = await devices.openMicrophone();
      this.#view.problem("");
      this.#offerDevices(); // now they have names
      return true;
    } catch {
      this.#view.problem((await devices.hindrance()) || "microphone");
      return false;
    }
  }

  #end() {
    this.#undo.splice(0).forEach((undo) => undo());
    devices.close(this.#microphone);
    this.#microphone = null;
    this.#speaker.srcObject = null;
    this.#speaker.muted = false;
    this.#view.pressed("mute", false);
    this.#view.pressed("hold", false);
  }

  async #offerDevices() {
    for (const kind of ["audioinput", "audiooutput"]) {
      this.#view.offer(kind, await devices.list(kind), devices.chosen(kind));
    }
  }
}

async function lent(csrf) {
  const answer = await fetch("/phone/credentials", { method: "POST", body: new URLSearchParams({ csrf }) });
  if (answer.redirected) location.assign("/login");
  return answer.ok && !answer.redirected ? answer.json() : null;
}

const root = document.getElementById("phone");
if (root) new Phone(root).start();

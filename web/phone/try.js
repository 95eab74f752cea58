// A telephone for whoever has none: joins the line (sip.js), the handset on the page, its sounds and its SMS.

import * as devices from "./devices.js";
import { Handset } from "./handset.js";
import { Messages } from "./messages.js";
import { Line } from "./sip.js";
import { ring } from "./sound.js";
import { keyTone, ringBack, silence } from "./tones.js";

const NUMBER = "try.number"; // in this tab: each one is a caller of its own
const MOST_DIGITS = 24;
const LOOK_AGAIN = 3000; // ms

class TryPhone {
  #handset;
  #messages;
  #line = null;
  #lent = null;
  #voice = null; // what we send
  #answered = 0;
  #undo = []; // what ends with the ringing, or with the call

  constructor(root) {
    this.#handset = new Handset(root);
    this.#messages = new Messages(document.getElementById("messages"), root.dataset.csrf, (count) => this.#handset.letters(count));
    this.#handset.addEventListener("key", ({ detail }) => this.#key(detail));
    this.#handset.addEventListener("call", () => this.#green());
    this.#handset.addEventListener("end", () => this.#red());
    this.#handset.addEventListener("erase", () => this.#erase());
    this.#handset.addEventListener("number", ({ detail }) => this.start(detail));
    addEventListener("pagehide", () => this.#line?.stop());
  }

  // Be this caller; without a number be whoever this tab was, or somebody new.
  async start(number = sessionStorage.getItem(NUMBER) ?? "") {
    if (!this.#line) this.#handset.state = "connecting";
    const { lent, problem } = await borrow(this.#handset.root.dataset.csrf, number).catch(() => ({}));
    if (problem) return this.#refused(problem);
    if (!lent) return this.#startAgain();
    this.#leave();
    sessionStorage.setItem(NUMBER, lent.number);
    this.#handset.own(lent.number);
    this.#handset.write("");
    this.#handset.state = "connecting";
    this.#lent = lent;
    this.#messages.of(lent.sms);
    this.#connect(lent);
  }

  #connect(lent) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const line = (this.#line = new Line({ ...lent, socket: `${scheme}//${location.host}${lent.socket}` }));
    const on = (kind, then) => line.addEventListener(kind, ({ detail }) => line === this.#line && then(detail));
    on("state", (state) => this.#connection(state));
    on("ring", ({ caller }) => this.#rings(caller));
    on("rings", () => this.#ringsThere());
    on("talk", ({ audio }) => this.#talks(audio));
    on("over", ({ cause }) => this.#over(cause));
    line.start();
  }

  #leave() {
    this.#quiet();
    this.#messages.leave();
    this.#line?.stop();
    this.#line = this.#lent = null;
  }

  #refused(problem) {
    this.#handset.problem(problem);
    if (this.#line) return; // they are still who they were
    sessionStorage.removeItem(NUMBER);
    this.#handset.state = "none";
  }

  #startAgain() {
    if (!this.#line) this.#handset.state = "lost";
    setTimeout(() => this.#line ?? this.start(), LOOK_AGAIN);
  }

  // What the line tells

  #connection(state) {
    if (["elsewhere", "ended"].includes(state)) this.#leave(); // whoever has it keeps it
    if (!this.#line?.busy) this.#handset.state = state;
    if (state === "lost") this.#stillLent(this.#lent);
  }

  // The service was started anew, or forgot us while this machine slept: borrow again.
  async #stillLent(lent) {
    const answer = await fetch(lent.sms).catch(() => null);
    if (lent !== this.#lent) return;
    if (answer?.status === 404) this.start();
    else if (!answer) setTimeout(() => lent === this.#lent && this.#handset.state === "lost" && this.#stillLent(lent), LOOK_AGAIN);
  }

  #rings(caller) {
    this.#handset.state = "ringing";
    this.#handset.write(caller);
    this.#undo.push(ring());
  }

  #ringsThere() {
    this.#handset.state = "ringing_there";
    this.#undo.push(ringBack());
  }

  #talks(audio) {
    this.#hush();
    this.#handset.part("speaker").srcObject = audio;
    this.#handset.state = "talking";
    this.#answered = Date.now();
    const show = () => this.#handset.clock(Math.floor((Date.now() - this.#answered) / 1000));
    const ticking = setInterval(show, 1000);
    show();
    this.#undo.push(() => clearInterval(ticking));
  }

  #over(cause) {
    this.#quiet();
    this.#handset.write("");
    this.#handset.state = { Busy: "busy", "Not Found": "unknown" }[cause] ?? "ready";
  }

  // What the person does

  #key(digit) {
    const { state } = this.#handset;
    keyTone(digit);
    if (state === "talking") this.#line.key(digit);
    else if (this.#line?.busy || this.#handset.written.length >= MOST_DIGITS) return;
    else if (["busy", "unknown"].includes(state)) this.#handset.state = "ready";
    this.#handset.write(this.#handset.written + digit);
  }

  #erase() {
    if (!this.#line?.busy) this.#handset.write(this.#handset.written.slice(0, -1));
  }

  #green() {
    if (this.#handset.state === "ringing") this.#speak(() => this.#line.answer(this.#voice));
    else if (!this.#line?.busy && ["ready", "busy", "unknown"].includes(this.#handset.state)) this.#dial();
  }

  async #dial() {
    const number = this.#handset.written;
    if (!number) return;
    this.#handset.state = "calling";
    await this.#speak(() => this.#line.dial(encodeURIComponent(number), this.#voice));
  }

  #red() {
    if (this.#line?.busy) this.#line.hangUp();
    else if (this.#handset.state === "calling") this.#over();
    else this.#handset.write("");
  }

  // How

  // With the microphone, if we may; else in silence: the keys are heard all the same.
  async #speak(then) {
    const line = this.#line;
    const voice = await devices.openMicrophone().catch(() => null);
    this.#handset.mute(voice === null);
    this.#voice = voice ?? silence();
    const { state } = this.#handset;
    const wanted = line === this.#line && (state === "calling" || (state === "ringing" && line.busy));
    if (wanted) then();
    else devices.close(this.#voice); // they have given up meanwhile
  }

  #hush() {
    this.#undo.splice(0).forEach((undo) => undo());
  }

  #quiet() {
    this.#hush();
    devices.close(this.#voice);
    this.#voice = null;
    this.#handset.part("speaker").srcObject = null;
  }
}

async function borrow(csrf, number) {
  const answer = await fetch("/try/phone", { method: "POST", body: new URLSearchParams({ csrf, number }) });
  if (answer.status === 403) location.reload(); // another cookie meanwhile
  if (answer.status === 422) return answer.json();
  return answer.ok ? { lent: await answer.json() } : {};
}

const root = document.getElementById("handset");
if (root) new TryPhone(root).start();

// One SIP telephone over WebSocket: registers, rings, dials, talks. Knows no page: it tells what happens by events.
//
//   const line = new Line({ uri, password, socket, ice });
//   line.addEventListener("state", …)   "ready" | "lost" | "absent" | "elsewhere" | "ended", in event.detail
//   line.addEventListener("ring", …)    event.detail.caller; then line.answer(stream) or line.hangUp()
//   line.addEventListener("talk", …)    both hear each other; event.detail = { caller, audio: MediaStream }
//   line.addEventListener("hold", …)    event.detail: whether we hold
//   line.addEventListener("rings", …)   it rings where we dialled
//   line.addEventListener("over", …)    the call is gone, however it ended; event.detail.cause as JsSIP names it

import JsSIP from "jssip";

// Why the web closes the socket (web/pages/phone.py).
const ELSEWHERE = 4001;
const ENDED = 4003;
const ABSENT = 4004;

const [FIRST_PAUSE, LONGEST_PAUSE] = [300, 15_000]; // ms, between attempts to register
const EXPIRES = 600; // seconds; the contact goes with its socket anyway
const KEY_GAP = 80; // ms between the tones of two keys

export class Line extends EventTarget {
  #agent;
  #ice;
  #call = null;
  #closed = false;
  #audio = null;
  #refusals = 0;
  #again; // the timer of the next attempt

  constructor({ uri, password, socket, ice = [] }) {
    super();
    this.#ice = ice;
    const { user } = JsSIP.URI.parse(uri);
    this.#agent = new JsSIP.UA({
      uri,
      password,
      contact_uri: `sip:${user}@${Math.random().toString(36).slice(2)}.invalid;transport=ws`, // so that we are ourselves in each dialog
      sockets: [new JsSIP.WebSocketInterface(socket)],
      register_expires: EXPIRES,
      session_timers: false, // the switch notices by the socket and by the voice
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
      user_agent: "Duravani panel",
    });
    this.#agent.on("registered", () => this.#registered());
    this.#agent.on("registrationFailed", () => this.#refused());
    this.#agent.on("disconnected", ({ code }) => this.#disconnected(code));
    this.#agent.on("newRTCSession", ({ session, originator }) => originator === "remote" && this.#incoming(session));
  }

  start() {
    this.#agent.start();
  }

  stop() {
    this.#agent.stop();
  }

  get busy() {
    return this.#call !== null;
  }

  get caller() {
    return this.#call?.remote_identity.uri.user ?? "";
  }

  dial(number, stream) {
    this.#take(this.#agent.call(`sip:${number}@${this.#agent.configuration.uri.host}`, this.#media(stream)));
  }

  answer(stream) {
    this.#call.answer(this.#media(stream));
  }

  hangUp() {
    if (this.#call && !this.#call.isEnded()) this.#call.terminate();
  }

  mute(on) {
    if (on) this.#call.mute({ audio: true });
    else this.#call.unmute({ audio: true });
  }

  hold(on) {
    if (on) this.#call.hold();
    else this.#call.unhold();
  }

  // A key that is pressed before the voices have found their way waits for it: it would be lost.
  key(digit) {
    const call = this.#call;
    const { connection } = call;
    const send = () => {
      if (connection.connectionState !== "connected" || call.isEnded()) return;
      connection.removeEventListener("connectionstatechange", send);
      call.sendDTMF(digit, { transportType: "RFC2833", interToneGap: KEY_GAP });
    };
    connection.addEventListener("connectionstatechange", send);
    send();
  }

  // From here on: how.

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  #media(stream) {
    return {
      mediaStream: stream,
      mediaConstraints: { audio: true, video: false },
      pcConfig: { iceServers: this.#ice.map((urls) => ({ urls })) },
    };
  }

  #registered() {
    this.#refusals = 0;
    this.#tell("state", "ready");
  }

  // A new account may need a moment until the switch knows it; more and more patiently, as it may be away.
  #refused() {
    clearTimeout(this.#again);
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#refusals++, LONGEST_PAUSE);
    this.#again = setTimeout(() => this.#agent.isConnected() && this.#agent.register(), pause);
  }

  #disconnected(code) {
    if (this.#closed) return;
    const final = { [ELSEWHERE]: "elsewhere", [ENDED]: "ended" }[code];
    if (final) this.#close();
    this.#tell("state", final ?? (code === ABSENT ? "absent" : "lost"));
  }

  // `stop` alone waits two seconds when there is a call, in which the agent would connect again by itself.
  #close() {
    this.#closed = true;
    this.#agent.transport.disconnect();
    this.#agent.stop();
  }

  #incoming(session) {
    // The same person once more while we think that we talk: our line broke without our noticing. The new one counts.
    const again = this.#call?.isEstablished() && session.remote_identity.uri.user === this.caller;
    if (this.#call && !again) {
      session.terminate({ status_code: 486 });
      return;
    }
    const broken = this.#call;
    this.#take(session);
    broken?.terminate();
    this.#tell("ring", { caller: this.caller, again });
  }

  #take(session) {
    this.#call = session;
    session.on("confirmed", () => this.#isOurs(session) && this.#tell("talk", { caller: this.caller, audio: this.#audio }));
    session.on("hold", ({ originator }) => originator === "local" && this.#tell("hold", true));
    session.on("unhold", ({ originator }) => originator === "local" && this.#tell("hold", false));
    session.on("progress", ({ originator }) => originator === "remote" && this.#tell("rings", null));
    session.on("ended", ({ cause }) => this.#over(session, cause));
    session.on("failed", ({ cause }) => this.#over(session, cause));
    // The first address is enough: our switch needs none of the others to find us.
    session.on("icecandidate", ({ ready }) => ready());
    if (session.connection) this.#hear(session.connection);
    else session.on("peerconnection", ({ peerconnection }) => this.#hear(peerconnection));
  }

  #hear(connection) {
    const audio = (this.#audio = new MediaStream());
    connection.addEventListener("track", ({ track }) => audio.addTrack(track));
  }

  #isOurs(session) {
    return session === this.#call;
  }

  #over(session, cause) {
    if (!this.#isOurs(session)) return;
    this.#call = null;
    this.#tell("over", { cause });
  }
}

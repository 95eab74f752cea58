// A short message centre for tests, on npm's smpp: node smsc.js PORT [STATE]
//
// It takes binds of duravani/secret and answers every submit_sm with an id. With a STATE (DELIVRD, UNDELIV …) a receipt
// follows at once. What happens it tells on standard output, one JSON object a line; it does what it is told on standard
// input, likewise:
//   {"status": 88, "times": 2}            the next two submissions get this command status
//   {"number": "9198…", "status": 11}     submissions to this number always do
//   {"mute": true}                        submissions are told but not answered, until {"mute": false}
//   {"drop": true}                        every connection is cut
//   {"deliver": {…}, "octets": "hex"}     a deliver_sm with these parameters and these octets as message
//   {"request": "enquire_link"}           this request, whose answer is told
// and tells when it is done.
"use strict";

const { randomUUID } = require("crypto");
const readline = require("readline");
const smpp = require("smpp");

const [port, state] = process.argv.slice(2);
const numbers = {};
const next = [];
const muted = [];
let mute = false;

for (const [tag, id] of [["entity_id", 0x1400], ["template_id", 0x1401]]) {
  smpp.addTLV(tag, { id, type: smpp.types.tlv.string });
}

function tell(event, more) {
  process.stdout.write(JSON.stringify({ event, ...more }) + "\n");
}

function bind(session, pdu) {
  if (pdu.system_id !== "duravani" || pdu.password !== "secret") {
    session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    tell("refused", { system_id: pdu.system_id });
    return;
  }
  session.bound = true;
  session.send(pdu.response({ system_id: "smsc" }));
  tell("bound", { version: pdu.interface_version });
}

function submit(session, pdu) {
  const { message, udh } = pdu.short_message;
  const message_id = randomUUID();
  const command_status = numbers[pdu.destination_addr] || next.shift() || 0;
  tell("submit", {
    message_id, command_status, text: message, udh: udh ? udh.map((element) => element.toString("hex")) : [],
    source: [pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr],
    destination: [pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr],
    esm_class: pdu.esm_class, data_coding: pdu.data_coding, registered_delivery: pdu.registered_delivery,
    entity_id: pdu.entity_id, template_id: pdu.template_id,
  });
  const answer = () => session.send(pdu.response(command_status ? { command_status } : { message_id }));
  if (mute) return void muted.push(answer);
  answer();
  if (state && !command_status && pdu.registered_delivery & 1) receipt(session, message_id, pdu.destination_addr);
}

function receipt(session, id, source_addr) {
  const dates = "submit date:261121093015 done date:261121093016";
  const short_message = `id:${id} sub:001 dlvrd:001 ${dates} stat:${state} err:000 Text:`;
  deliver(session, { esm_class: 4, source_addr_ton: 1, source_addr_npi: 1, source_addr, short_message });
}

function deliver(session, parameters) {
  session.deliver_sm(parameters, (answer) => tell("delivered", { command_status: answer.command_status }));
}

const server = smpp.createServer({}, (session) => {
  session.on("bind_transceiver", (pdu) => bind(session, pdu));
  session.on("submit_sm", (pdu) => submit(session, pdu));
  session.on("enquire_link", (pdu) => { tell("enquired"); session.send(pdu.response()); });
  session.on("unbind", (pdu) => { tell("unbound"); session.send(pdu.response()); session.close(); });
  session.on("generic_nack", () => tell("nack"));
  session.on("close", () => tell("closed"));
  session.on("error", () => {});
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line);
  const bound = server.sessions.filter((session) => session.bound);
  if (told.number) numbers[told.number] = told.status;
  else if (told.status) next.push(...Array(told.times).fill(told.status));
  if ("mute" in told) mute = told.mute;
  if (!mute) muted.splice(0).forEach((answer) => answer());
  if (told.drop) bound.forEach((session) => session.destroy());
  if (told.deliver) deliver(bound[0], { ...told.deliver, short_message: Buffer.from(told.octets, "hex") });
  if (told.request) {
    bound[0][told.request]({}, (answer) => tell("answer", { command: answer.command, status: answer.command_status }));
  }
  tell("done");
}).on("close", () => process.exit());  // who started us is gone

server.listen(Number(port), "127.0.0.1", () => tell("listening", { port: server.address().port }));

// SIPp plays phones of every kind against the real server: what is said on the wire is checked by the scenarios themselves.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '../Browser/server.mjs';
import { startBaresip } from './sip/baresip.mjs';
import { decibels } from './sip/listening.mjs';
import { sipp, writeALawTone } from './sip/sipp.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
const folder = mkdtempSync(join(tmpdir(), 'sylk-tone-'));
const tone = join(folder, 'tone.al');
let quick, slow;
const phones = [];

before(async () => {
  writeALawTone(tone, 700, 10);
  const settings = ['--Media:Shards=1', '--Sip:Enabled=true'];
  [quick, slow] = [
    await startServer([...settings, '--Sip:RtpPorts=22000-22499']),
    await startServer([...settings, '--Sip:RtpPorts=22500-22999', '--Sip:AnswerDelayMs=2500']),
  ];
});
after(async () => {
  await Promise.all(phones.map(phone => phone.stop()));
  await Promise.all([quick?.stop(), slow?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

test('a SIPp caller with A-law is heard by a phone, and a third who watches sees both', { timeout: 60_000 }, async () => {
  const listener = await startBaresip({ name: 'Ears', hertz: 300, account: 'audio_codecs=PCMA' });
  phones.push(listener);
  await listener.call(`sip:heard@127.0.0.1:${quick.sipPort}`);
  const call = sipp('call', { port: quick.sipPort, room: 'heard', values: { TONE: tone } });
  await wait(2);
  const watched = await sipp('subscribe-conference', { port: quick.sipPort, room: 'heard' });
  assert.match(watched, /<user-count>2<\/user-count>/);
  assert.match(watched, /<display-text>Ears<\/display-text>/);
  await call;
  await listener.command('hangup');
  await wait(0.5);
  const heard = decibels(listener.heard().at(-1), [700, 300], { from: -5.5, to: -2 });
  assert.ok(heard[700] > -20 && heard[300] < -45, JSON.stringify(heard));
});

const scenarios = {
  'late-offer': 'INVITE without a description', 'late-offer-no-answer': 'no answer in the ACK ends the call with BYE',
  reinvite: 'hold by sendonly, inactive, recvonly and 0.0.0.0, resume, port and codec change, offerless re-INVITE, 488',
  'session-timer': '422, refreshes by UPDATE and re-INVITE', update: 'UPDATE with and without a description', info: 'INFO: keys, picture update, 415',
  options: 'OPTIONS', 'bad-require': '420 names each unknown extension', 'unknown-method': '501', message: 'MESSAGE inside the call',
  'bye-twice': 'a second BYE is 481', 'cancel-after-200': 'CANCEL after the 200 changes nothing',
};
for (const [scenario, what] of Object.entries(scenarios)) {
  test(`SIPp ${scenario}: ${what}`, { timeout: 35_000 }, () => sipp(scenario, { port: quick.sipPort, room: scenario }));
}

for (const [scenario, what] of Object.entries({ 'cancel-ringing': 'CANCEL is answered with 200, the INVITE with 487', prack: '100rel, PRACK of nothing, UPDATE before the answer' })) {
  test(`SIPp ${scenario}: ${what}`, { timeout: 35_000 }, () => sipp(scenario, { port: slow.sipPort, room: scenario }));
}

test('SIPp ack-late: the 200 is repeated until the ACK', { timeout: 35_000 }, async () => {
  const said = await sipp('ack-late', { port: quick.sipPort, room: 'ack-late' });
  const answers = said.split('SIP/2.0 200 OK').slice(1).filter(text => text.slice(0, 600).includes('CSeq: 1 INVITE'));
  assert.equal(answers.length, 3, `${answers.length} times`); // at once, after 0.5 s and after 1.5 s
});

test('the scenarios can fail: an answer that is not what they ask for ends with an error', { timeout: 35_000 }, async () => {
  await assert.rejects(sipp('update', { port: quick.sipPort, room: 'fails', values: { 'regexp="a=recvonly"': 'regexp="a=sendonly"' } }));
});

test('SIPp over TCP: the same call flows', { timeout: 35_000 }, async () => {
  for (const scenario of ['bye-twice', 'update']) await sipp(scenario, { port: quick.sipPort, room: scenario, transport: 't1' });
});

import i18next, { type TFunction } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import en from '../../app/src/i18n/locales/en.json';
import { calleeName, failedSince, outgoing, shortAddress, sipWords, standing } from '../../app/src/room/phones/calls';
import { invitationText, invitationTo, mailLink } from '../../app/src/room/phones/invitation';
import { isOnHold, mayDial } from '../../app/src/room/tiles';
import { phoneAddress, readDialIn, readPhoneConfig } from '../../app/src/serverConfig';
import { EMPTY_ROOM, type RoomSnapshot } from '../../packages/client/src/state/roomState';
import type { Call, CallEnd, Participant, RoomFeatures } from '../../packages/client/src/wire/model';

const person = (id: string, more: Partial<Participant> = {}): Participant => ({ id, displayName: id, kind: 'web', role: 'member', state: 'active', ...more });
const call = (more: Partial<Call> = {}): Call => ({ id: 'c1', direction: 'out', state: 'ringing', to: 'sip:bob@example.net', participantId: 'p', by: 'me', startedAt: '2026-11-27T10:00:00Z', ...more });
const end = (code: string, status?: number, side: CallEnd['side'] = 'them'): Partial<Call> => ({ state: 'ended', end: { code, side, ...(status ? { sip: { status, reason: 'x' } } : {}) } });
const inside = { p: person('p', { kind: 'sip' }) };
let t: TFunction;
beforeAll(async () => { t = await i18next.createInstance().init({ lng: 'en', resources: { en: { translation: en } }, interpolation: { escapeValue: false } }); });

describe('B7 the state of a call in words', () => {
  it.each<[string, Partial<Call>, RoomSnapshot['participants'], string]>([
    ['on its way', { state: 'dialing' }, {}, 'going Calling…'], ['ringing', {}, {}, 'going Ringing…'],
    ['answered, not inside yet', { state: 'answered' }, {}, 'going Answered, coming in…'],
    ['before the door', { state: 'answered' }, { p: person('p', { state: 'waiting' }) }, 'going Waiting to be let in'],
    ['inside', { state: 'answered' }, inside, 'good Joined'],
    ['busy', end('callee_busy', 486), {}, 'bad Busy'], ['declined', end('callee_declined', 603), {}, 'bad Declined'], ['nobody picked up', end('callee_timeout', 408), {}, 'bad No answer'],
    ['switched off', end('callee_unavailable', 480), {}, 'bad Not available'], ['no such address', end('address_unroutable', 404), {}, 'bad Could not be reached'],
    ['no operator', end('trunk_unavailable', 503), {}, 'bad The telephone operator does not answer'], ['no codec', end('media_incompatible', 488), {}, 'bad That phone shares no sound format with us'],
    ['no room on the server', end('overloaded', undefined, 'us'), {}, 'bad The server could not place the call'],
    ['taken back', end('cancelled', undefined, 'us'), {}, 'over Cancelled'], ['a code from a newer server, with a known status', end('callee_new', 600), {}, 'bad Busy'],
    ['a code from a newer server', end('callee_new'), {}, 'bad Could not be reached'], ['ended, and nobody says how', { state: 'ended', end: null }, {}, 'bad Could not be reached'],
    ['they hung up', { ...end('completed'), answeredAt: 'x' }, {}, 'over Hung up'], ['we hung up', { ...end('completed', undefined, 'us'), answeredAt: 'x' }, {}, 'over Ended'],
    ['its line broke', { ...end('callee_timeout', 408), answeredAt: 'x' }, {}, 'over Hung up'],
  ])('%s', (_, more, people, expected) => {
    const { word, tone } = standing(call(more), people);
    expect(`${tone} ${t(`phones.state.${word}`)}`).toBe(expected);
  });
  it('has SIP’s own words in small print', () => {
    expect([sipWords(call({ ...end('callee_busy'), end: { code: 'callee_busy', side: 'them', sip: { status: 486, reason: 'Busy Here' } } })), sipWords(call(end('cancelled'))), sipWords(call())]).toEqual(['SIP 486 Busy Here', '', '']);
  });
  it('names whom it is to, and shows the newest call out of the room first', () => {
    expect([calleeName(call()), calleeName(call({ displayName: 'Bob' })), shortAddress('tel:+3120;phone-context=nl'), shortAddress('SIPS:a@b.example;transport=tls')]).toEqual(['bob@example.net', 'Bob', '+3120', 'a@b.example']);
    expect(outgoing({ a: call({ id: 'a' }), i: call({ id: 'i', direction: 'in' }), b: call({ id: 'b' }) }).map((c) => c.id)).toEqual(['b', 'a']);
  });
  it('is news when my own call came to nothing, once', () => {
    const over = call(end('callee_busy', 486));
    const before = { c1: call() };
    expect([
      failedSince(before, { c1: over }, 'me').length, failedSince({ c1: over }, { c1: over }, 'me').length, failedSince(before, { c1: over }, 'other').length,
      failedSince(before, { c1: call(end('cancelled')) }, 'me').length, failedSince(before, { c1: call({ state: 'answered' }) }, 'me').length,
    ]).toEqual([1, 0, 0, 0, 0]);
  });
});

describe('who may call', () => {
  it.each<[string, Partial<Participant>, RoomFeatures, boolean]>([
    ['with the capability', { caps: ['dial'] }, {}, true], ['without it', { caps: ['chat'] }, {}, false], ['a moderator', { role: 'moderator' }, {}, true], ['a member', {}, {}, false],
    ['a member where everyone may', { caps: ['chat'] }, { dialOut: 'everyone' }, true], ['a listener where everyone may', { role: 'listener', caps: [] }, { dialOut: 'everyone' }, false],
    ['nobody in this room', { caps: ['dial'], role: 'moderator' }, { dialOut: 'nobody' }, false],
  ])('%s', (_, me, features, expected) => {
    expect(mayDial({ ...EMPTY_ROOM, selfId: 'me', room: { name: 'r', features }, participants: { me: person('me', me) } })).toBe(expected);
  });
  it('is nobody before the room is known', () => expect(mayDial(EMPTY_ROOM)).toBe(false));
});

describe('the room’s address for phones', () => {
  it.each([
    ['sip:{room}@meet.example.net', 'meet.example.net', 'sip:standup@meet.example.net'], ['sip:{room}@127.0.0.1:5070', '127.0.0.1', 'sip:standup@127.0.0.1:5070'],
    ['sip:{room}@127.0.0.1:5070', '192.0.2.7', 'sip:standup@192.0.2.7:5070'], ['sip:{room}@[::1]:5070;transport=tcp', 'meet.example', 'sip:standup@meet.example:5070;transport=tcp'],
    ['sip:{room}@[2001:db8::1]', 'meet.example', 'sip:standup@[2001:db8::1]'],
  ])('%s on a page of %s', (template, page, expected) => expect(phoneAddress(template, 'standup', page)).toBe(expected));
  it('is none where no phone can call', () => expect(phoneAddress(null, 'standup', 'meet.example')).toBe(null));
  it('comes from the server’s public settings, and is none without them', async () => {
    const reply = (body: unknown): typeof fetch => (async () => new Response(JSON.stringify(body))) as typeof fetch;
    expect(await readPhoneConfig(reply({ sip: { address: 'sip:{room}@x.example', dialOut: true } }))).toEqual({ address: 'sip:{room}@x.example', dialOut: true });
    for (const get of [reply({}), (async () => new Response('<html>')) as typeof fetch, (() => Promise.reject(new TypeError('offline'))) as typeof fetch]) expect(await readPhoneConfig(get)).toEqual({ address: null, dialOut: false });
  });
});

describe('the invitation', () => {
  const open = invitationTo({ name: 'stand.up', title: 'Daily & more' }, 'https://meet.example', 'sip:stand.up@meet.example');
  it('names every way in', () => {
    expect(invitationText(open, t)).toBe('You are invited to “Daily & more”.\n\nIn a browser: https://meet.example/r/stand.up\n\nBy phone: sip:stand.up@meet.example');
  });
  it('says what will be asked for, and holds no secret', () => {
    const shut = invitationTo({ name: 'r', access: { pinMode: 'room', passcodeSet: true } }, 'https://m.example', 'sip:r@m.example');
    expect(invitationText(shut, t)).toBe('You are invited to “r”.\n\nIn a browser: https://m.example/r/r\nThe page asks for a passcode, which I will tell you.\n\nBy phone: sip:r@m.example\nYou are asked for a PIN, which I will tell you.');
  });
  it('has the number for telephones where there is one', async () => {
    const dialIn = { number: '+31208005161', id: '48213902' };
    const both = invitationTo({ name: 'r' }, 'https://m.example', 'sip:r@m.example', dialIn);
    expect(invitationText(both, t)).toBe('You are invited to “r”.\n\nIn a browser: https://m.example/r/r\n\nBy telephone: +31208005161, then 48213902 and the hash key\nBy phone: sip:r@m.example');
    const reply = (body: unknown): typeof fetch => (async () => new Response(JSON.stringify(body))) as typeof fetch;
    expect(await readDialIn('r', reply({ dialIn: { ...dialIn, pin: null } }))).toEqual(dialIn);
    for (const get of [reply({ dialIn: null }), (async () => new Response('<html>')) as typeof fetch]) expect(await readDialIn('r', get)).toBe(null);
  });
  it('leaves phones out where none can call', () => expect(invitationText({ ...open, sip: null }, t)).not.toContain('phone'));
  it('opens the mail program with subject and text', () => {
    const link = new URL(mailLink(open, t));
    expect([link.protocol, link.searchParams.get('subject'), link.searchParams.get('body')?.split('\r\n').length, link.href.includes('&body=')]).toEqual(['mailto:', 'Invitation: Daily & more', 5, true]);
  });
});

describe('a phone on hold', () => {
  it('is one that is away; others who are away are not', () => {
    expect([isOnHold(person('p', { kind: 'sip', away: true })), isOnHold(person('p', { kind: 'sip' })), isOnHold(person('p', { away: true }))]).toEqual([true, false, false]);
  });
});

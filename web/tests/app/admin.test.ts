import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBlocks } from '../../app/src/admin/EventFeed';
import type { Person, Room, Track } from '../../app/src/admin/model';
import { Readings } from '../../app/src/admin/Readings';
import { changes, creation, draftOf, EMPTY } from '../../app/src/admin/rooms/draft';
import { offers, sent } from '../../app/src/admin/rooms/verbs';
import { ago } from '../../app/src/admin/when';

const person = (patch: Partial<Person> = {}): Person => ({
  id: 'pt_1', identity: 'a', displayName: 'Alice', kind: 'web', role: 'member', state: 'active', handRaisedAt: null, muted: { audio: false, video: false }, tracks: [], joinedAt: '2026-11-26T10:00:00.000Z', ...patch,
});
const track = (source: Track['source'], muted = false): Track => ({ trackId: `tr_${source}`, source, kind: 'audio', muted, codec: 'opus' });
const room: Room = {
  id: 'rm_1', name: 'standup', title: 'Daily', kind: 'permanent', addresses: { web: 'https://x/r/standup', sip: null, xmpp: null },
  access: { mode: 'passcode', passcodeSet: true, waitingRoom: false, locked: false, guests: true },
  features: { chat: true, files: true, screen: true, video: true, unmute: 'everyone', rename: true, allowMultipleShares: false },
  limits: { maxParticipants: 100, maxVideo: 49, maxBitrateBps: 2_500_000, maxDurationMs: 0 }, media: { videoCodecs: ['VP8', 'H264'] },
  status: 'idle', participantCount: 0, createdAt: '2026-11-26T10:00:00.000Z', etag: '"5"',
};

describe('the event stream', () => {
  const block = (id: string): string => `id: ${id}\nevent: room.started\ndata: {"id":"${id}","type":"room.started"}\n\n`;
  it('is read block by block, and half a block is kept', () => {
    const { events, rest } = readBlocks(`${block('evt_1')}: \n\n${block('evt_2')}id: evt_3\nda`);
    expect([events.map((event) => event.id), rest]).toEqual([['evt_1', 'evt_2'], 'id: evt_3\nda']);
  });
  it('survives being cut anywhere', () => {
    const whole = block('evt_1') + block('evt_2');
    for (let cut = 0; cut <= whole.length; cut++) {
      const first = readBlocks(whole.slice(0, cut));
      const second = readBlocks(first.rest + whole.slice(cut));
      expect([...first.events, ...second.events].map((event) => event.id)).toEqual(['evt_1', 'evt_2']);
    }
  });
});

describe('B11.1 what can be done to somebody', () => {
  const verbs = (p: Person): string[] => offers(p).map((offer) => offer.verb + (offer.reason ? `:${offer.reason}` : ''));
  it('in a browser', () => expect(verbs(person({ tracks: [track('microphone'), track('camera'), track('screen')], handRaisedAt: 'now' })))
    .toEqual(['mute', 'video', 'share', 'spotlight', 'hand', 'rename', 'moderator', 'listener', 'remove', 'banSession', 'banDay']));
  it('asks who is muted', () => expect(verbs(person({ tracks: [track('microphone', true), track('camera', true)] })).slice(0, 2)).toEqual(['ask', 'askVideo']));
  it('on a phone', () => expect(verbs(person({ kind: 'sip', tracks: [track('mix')] })).slice(0, 3)).toEqual(['mute', 'video:noCamera', 'spotlight:noPicture']));
  it('in text only', () => expect(verbs(person({ kind: 'xmpp' }))[0]).toBe('mute:textOnly'));
  it('makes no moderator of a machine', () => expect(verbs(person({ kind: 'bot' }))).toContain('moderator:machine'));
});

it('B11 names what is sent in one order, whichever began first', () =>
  expect(sent(person({ tracks: [track('camera'), track('screen', true), track('microphone')] })).map((one) => one.source)).toEqual(['microphone', 'camera']));

describe('reading again', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  it('goes on where events come faster than answers, one reading at a time, and ends with one that began after the last event', async () => {
    const begun: number[] = [];
    let open = 0;
    const readings = new Readings(async () => {
      expect(++open).toBe(1);
      begun.push(Date.now());
      await new Promise((resolve) => setTimeout(resolve, 400));
      open--;
    });
    const start = Date.now();
    for (let at = 0; at < 5000; at += 100) {
      readings.soon();
      await vi.advanceTimersByTimeAsync(100);
    }
    const last = Date.now() - 100;
    await vi.advanceTimersByTimeAsync(2000);
    expect(begun.length).toBeGreaterThanOrEqual(10);
    expect(begun[0]! - start).toBe(150);
    expect(begun.at(-1)).toBeGreaterThan(last);
    const count = begun.length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(begun.length).toBe(count);
    readings.soon();
    readings.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(begun.length).toBe(count);
  });
});

describe('the room form', () => {
  it('sends nothing when nothing was changed', () => expect(changes(draftOf(room), draftOf(room))).toEqual({}));
  it('sends only what was changed, so that a passcode and the server’s defaults stay', () => {
    expect(changes(draftOf(room), { ...draftOf(room), title: 'Weekly', locked: true, maxKbps: '1000', unmute: false })).toEqual({
      title: 'Weekly', access: { locked: true }, features: { unmute: 'moderators' }, limits: { maxBitrateBps: 1_000_000 },
    });
  });
  it('leaves out what was left empty', () => {
    const made = creation({ ...EMPTY, title: ' Daily ' });
    expect([made['name'], made['title'], made['limits'], made['media']]).toEqual([undefined, 'Daily', {}, {}]);
  });
});

it.each([[-90_000, '1 minute ago'], [-7_200_000, '2 hours ago'], [-86_400_000, 'yesterday'], [-400, 'now']])('%i ms reads %s', (away, words) => {
  const now = Date.parse('2026-11-26T10:00:00.000Z');
  expect(ago(new Date(now + away).toISOString(), now)).toMatch(words === '1 minute ago' ? /[12] minutes? ago/ : words);
});

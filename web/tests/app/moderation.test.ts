import { describe, expect, it } from 'vitest';
import { offers, spotlightTrack, type Offer } from '../../app/src/room/moderation';
import { mayChat, mayShareFiles } from '../../app/src/room/tiles';
import { spotlit } from '../../app/src/room/useStage';
import { isOver, mayEnd } from '../../app/src/screens/useLobbyFacts';
import { EMPTY_ROOM, type RoomSnapshot } from '../../packages/client/src/state/roomState';
import type { Participant, ParticipantKind, Track, TrackSource } from '../../packages/client/src/wire/model';

const person = (id: string, kind: ParticipantKind = 'web', more: Partial<Participant> = {}): Participant => ({ id, displayName: id, kind, role: 'member', state: 'active', ...more });
const track = (participantId: string, source: TrackSource, muted = false): Track => ({ trackId: `${participantId}-${source}`, participantId, source, kind: source === 'microphone' || source === 'mix' ? 'audio' : 'video', muted });
const room = (people: Participant[], tracks: Track[] = [], more: Partial<RoomSnapshot> = {}): RoomSnapshot => ({
  ...EMPTY_ROOM, selfId: 'me', participants: Object.fromEntries([person('me'), ...people].map((p) => [p.id, p])), tracks: Object.fromEntries(tracks.map((t) => [t.trackId, t])), ...more,
});
const words = (list: Offer[]): string[] => list.map((o) => `${o.verb}${o.undo ? '↩' : ''}${o.reason ? `: ${o.reason}` : ''}`);

describe('B11.1 every verb works for every kind, or says why not', () => {
  it.each<[string, ParticipantKind, TrackSource[], string[]]>([
    ['a browser', 'web', ['microphone', 'camera'], ['message', 'mute', 'video', 'spotlight', 'role', 'remove', 'ban']],
    ['a browser without devices', 'web', [], ['message', 'ask', 'askVideo', 'spotlight: noPicture', 'role', 'remove', 'ban']],
    ['who shares', 'sylkrtc', ['microphone', 'screen'], ['message', 'mute', 'askVideo', 'share', 'spotlight', 'role', 'remove', 'ban']],
    ['a phone', 'sip', ['mix'], ['message: noChat', 'mute', 'video: noCamera', 'spotlight: noPicture', 'role', 'remove', 'ban']],
    ['XMPP', 'xmpp', [], ['message', 'mute: textOnly', 'video: noCamera', 'spotlight: noPicture', 'role', 'remove', 'ban']],
    ['MSRP', 'msrp', [], ['message', 'mute: textOnly', 'video: noCamera', 'spotlight: noPicture', 'role', 'remove', 'ban']],
    ['a bot', 'bot', ['camera'], ['message: machine', 'mute: noSound', 'video', 'spotlight', 'role: machine', 'remove', 'ban']],
  ])('%s', (_, kind, sources, expected) => {
    const p = person('p', kind);
    expect(words(offers(room([p], sources.map((s) => track('p', s))), p, true))).toEqual(expected);
  });
  it('asks who is muted, lowers a hand that is up, takes back a role and a spotlight', () => {
    const p = person('p', 'web', { role: 'moderator', handRaisedAt: 'x' });
    const r = room([p], [track('p', 'microphone', true), track('p', 'camera')], { spotlight: ['p-camera'] });
    expect(words(offers(r, p, true))).toEqual(['message', 'ask', 'video', 'spotlight↩', 'hand', 'role↩', 'remove', 'ban']);
  });
  it('keeps the spotlight to four', () => {
    const p = person('p');
    expect(words(offers(room([p], [track('p', 'camera')], { spotlight: ['a', 'b', 'c', 'd'] }), p, true))).toContain('spotlight: spotlightFull');
  });
  it('leaves members to write, and oneself alone', () => {
    const p = person('p');
    const r = room([p], [track('me', 'camera')]);
    expect([words(offers(r, p, false)), words(offers(r, r.participants['me'] as Participant, true)), offers(r, r.participants['me'] as Participant, false)]).toEqual([['message'], ['spotlight'], []]);
  });
  it('lights the screen before the camera, and what the menu stands on before both', () => {
    const r = room([person('p')], [track('p', 'camera'), track('p', 'screen')]);
    const p = r.participants['p'] as Participant;
    expect([spotlightTrack(r, p)?.source, spotlightTrack(r, p, track('p', 'camera'))?.source]).toEqual(['screen', 'camera']);
  });
  it('shows the spotlight in the order it was set, and only pictures there are', () => {
    const tile = (id: string): never => ({ key: id, track: track(id, 'camera') }) as never;
    expect(spotlit(['b-camera', 'gone', 'a-camera'], [tile('a'), tile('b'), tile('c')]).map((t) => t.key)).toEqual(['b', 'a']);
  });
});

describe('what one may', () => {
  it.each<[string, Partial<Participant>, Record<string, boolean>, boolean, boolean]>([
    ['all when nothing says otherwise', {}, {}, true, true], ['no chat', {}, { chat: false }, false, true], ['no files', {}, { files: false }, true, false], ['not with these caps', { caps: ['react'] }, {}, false, false], ['a listener’s chat', { caps: ['react', 'chat'] }, {}, true, false],
  ])('%s', (_, me, features, chat, files) => {
    const r = { ...room([], [], { room: { name: 'r', features } }), participants: { me: person('me', 'web', me) } };
    expect([mayChat(r), mayShareFiles(r)]).toEqual([chat, files]);
  });
});

describe('a door that is shut', () => {
  it.each([['room_full', { full: true }, { full: false }], ['room_locked', { locked: true }, { locked: false }], ['room_not_open', { opensAt: '2999-01-01T00:00:00.000Z' }, { opensAt: null }]])('%s opens again', (code, shut, open) => {
    expect([mayEnd(code), isOver(code, null), isOver(code, { exists: true, ...shut }), isOver(code, { exists: true, ...open })]).toEqual([true, false, false, true]);
  });
  it('is for ever where nobody can wait', () => expect([mayEnd('banned'), isOver('banned', { exists: true })]).toEqual([false, false]));
});

import { describe, expect, it } from 'vitest';
import { pluggedIn, speakerGone } from '../../app/src/room/deviceNews';
import { tabTitle, unseen } from '../../app/src/room/useTabBadge';
import { otherSharer } from '../../app/src/room/useShareButton';
import { EMPTY_ROOM, type RoomSnapshot } from '../../packages/client/src/state/roomState';
import type { DeviceList } from '../../packages/client/src/devices/capture';

const person = (id: string, more: object = {}): RoomSnapshot['participants'][string] =>
  ({ id, displayName: id.toUpperCase(), kind: 'web', role: 'member', state: 'active', ...more });
const room = (more: Partial<RoomSnapshot>): RoomSnapshot => ({ ...EMPTY_ROOM, selfId: 'me', participants: { me: person('me') }, ...more });

describe('the tab', () => {
  const up = { handRaisedAt: '2026-01-01T10:00:00.000Z' };
  it('counts hands of others that were not up when the page was last seen', () => {
    const people = { me: person('me', up), a: person('a', up), b: person('b', up), c: person('c') };
    expect([unseen(room({ participants: people }), new Set()), unseen(room({ participants: people }), new Set(['a']))]).toEqual([2, 1]);
  });
  it('counts waiting people for those who can let them in', () => {
    const waiting = [{ id: 'w', displayName: 'W', kind: 'web' as const, since: '' }];
    expect(unseen(room({ waiting }), new Set())).toBe(0);
    expect(unseen(room({ waiting, participants: { me: person('me', { role: 'moderator' }) } }), new Set())).toBe(1);
  });
  it.each([[0, null, 'x · Sylk'], [2, null, '(2) x · Sylk'], [2, 'You are muted', 'You are muted · x · Sylk']] as const)('%i, %s reads %s', (count, muted, title) => {
    expect(tabTitle('x · Sylk', count, muted)).toBe(title);
  });
});

describe('B9 devices that come and go', () => {
  const device = (deviceId: string, label: string, groupId = ''): MediaDeviceInfo => ({ deviceId, label, groupId }) as MediaDeviceInfo;
  const built: DeviceList = { microphones: [device('m', 'Built-in')], speakers: [device('s', 'Built-in')], cameras: [] };
  const headset: DeviceList = { ...built, microphones: [...built.microphones, device('hm', 'Headset', 'g')], speakers: [...built.speakers, device('hs', 'Headset', 'g')] };
  it('offers a headset once, as microphone and speaker', () => {
    expect(pluggedIn(built, headset)).toEqual([{ key: 'g', label: 'Headset', microphone: 'hm', speaker: 'hs' }]);
  });
  it('offers neither aliases nor devices that only got their names', () => {
    expect(pluggedIn(built, { ...built, microphones: [...built.microphones, device('default', 'Default - Built-in')] })).toEqual([]);
    expect(pluggedIn({ ...built, microphones: [device('', '')] }, headset).map((d) => d.microphone)).toEqual([undefined]);
  });
  it('offers nothing when something is unplugged', () => expect(pluggedIn(headset, built)).toEqual([]));
  it('notices that the chosen output went away', () => {
    expect([speakerGone('hs', headset, built), speakerGone('s', headset, built), speakerGone('', headset, built), speakerGone('old', built, built)]).toEqual([true, false, false, false]);
  });
});

describe('B5.1 a second sharer', () => {
  const screen = (participantId: string): RoomSnapshot['tracks'] => ({ t: { trackId: 't', participantId, source: 'screen', kind: 'video', muted: false } });
  const participants = { me: person('me'), bob: person('bob') };
  it('is told whose screen is shown', () => expect(otherSharer(room({ participants, tracks: screen('bob') }))).toEqual({ id: 'bob', name: 'BOB' }));
  it('is asked nothing about an own screen or none', () => expect([otherSharer(room({ participants, tracks: screen('me') })), otherSharer(room({ participants }))]).toEqual([null, null]));
});

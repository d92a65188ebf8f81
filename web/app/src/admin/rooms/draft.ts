import type { Room } from '../model';

/** What the form holds: text where people type, so that a half-typed number is no error yet. */
export interface RoomDraft {
  name: string;
  title: string;
  permanent: boolean;
  mode: Room['access']['mode'];
  passcode: string;
  locked: boolean;
  waitingRoom: boolean;
  guests: boolean;
  chat: boolean;
  files: boolean;
  screen: boolean;
  video: boolean;
  rename: boolean;
  unmute: boolean;
  allowMultipleShares: boolean;
  maxParticipants: string;
  maxVideo: string;
  maxKbps: string;
  maxMinutes: string;
  codecs: string[];
}
export const EMPTY: RoomDraft = {
  name: '', title: '', permanent: true, mode: 'open', passcode: '', locked: false, waitingRoom: false, guests: true, chat: true, files: true, screen: true, video: true,
  rename: true, unmute: true, allowMultipleShares: false, maxParticipants: '', maxVideo: '', maxKbps: '', maxMinutes: '', codecs: [],
};
export const CODECS = ['VP8', 'H264', 'VP9', 'AV1'];

export function draftOf({ name, title, kind, access, features, limits, media }: Room): RoomDraft {
  return {
    name, title, permanent: kind === 'permanent', mode: access.mode, passcode: '', locked: access.locked, waitingRoom: access.waitingRoom, guests: access.guests,
    chat: features.chat, files: features.files, screen: features.screen, video: features.video, rename: features.rename, unmute: features.unmute === 'everyone',
    allowMultipleShares: features.allowMultipleShares, maxParticipants: String(limits.maxParticipants), maxVideo: String(limits.maxVideo),
    maxKbps: String(Math.round(limits.maxBitrateBps / 1000)), maxMinutes: String(Math.round(limits.maxDurationMs / 60_000)), codecs: media.videoCodecs,
  };
}

type Json = Record<string, unknown>;
const number = (text: string, times = 1): number | undefined => (text.trim() === '' ? undefined : Number(text) * times);
const without = (object: Json): Json => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

function whole(draft: RoomDraft): Record<string, Json | string | undefined> {
  return {
    title: draft.title.trim(),
    kind: draft.permanent ? 'permanent' : 'adhoc',
    access: without({ mode: draft.mode, passcode: draft.passcode || undefined, locked: draft.locked, waitingRoom: draft.waitingRoom, guests: draft.guests }),
    features: {
      chat: draft.chat, files: draft.files, screen: draft.screen, video: draft.video, rename: draft.rename,
      unmute: draft.unmute ? 'everyone' : 'moderators', allowMultipleShares: draft.allowMultipleShares,
    },
    limits: without({
      maxParticipants: number(draft.maxParticipants), maxVideo: number(draft.maxVideo), maxBitrateBps: number(draft.maxKbps, 1000), maxDurationMs: number(draft.maxMinutes, 60_000),
    }),
    media: draft.codecs.length > 0 ? { videoCodecs: draft.codecs } : {},
  };
}

export const creation = (draft: RoomDraft): Json => without({ ...(draft.name.trim() ? { name: draft.name.trim().toLowerCase() } : {}), ...whole(draft) });

/** Only what differs, so that settings this form does not know, or the server's defaults, stay as they are. */
export function changes(before: RoomDraft, after: RoomDraft): Json {
  const [old, now] = [whole(before), whole(after)];
  const patch: Json = {};
  for (const [key, value] of Object.entries(now)) {
    if (typeof value !== 'object') {
      if (value !== old[key]) patch[key] = value;
      continue;
    }
    const was = (old[key] ?? {}) as Json;
    const part = Object.fromEntries(Object.entries(value).filter(([name, one]) => JSON.stringify(one) !== JSON.stringify(was[name])));
    if (Object.keys(part).length > 0) patch[key] = part;
  }
  return patch;
}

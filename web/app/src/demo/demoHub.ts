import type { HubFactory, JoinRequest, JoinResult, Negotiation, NegotiationReply, Participant, PinMode, Slot, Track, ViewRequest } from '@sylk/client';
import { canvasTrack } from './canvasTrack';
import { demoCalls } from './demoCalls';
import { demoTalk } from './demoTalk';
import { demoPerson } from './people';

/**
 * A room that lives in this page: the far end is a second RTCPeerConnection whose slots carry canvas pictures, so the
 * client's real negotiation runs. `?refuse=room_full` refuses, `?wait=1` waits, `?screen=1` shares, `?drop=1` goes away,
 * `?calls=1` has called people, `?pin=room` asks callers for a PIN.
 */
export const demoHub = (people: number): HubFactory => () => {
  const wish = new URLSearchParams(location.search);
  const handlers = new Map<string, (payload: Record<string, unknown>) => void>();
  const pictures = new Map<string, MediaStreamTrack>();
  const far = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const crowd = Array.from({ length: Math.max(0, people - 1) }, (_, i) => demoPerson(i));
  const tracks: Track[] = crowd.flatMap((p) => p.tracks);
  if (wish.get('screen')) tracks.push({ trackId: 'tr_s', participantId: 'pt_0', source: 'screen', kind: 'video', muted: false });
  const self: Participant = { id: 'pt_me', displayName: '', kind: 'web', role: 'moderator', state: 'active', joinedAt: '2026-11-24T10:00:00.000Z', handRaisedAt: null };
  let rev = 1;
  let closed: (() => void) | null = null;
  const emit = (event: string, payload: object, fact = true): void => handlers.get(event)?.({ rev: fact ? ++rev : rev, ...payload });

  const talk = demoTalk(crowd.map((c) => c.participant), self, emit);
  const phones = demoCalls(self, emit);

  const answer = async (offer: Negotiation): Promise<NegotiationReply> => {
    await far.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    const sent = new Set(offer.publish.map((p) => p.mid));
    for (const t of far.getTransceivers()) if (t.mid && !sent.has(t.mid)) t.direction = 'sendonly';
    await far.setLocalDescription(await far.createAnswer());
    if (far.iceGatheringState !== 'complete') await new Promise((done) => far.addEventListener('icegatheringstatechange', () => far.iceGatheringState === 'complete' && done(null)));
    const published = offer.publish.map((p) => ({ mid: p.mid, trackId: `tr_my_${p.source}` }));
    for (const p of offer.publish) tracks.push({ trackId: `tr_my_${p.source}`, participantId: self.id, source: p.source, kind: p.source === 'microphone' ? 'audio' : 'video', muted: p.muted });
    return { seq: offer.seq, sdp: far.localDescription?.sdp ?? '', published };
  };
  const join = async (request: JoinRequest): Promise<JoinResult> => {
    self.displayName = request.displayName;
    const reply = request.offer ? await answer(request.offer) : undefined;
    setTimeout(() => chatter(), 300);
    return {
      status: wish.get('wait') ? 'waiting' : 'joined', sessionId: 'ses_demo', resumeKey: 'k', resumeWindowMs: 30_000, rev, self,
      room: { name: request.room, title: 'Daily stand-up', access: { locked: false, pinMode: (wish.get('pin') ?? 'none') as PinMode } }, participants: [self, ...crowd.map((c) => c.participant)], tracks: [...tracks],
      chat: { last: talk.last, unreadFrom: 'msg_7' }, files: talk.files, waiting: wish.get('knock') ? talk.waiting : [],
      iceServers: [], limits: {}, protocol: 1, ...(reply ? { answer: reply } : {}),
    };
  };
  const setView = (view: ViewRequest): void => {
    const slots: Slot[] = view.slots.map((s) => {
      const trackId = s.want && 'trackId' in s.want ? s.want.trackId : null;
      const sender = far.getTransceivers().find((t) => t.mid === s.mid)?.sender;
      if (trackId && !pictures.has(trackId)) pictures.set(trackId, canvasTrack(Number(trackId.slice(4)) || 0, trackId === 'tr_s'));
      void sender?.replaceTrack(trackId ? (pictures.get(trackId) ?? null) : null);
      return { mid: s.mid, trackId, participantId: tracks.find((t) => t.trackId === trackId)?.participantId ?? null, state: trackId ? 'live' : 'paused' };
    });
    emit('Slots', { slots }, false);
  };
  const chatter = (): void => {
    if (crowd.length === 0) return;
    emit('Speakers', { dominant: 'pt_0', levels: [{ participantId: 'pt_0', level: 64 }] }, false);
    if (crowd[3]) emit('Quality', { items: [{ participantId: 'pt_3', score: 2, direction: 'up', cause: 'loss' }] }, false);
    if (wish.get('spot')) emit('SpotlightChanged', { trackIds: crowd.flatMap((c) => c.tracks).filter((x) => x.source === 'camera').slice(0, Number(wish.get('spot'))).map((x) => x.trackId) });
    if (wish.get('calls')) phones.begin();
    if (wish.get('drop')) setTimeout(() => closed?.(), 200);
  };
  const verbs: Record<string, (request: never) => unknown> = {
    Join: join, Negotiate: answer, SetView: setView,
    UpdateSelf: (r: { handRaised: boolean }) => emit('ParticipantUpdated', { id: self.id, handRaisedAt: r.handRaised ? new Date().toISOString() : null }),
    React: (r: { emoji: string }) => emit('Reaction', { participantId: self.id, emoji: r.emoji }),
    SetTrackMuted: (r: { trackId: string; muted: boolean }) => emit('TrackUpdated', r),
    Remove: (r: { participantId: string }) => emit('ParticipantLeft', { id: r.participantId, reason: 'removed' }),
    Mute: (r: { participantId: string; source: string }) => {
      const track = tracks.find((t) => t.participantId === r.participantId && t.source === r.source);
      if (track) emit('TrackUpdated', { trackId: track.trackId, muted: true });
    },
    MuteAll: () => tracks.filter((t) => t.kind === 'audio' && t.participantId !== self.id).forEach((t) => emit('TrackUpdated', { trackId: t.trackId, muted: true })),
    LowerHands: () => crowd.forEach((c) => emit('ParticipantUpdated', { id: c.participant.id, handRaisedAt: null })),
    ...talk.verbs, ...phones.verbs,
  };
  let starts = 0;
  return {
    start: () => (starts++ === 0 && wish.get('drop') === '2' ? Promise.reject(new Error('demo')) : Promise.resolve()),
    stop: () => Promise.resolve(far.close()),
    invoke: async (method, request) => {
      const refuse = wish.get('refuse');
      if (method === 'Join' && (refuse || (request as JoinRequest).resume)) return { ok: false, error: { code: refuse ?? 'overloaded', traceId: '4bf92f3577b34da6', retryAfterMs: 60_000 } };
      return { ok: true, value: await verbs[method]?.(request as never) };
    },
    send: () => undefined,
    on: (event, handler) => void handlers.set(event, handler),
    onClose: (handler) => void (closed = handler),
  };
};

import type { Call, CallEnd, Participant } from '@sylk/client';

type Emit = (event: string, payload: object, fact?: boolean) => void;
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** How calls end in the demo room: by a word of the address; every other one is answered. */
const ENDINGS: Record<string, CallEnd> = {
  busy: { code: 'callee_busy', sip: { status: 486, reason: 'Busy Here' }, side: 'them' },
  declined: { code: 'callee_declined', sip: { status: 603, reason: 'Decline' }, side: 'them' },
  away: { code: 'callee_timeout', sip: { status: 408, reason: 'Request Timeout' }, side: 'them' },
  nowhere: { code: 'address_unroutable', sip: { status: 404, reason: 'Not Found' }, side: 'them' },
};

/** Phones the demo room calls. `begin` shows one call in every state (`?calls=1`). */
export function demoCalls(self: Participant, emit: Emit): { begin: () => void; verbs: Record<string, (request: never) => unknown> } {
  const calls = new Map<string, Call>();
  const change = (call: Call): void => {
    calls.set(call.id, call);
    emit('CallChanged', { ...call });
  };
  const place = (to: string, displayName?: string, more: Partial<Call> = {}): Call => {
    const call: Call = { id: `call_${calls.size + 1}`, direction: 'out', state: 'dialing', to, by: self.id, startedAt: ago(0), participantId: `pt_call${calls.size + 1}`, ...(displayName ? { displayName } : {}), ...more };
    change(call);
    return call;
  };
  const join = (call: Call): void => {
    emit('ParticipantJoined', { id: call.participantId, identity: call.to, displayName: call.displayName ?? call.to, kind: 'sip', role: 'member', state: 'active', joinedAt: ago(0) });
    emit('TrackPublished', { trackId: `tr_${call.id}`, participantId: call.participantId, source: 'microphone', kind: 'audio', muted: false });
  };
  const end = (id: string, how: CallEnd): void => {
    const call = calls.get(id);
    if (!call || call.state === 'ended') return;
    change({ ...call, state: 'ended', endedAt: ago(0), end: how });
    if (call.state === 'answered') emit('ParticipantLeft', { id: call.participantId, reason: 'left' });
  };
  const answer = (id: string): void => {
    const call = calls.get(id);
    if (call?.state !== 'ringing') return;
    change({ ...call, state: 'answered', answeredAt: ago(0) });
    join(call);
  };
  const dial = (to: string, displayName?: string): Call => {
    const call = place(to, displayName);
    const how = ENDINGS[Object.keys(ENDINGS).find((word) => to.includes(word)) ?? ''];
    setTimeout(() => calls.get(call.id)?.state === 'dialing' && change({ ...call, state: 'ringing' }), 900);
    setTimeout(() => (how ? end(call.id, how) : answer(call.id)), 3500);
    return call;
  };
  return {
    begin: () => {
      place('sip:lena@example.net', 'Lena Brandt', { state: 'ended', answeredAt: ago(300), endedAt: ago(20), end: { code: 'completed', side: 'them' } });
      for (const [word, name] of [['busy', 'Marco Bianchi'], ['declined', ''], ['away', 'Sofia Holm'], ['nowhere', '']] as const) place(`sip:${word}@example.net`, name || undefined, { state: 'ended', endedAt: ago(5), end: ENDINGS[word] ?? null });
      const up = place('tel:+31205551234', 'Reception', { state: 'answered', answeredAt: ago(83) });
      join(up);
      place('sip:tomas@a-very-long-company-name.example.net', undefined, { state: 'ringing' });
      place('tel:+4930901820');
    },
    verbs: {
      Dial: (r: { address: string; displayName?: string }) => ({ callId: dial(r.address, r.displayName).id }),
      HangUp: (r: { callId: string }) => end(r.callId, calls.get(r.callId)?.state === 'answered' ? { code: 'completed', side: 'us' } : { code: 'cancelled', side: 'us' }),
    },
  };
}

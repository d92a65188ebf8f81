import type { ChatMessage, FileInfo, Participant, SendChatRequest, Waiting } from '@sylk/client';

type Emit = (event: string, payload: object, fact?: boolean) => void;
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** What was said and shared in the demo room before, and what happens to what is said now. */
export function demoTalk(people: readonly Participant[], self: Participant, emit: Emit): { last: ChatMessage[]; files: FileInfo[]; waiting: Waiting[]; verbs: Record<string, (request: never) => unknown> } {
  let sequence = 0;
  const by = (i: number): Participant => people[i % Math.max(1, people.length)] ?? self;
  const line = (from: Participant, content: string, seconds: number, more: Partial<ChatMessage> = {}): ChatMessage => ({
    id: `msg_${++sequence}`, sequence, from: { participantId: from.id, displayName: from.displayName, kind: from.kind }, content, contentType: 'text/plain', timestamp: ago(seconds), via: 'web', ...more,
  });
  const last = [
    line(by(0), 'Good morning! The agenda is at https://example.org/agenda?week=48 (please add what is missing).', 640),
    line(by(0), 'We start in two minutes.', 600), line(by(1), 'Thanks. Who takes notes?', 540), line(by(3), 'waves', 500, { action: true }),
    line(by(1), 'Can you share the numbers with me before?', 420, { to: self.id }), line(self, 'Sure, a minute.', 400, { to: by(1).id }),
    line(by(4), 'I do, and the minutes go out today.', 300, { replyTo: 'msg_3', editedAt: ago(280) }), line(by(2), '', 250, { deleted: true }),
    line(by(5), '<b>No</b> markup here: <img src=x onerror=alert(1)> is just text.', 60),
  ];
  const files: FileInfo[] = [
    { id: 'fl_1', name: 'quarterly-review-final-really-final-version-3.pdf', size: 2_480_000, contentType: 'application/pdf', from: { participantId: by(0).id, displayName: by(0).displayName }, timestamp: ago(560), url: '/files/fl_1' },
    { id: 'fl_2', name: 'whiteboard.png', size: 640_000, contentType: 'image/png', from: { participantId: self.id, displayName: self.displayName }, timestamp: ago(90), url: '/files/fl_2' },
  ];
  let waiting: Waiting[] = [{ id: 'pt_w1', displayName: 'Wim Peeters', kind: 'web', since: ago(75) }, { id: 'pt_w2', displayName: '+31 20 800 5161', kind: 'sip', since: ago(20) }];
  const drop = (id?: string): void => emit('WaitingChanged', { waiting: (waiting = id ? waiting.filter((w) => w.id !== id) : []) });
  const verbs: Record<string, (request: never) => unknown> = {
    SendChat: (r: SendChatRequest) => {
      const message = line(self, r.content, 0, { clientId: r.clientId, ...(r.to ? { to: r.to } : {}), ...(r.replyTo ? { replyTo: r.replyTo } : {}) });
      emit('ChatMessage', { message });
      last.push(message);
      for (const [state, after] of r.to ? [['delivered', 400], ['displayed', 1500]] as const : []) setTimeout(() => emit('ChatReceipt', { messageId: message.id, by: r.to, state }, false), after);
      setTimeout(() => emit('Typing', { participantId: by(0).id, state: 'active' }, false), 500);
      return { messageId: message.id, timestamp: message.timestamp };
    },
    LoadChat: () => ({ messages: [], more: false }),
    EditChat: (r: { messageId: string; content: string }) => {
      const message = last.find((m) => m.id === r.messageId);
      if (message) emit('ChatUpdated', { message: { ...message, content: r.content, editedAt: ago(0) } });
    },
    DeleteChat: (r: { messageId: string }) => {
      const message = last.find((m) => m.id === r.messageId);
      if (message) emit('ChatUpdated', { message: { ...message, content: '', deleted: true } });
    },
    BeginFile: () => ({ fileId: 'fl_9', uploadUrl: '/demo/nowhere' }),
    RemoveFile: (r: { fileId: string }) => emit('FileRemoved', r),
    Admit: (r: { participantId?: string }) => drop(r.participantId), Deny: (r: { participantId: string }) => drop(r.participantId),
    Spotlight: (r: { trackIds: string[] }) => emit('SpotlightChanged', r),
    SetRole: (r: { participantId: string; role: string }) => emit('ParticipantUpdated', { id: r.participantId, role: r.role }),
    UpdateRoom: ({ locked, waitingRoom, passcode, ...rest }: { locked?: boolean; waitingRoom?: boolean; passcode?: string }) =>
      emit('RoomUpdated', { ...rest, access: { ...(locked === undefined ? {} : { locked }), ...(waitingRoom === undefined ? {} : { waitingRoom }), ...(passcode === undefined ? {} : { passcodeSet: passcode !== '' }) } }),
  };
  return { last, files, waiting, verbs };
}

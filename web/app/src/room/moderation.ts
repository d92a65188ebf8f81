import type { Participant, RoomSession } from '@sylk/client';
import type { TFunction } from 'i18next';
import type { Question } from '../ui/Confirm';
import type { MenuEntry } from '../ui/Menu';

/** What a moderator can do to one person; unmuting is a question, never an order. */
export function moderationEntries(session: RoomSession, p: Participant, t: TFunction, ask: (question: Question) => void): MenuEntry[] {
  const participantId = p.id;
  const tell = (work: Promise<unknown>): void => void work.catch(() => undefined);
  const remove = (): void => ask({
    title: t('people.confirmRemove', { name: p.displayName }), hint: t('people.confirmRemoveHint', { name: p.displayName }),
    yes: t('people.remove'), danger: true, onYes: () => tell(session.invoke('Remove', { participantId })),
  });
  return [
    { id: 'mute', icon: 'micOff', label: t('people.mute'), onAction: () => tell(session.invoke('Mute', { participantId, source: 'microphone' })) },
    { id: 'ask', icon: 'mic', label: t('people.askUnmute'), onAction: () => tell(session.invoke('AskToUnmute', { participantId, source: 'microphone' })) },
    ...(p.kind === 'web' || p.kind === 'sylkrtc' ? [{ id: 'video', icon: 'cameraOff' as const, label: t('people.stopVideo'), onAction: () => tell(session.invoke('Mute', { participantId, source: 'camera' })) }] : []),
    { id: 'remove', icon: 'remove', danger: true, label: t('people.remove'), onAction: remove },
  ];
}

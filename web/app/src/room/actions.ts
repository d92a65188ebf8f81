import type { RoomSession } from '@sylk/client';

const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined);

export function toggleMicrophone(session: RoomSession): void {
  quietly(session.media.setMicrophone(session.store.snapshot.local.sources.microphone !== 'on'));
}
export function toggleCamera(session: RoomSession): void {
  quietly(session.media.setCamera(session.store.snapshot.local.sources.camera !== 'on'));
}
export function toggleScreen(session: RoomSession): void {
  quietly(session.store.snapshot.local.sources.screen === 'off' ? session.media.startScreen() : session.media.stopScreen());
}
export function toggleHand(session: RoomSession): void {
  const { room } = session.store.snapshot;
  quietly(session.invoke('UpdateSelf', { handRaised: !room.participants[room.selfId]?.handRaisedAt }));
}
export function react(session: RoomSession, emoji: string): void {
  quietly(session.invoke('React', { emoji }));
}

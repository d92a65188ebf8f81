import type { RoomSession } from '@sylk/client';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toggleMicrophone } from '../actions';
import { usePanels } from '../panels';
import { useSession } from '../session';
import { presentPeople } from '../tiles';
import { useTell } from '../useTell';
import { COMMANDS, parseLine, type ChatCommand } from './commands';

interface Saying {
  /** False when the line was not understood and is better kept. */
  say: (line: string) => boolean;
  /** What the page answers to a command; nobody else sees it. */
  answer: readonly string[];
  clear: () => void;
}

/** Sends what was typed, or does what it asks for. */
export function useSay(replyTo: string | null): Saying {
  const { t } = useTranslation();
  const session = useSession();
  const tell = useTell();
  const { to } = usePanels();
  const [answer, setAnswer] = useState<readonly string[]>([]);
  const say = (typed: string): boolean => {
    const { room } = session.store.snapshot;
    const command = parseLine(typed, presentPeople(room).filter((p) => p.id !== room.selfId));
    const goneBefore = to !== null && !room.participants[to];
    if (goneBefore && (command.name === 'say' || command.name === 'me')) {
      setAnswer([t('chat.hasLeft')]);
      return false;
    }
    setAnswer(answerTo(command, t));
    tell(run(session, command, { ...(to ? { to } : {}), ...(replyTo ? { replyTo } : {}) }, t));
    return command.name !== 'error';
  };
  return { say, answer, clear: () => setAnswer([]) };
}

function answerTo(command: ChatCommand, t: TFunction): string[] {
  if (command.name === 'help') return COMMANDS.map((name) => t(`chat.commands.${name}`));
  if (command.name === 'error') return [t(`chat.problems.${command.problem}`, { value: command.value })];
  return [];
}

async function run(session: RoomSession, command: ChatCommand, options: { to?: string; replyTo?: string }, t: TFunction): Promise<void> {
  const { moderation, chat } = session;
  switch (command.name) {
    case 'say': return chat.send(command.text, options);
    case 'me': return chat.send(`/me ${command.text}`, options);
    case 'msg': return chat.send(command.text, { to: command.to });
    case 'nick': return session.invoke('UpdateSelf', { displayName: command.text });
    case 'topic': return moderation.updateRoom({ title: command.text });
    case 'mute': return moderation.mute(command.participantId, 'microphone');
    case 'kick': return moderation.remove(command.participantId);
    case 'lock': return moderation.updateRoom({ locked: !session.store.snapshot.room.room.access?.locked });
    case 'invite':
      await navigator.clipboard.writeText(location.origin + location.pathname);
      return session.notify('info', t('room.linkCopied'));
    case 'muteSelf':
      if (session.store.snapshot.local.sources.microphone === 'on') toggleMicrophone(session);
      return;
    default:
  }
}

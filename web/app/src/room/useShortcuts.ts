import type { RoomSession } from '@sylk/client';
import i18next from 'i18next';
import { useEffect, useRef } from 'react';
import { loadPrefs } from '../prefs';
import { react, toggleCamera, toggleHand, toggleMicrophone } from './actions';
import { commandFor, type Command } from './keys';
import { REACTIONS } from './Reactions';

export interface ShortcutTargets {
  people: () => void;
  chat: () => void;
  stats: () => void;
  help: () => void;
  layout: () => void;
  share: () => void;
  devices: () => void;
  say: (text: string) => void;
}

export function useShortcuts(session: RoomSession, targets: ShortcutTargets): void {
  const current = useRef(targets);
  current.current = targets;
  useEffect(() => {
    let talking = false;
    const down = (e: KeyboardEvent): void => {
      const command = commandFor(e, focusOf(e.target), loadPrefs().shortcuts);
      if (!command) return;
      e.preventDefault();
      if (command === 'talk') {
        if (session.store.snapshot.local.sources.microphone !== 'muted') return;
        talking = true;
        void session.media.setMicrophone(true);
        return;
      }
      run(command, session, current.current);
    };
    const up = (e: KeyboardEvent): void => {
      if (e.code !== 'Space' || !talking) return;
      talking = false;
      void session.media.setMicrophone(false);
    };
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    return () => {
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
    };
  }, [session]);
}

function focusOf(target: EventTarget | null): 'text' | 'dialog' | 'button' | 'page' {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.isContentEditable || target.matches('input, textarea, select')) return 'text';
  if (target.closest('[role=dialog], [role=menu], [role=listbox], [role=alertdialog]')) return 'dialog';
  return target.closest('button, a, [role=button]') ? 'button' : 'page';
}

function run(command: Command, session: RoomSession, targets: ShortcutTargets): void {
  switch (command) {
    case 'mic': return toggleMicrophone(session);
    case 'camera': return toggleCamera(session);
    case 'hand': return toggleHand(session);
    case 'screen': return targets.share();
    case 'people': return targets.people();
    case 'chat': return targets.chat();
    case 'stats': return targets.stats();
    case 'layout': return targets.layout();
    case 'help': return targets.help();
    case 'devices': return targets.devices();
    case 'fullscreen':
      return void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    case 'nextPerson': return focusNext('[data-tile]', 1);
    case 'previousPerson': return focusNext('[data-tile]', -1);
    case 'region': return focusNext('[data-region]', 1);
    case 'who': return targets.say(whoSpeaks(session));
    case 'talk': return;
    default: return react(session, REACTIONS[command.reaction - 1]?.[0] ?? '👍');
  }
}

function focusNext(selector: string, step: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(selector)];
  const at = all.findIndex((e) => e.contains(document.activeElement));
  all[(at + step + all.length) % all.length]?.focus();
}

function whoSpeaks(session: RoomSession): string {
  const { room } = session.store.snapshot;
  const name = room.participants[room.dominant ?? '']?.displayName;
  return name ? i18next.t('room.speakerNow', { name }) : i18next.t('room.nobodySpeaks');
}

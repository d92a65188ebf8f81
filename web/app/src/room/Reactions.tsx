import { useEffect, useRef, useState } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/Icon';
import { react } from './actions';
import bar from './ControlBar.module.css';
import styles from './Reactions.module.css';
import { useRoom, useSession } from './session';

export const REACTIONS = [
  ['👍', 'thumbsUp'], ['❤️', 'heart'], ['👏', 'clap'], ['😂', 'laugh'], ['😮', 'wow'], ['🎉', 'party'], ['🤔', 'think'], ['👋', 'wave'],
] as const;
const SHOWN_MS = 4000;

export function ReactionPicker(): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <DialogTrigger>
      <Button className={bar.round ?? ''} aria-label={t('room.react')}><Icon name="smile" size={23} /></Button>
      <Popover className={styles.popover ?? ''} offset={10}>
        <Dialog aria-label={t('room.react')} className={styles.row ?? ''}>
          {REACTIONS.map(([emoji, name]) => (
            <Button key={name} slot="close" className={styles.emoji ?? ''} aria-label={t(`reactions.${name}`)} onPress={() => react(session, emoji)}>{emoji}</Button>
          ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** Reactions rise once and go; each is shown for four seconds whatever the room does meanwhile. */
export function Reactions(): React.JSX.Element {
  const reactions = useRoom((s) => s.room.reactions);
  const participants = useRoom((s) => s.room.participants);
  const [gone, setGone] = useState(0);
  const timers = useRef(new Map<number, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    for (const { key } of reactions) {
      if (!timers.current.has(key)) timers.current.set(key, setTimeout(() => setGone((g) => Math.max(g, key)), SHOWN_MS));
    }
  }, [reactions]);
  return (
    <div className={styles.layer} aria-live="off">
      {reactions.filter((r) => r.key > gone).map((r) => (
        <span key={r.key} className={`${styles.float} ${styles[`lane${r.key % 5}`]}`}>
          <b>{r.emoji}</b>
          <small>{participants[r.participantId]?.displayName}</small>
        </span>
      ))}
    </div>
  );
}

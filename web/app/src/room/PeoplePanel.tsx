import type { Participant } from '@sylk/client';
import { useState } from 'react';
import { Button as Bare } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/Avatar';
import { Field } from '../ui/Field';
import { Icon } from '../ui/Icon';
import { Menu } from '../ui/Menu';
import { KindBadge } from './KindBadge';
import styles from './PeoplePanel.module.css';
import { InviteButtons } from './phones/InviteButtons';
import { RoomVerbs } from './RoomVerbs';
import { SidePanel } from './SidePanel';
import { GOOD, qualityWords, worse } from './quality';
import { useRoom } from './session';
import { audioMuted, canModerate, isOnHold, presentPeople } from './tiles';
import { usePersonVerbs } from './usePersonVerbs';
import { WaitingList } from './WaitingList';

const SEARCH_FROM = 8;

/** Raised hands first, in the order they went up; then everyone in the order they came. */
function byHand(a: Participant, b: Participant): number {
  if (a.handRaisedAt && b.handRaisedAt) return a.handRaisedAt.localeCompare(b.handRaisedAt);
  return Number(!!b.handRaisedAt) - Number(!!a.handRaisedAt);
}

export function PeoplePanel({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const room = useRoom((s) => s.room);
  const ownMuted = useRoom((s) => s.local.sources.microphone !== 'on');
  const [search, setSearch] = useState('');
  const moderator = canModerate(room.participants[room.selfId]);
  const all = presentPeople(room);
  const people = all.filter((p) => p.displayName.toLowerCase().includes(search.trim().toLowerCase())).sort(byHand);
  return (
    <SidePanel id="people" title={`${t('people.title')} (${all.length})`} onClose={onClose} foot={moderator && <RoomVerbs />}>
      <InviteButtons />
      {all.length >= SEARCH_FROM && <div className={styles.search}><Field label={t('people.search')} value={search} onChange={setSearch} /></div>}
      {moderator && room.waiting.length > 0 && <WaitingList />}
      <ul className={styles.list}>
        {people.map((p) => <Person key={p.id} person={p} self={p.id === room.selfId} muted={p.id === room.selfId ? ownMuted : audioMuted(room, p.id)} />)}
      </ul>
      {people.length === 0 && <p className={styles.none}>{t('people.none')}</p>}
    </SidePanel>
  );
}

function Person({ person, self, muted }: { person: Participant; self: boolean; muted: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  const verbs = usePersonVerbs(person);
  const name = self ? t('room.you', { name: person.displayName }) : person.displayName;
  const quality = useRoom((s) => s.room.quality[person.id]);
  const line = self ? worse(quality) : quality?.up;
  const notes = [person.role === 'moderator' ? t('people.moderator') : '', person.kind !== 'web' ? t(`people.kind.${person.kind}`) : '', isOnHold(person) ? t('people.onHold') : '', person.state === 'reconnecting' ? t('people.reconnecting') : '', line && line.score < GOOD ? qualityWords(t, line) : ''].filter(Boolean);
  return (
    <li className={styles.person}>
      <Avatar id={person.identity ?? person.id} name={person.displayName} phone={person.kind === 'sip'} size="s" />
      <span className={styles.who}>
        <b>{name}</b>
        {notes.length > 0 && <small><KindBadge kind={person.kind} size={13} shown />{notes.join(' · ')}</small>}
      </span>
      {person.handRaisedAt && <span className={styles.hand} title={t('people.handRaised')}><Icon name="hand" size={17} /><span className="visually-hidden">{t('people.handRaised')}</span></span>}
      {muted && <span className={styles.mark} title={t('people.micOff')}><Icon name="micOff" size={18} /><span className="visually-hidden">{t('people.micOff')}</span></span>}
      {verbs.some((g) => g.entries.length > 0) && (
        <Menu label={t('room.menuFor', { name })} groups={verbs}>
          <Bare className={styles.more ?? ''} aria-label={t('room.menuFor', { name })}><Icon name="more" size={18} /></Bare>
        </Menu>
      )}
    </li>
  );
}

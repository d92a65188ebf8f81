import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from '../Admin.module.css';
import { useAdmin } from '../admin';
import type { FeedEvent } from '../EventFeed';
import type { Page } from '../http';
import type { Room, Server } from '../model';
import { Chip, Go, Numbers, Rows, Section, Title, Trouble } from '../parts';
import { useLoad, usePages } from '../useLoad';
import { ago, percent, time } from '../when';

const MOST_EVENTS = 30;
const ofRooms = (event: FeedEvent): boolean => event.type.startsWith('room.') || event.type.startsWith('participant.');

export function Overview(): React.JSX.Element {
  const { t } = useTranslation();
  const server = useLoad<Server>('/server', ofRooms);
  const live = useLoad<Page<Room>>('/rooms?status=live&limit=200', ofRooms);
  const { value } = server;
  const rooms = live.value?.items;
  const more = live.value?.next ? '+' : '';
  return (
    <>
      <Title text={t('admin.overview.title')} {...(value ? { sub: t('admin.overview.sub', { host: value.publicHost, version: value.version }) } : {})} />
      {server.error && <Trouble error={server.error} />}
      <Numbers of={[
        [t('admin.overview.live'), rooms ? `${rooms.length}${more}` : '–'],
        [t('admin.overview.people'), rooms ? `${rooms.reduce((sum, room) => sum + room.participantCount, 0)}${more}` : '–'],
        [t('admin.overview.load'), value ? percent(value.load) : '–'],
        [t('admin.overview.started'), value ? ago(value.startedAt) : '–'],
      ]} />
      <Section title={t('admin.overview.now')}><LiveRooms /></Section>
      <Section title={t('admin.overview.events')}><Happening /></Section>
    </>
  );
}

function LiveRooms(): React.JSX.Element {
  const { t } = useTranslation();
  const pages = usePages<Room>('/rooms', 'status=live', ofRooms);
  return (
    <Rows label={t('admin.overview.now')} pages={pages} empty={t('admin.rooms.noneLive')}>
      {(room) => (
        <li key={room.id} className={styles.row}>
          <span><Go to={`/admin/rooms/${room.name}`}>{room.title || room.name}</Go><small>{room.name}</small></span>
          <span className={styles.chips}><Chip tone="good">{t('admin.rooms.inside', { count: room.participantCount })}</Chip></span>
        </li>
      )}
    </Rows>
  );
}

/** The newest events, for as long as the page is open. */
function Happening(): React.JSX.Element {
  const { t } = useTranslation();
  const { feed } = useAdmin();
  const [events, setEvents] = useState<FeedEvent[]>([]);
  useEffect(() => feed.listen((event) => event && setEvents((old) => [event, ...old].slice(0, MOST_EVENTS))), [feed]);
  if (events.length === 0) return <p className={styles.none}>{t('admin.overview.noEvents')}</p>;
  return (
    <ul className={`${styles.rows} ${styles.log}`} aria-label={t('admin.overview.events')}>
      {events.map((event) => (
        <li key={event.id} className={styles.row}>
          <span><b>{event.type}</b><small>{[event.room, String(event.data['displayName'] ?? event.data['reason'] ?? '')].filter(Boolean).join(' · ')}</small></span>
          <small><time dateTime={event.timestamp}>{time(event.timestamp)}</time></small>
        </li>
      ))}
    </ul>
  );
}

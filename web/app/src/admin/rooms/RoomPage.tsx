import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useConfirm } from '../../ui/Confirm';
import styles from '../Admin.module.css';
import { useAct, useAdmin } from '../admin';
import type { FeedEvent } from '../EventFeed';
import type { Room, RoomSession, RoomStats } from '../model';
import { Chip, Numbers, Rows, Secret, Section, Title, Trouble } from '../parts';
import { useLoad, usePages } from '../useLoad';
import { moment, rate } from '../when';
import { Announce } from './Announce';
import { MoveMedia } from './MoveMedia';
import { Knocking, People } from './People';
import { RoomForm } from './RoomForm';

/** One room: what it is, who is inside, and everything that can be done about it. */
export function RoomPage({ name, onGone }: { name: string; onGone: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const here = (event: FeedEvent): boolean => event.room === name;
  const { value: room, error } = useLoad<Room>(`/rooms/${name}`, here);
  const back = { to: '/admin/rooms', label: t('admin.rooms.title') };
  if (!room) return <><Title text={name} back={back} />{error ? <Trouble error={error} /> : <p className={styles.none}>{t('app.loading')}</p>}</>;
  return (
    <>
      <Title text={room.title || room.name} sub={room.name} back={back}><Verbs room={room} onGone={onGone} /></Title>
      {error && <Trouble error={error} />}
      <p className={styles.chips} data-start>
        <Chip tone={room.status === 'live' ? 'good' : ''}>{room.status === 'live' ? t('admin.rooms.inside', { count: room.participantCount }) : t('admin.rooms.is.idle')}</Chip>
        <Chip>{t(`admin.rooms.kinds.${room.kind}`)}</Chip>
        <Chip>{t(`admin.rooms.modes.${room.access.mode}`)}</Chip>
        {room.access.locked && <Chip tone="warn">{t('admin.rooms.locked')}</Chip>}
        {room.access.waitingRoom && <Chip>{t('admin.rooms.waitingRoom')}</Chip>}
      </p>
      <Knocking room={room} />
      <People room={room} />
      {room.status === 'live' && <Flow name={name} wants={here} />}
      {room.status === 'live' && <Announce name={name} />}
      <Section title={t('admin.rooms.link')}><Secret label={t('admin.rooms.webAddress')} value={room.addresses.web} /></Section>
      <Section title={t('admin.rooms.sessions')}><Sessions name={name} /></Section>
    </>
  );
}

function Verbs({ room, onGone }: { room: Room; onGone: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const ask = useConfirm();
  const [editing, setEditing] = useState<Room | null>(null);
  const path = `/rooms/${room.name}`;
  /** What is edited is the room as it is now: word of the last change may still be on its way. */
  const edit = (): void => void act(http.get<Room>(path).then(setEditing));
  const lock = (locked: boolean): void => void act(http.send('PATCH', path, { body: { access: { locked } } }));
  const end = (): void => ask({ title: t('moderator.confirmEnd'), hint: t('moderator.confirmEndHint'), yes: t('admin.rooms.end'), danger: true, onYes: () => void act(http.send('POST', `${path}/end`), t('admin.rooms.ended')) });
  const remove = (): void => ask({
    title: t('admin.rooms.confirmDelete', { name: room.name }), hint: t('admin.rooms.confirmDeleteHint'), yes: t('admin.rooms.delete'), danger: true,
    onYes: () => void act(http.send('DELETE', path, { tag: room.etag }), t('admin.rooms.deleted', { name: room.name })).then((done) => done && onGone()),
  });
  return (
    <span className={styles.verbs}>
      <Button size="s" icon="settings" onPress={edit}>{t('admin.rooms.edit')}</Button>
      <Button size="s" icon={room.access.locked ? 'unlock' : 'lock'} onPress={() => lock(!room.access.locked)}>{t(room.access.locked ? 'admin.rooms.unlock' : 'admin.rooms.lock')}</Button>
      {room.status === 'live' && <Button size="s" icon="leave" onPress={end}>{t('admin.rooms.end')}</Button>}
      <Button size="s" variant="danger" icon="trash" onPress={remove}>{t('admin.rooms.delete')}</Button>
      {editing && <RoomForm room={editing} onClose={() => setEditing(null)} onDone={() => undefined} />}
    </span>
  );
}

function Flow({ name, wants }: { name: string; wants: (event: FeedEvent) => boolean }): React.JSX.Element {
  const { t } = useTranslation();
  const { value, reload } = useLoad<RoomStats>(`/rooms/${name}/stats`, wants);
  const of: [string, React.ReactNode][] = value ? [
    [t('admin.rooms.received'), rate(value.receivedBps)], [t('admin.rooms.sent'), rate(value.sentBps)],
    [t('admin.rooms.loss'), `${value.lossPercent.toFixed(1)} %`], [t('admin.rooms.tracks'), value.tracks],
    [t('admin.rooms.node'), <small key="node">{value.node ?? '–'}</small>],
  ] : [];
  return (
    <Section title={t('admin.rooms.flow')} verbs={(
      <>
        {value && <MoveMedia name={name} home={value.node} onMoved={reload} />}
        <Button size="s" onPress={reload}>{t('admin.reload')}</Button>
      </>
    )}>
      <Numbers of={of} />
    </Section>
  );
}

function Sessions({ name }: { name: string }): React.JSX.Element {
  const { t } = useTranslation();
  const pages = usePages<RoomSession>(`/rooms/${name}/sessions`, '', (event) => event.room === name && event.type.startsWith('room.'));
  return (
    <Rows label={t('admin.rooms.sessions')} pages={pages} empty={t('admin.rooms.noSessions')}>
      {(one) => (
        <li key={one.id} className={styles.row}>
          <span><b>{moment(one.startedAt)}</b><small>{one.endedAt ? t('admin.rooms.until', { end: moment(one.endedAt), reason: one.endReason ?? '' }) : t('admin.rooms.goesOn')}</small></span>
          <span className={styles.chips}><Chip>{t('admin.rooms.inside', { count: one.mostAtOnce })}</Chip></span>
        </li>
      )}
    </Rows>
  );
}

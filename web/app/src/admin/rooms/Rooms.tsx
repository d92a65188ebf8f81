import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { navigate } from '../../route';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Picker } from '../../ui/Picker';
import styles from '../Admin.module.css';
import type { Room } from '../model';
import { Chip, Go, Rows, Title } from '../parts';
import { usePages } from '../useLoad';
import { RoomForm } from './RoomForm';

const STATES = ['all', 'live', 'idle'] as const;
const KINDS = ['all', 'permanent', 'adhoc'] as const;

export function Rooms(): React.JSX.Element {
  const { t } = useTranslation();
  const [prefix, setPrefix] = useState('');
  const [status, setStatus] = useState<string>('all');
  const [kind, setKind] = useState<string>('all');
  const [making, setMaking] = useState(false);
  const wanted = { prefix: prefix.trim().toLowerCase(), status: status === 'all' ? '' : status, kind: kind === 'all' ? '' : kind };
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString();
  const pages = usePages<Room>('/rooms', query, (event) => event.type.startsWith('room.') || event.type.startsWith('participant.'));
  return (
    <>
      <Title text={t('admin.rooms.title')}><Button variant="primary" icon="plus" onPress={() => setMaking(true)}>{t('admin.rooms.new')}</Button></Title>
      <div className={styles.filters}>
        <Field label={t('admin.rooms.search')} value={prefix} onChange={setPrefix} autoComplete="off" />
        <Picker label={t('admin.rooms.status')} icon="people" value={status} empty="" options={STATES.map((id) => ({ id, label: t(`admin.rooms.is.${id}`) }))} onChange={setStatus} />
        <Picker label={t('admin.rooms.kind')} icon="door" value={kind} empty="" options={KINDS.map((id) => ({ id, label: t(`admin.rooms.kinds.${id}`) }))} onChange={setKind} />
      </div>
      <Rows label={t('admin.rooms.title')} pages={pages} empty={t('admin.rooms.none')}>
        {(room) => (
          <li key={room.id} className={styles.row}>
            <span><Go to={`/admin/rooms/${room.name}`}>{room.title || room.name}</Go><small>{room.name}</small></span>
            <span className={styles.chips}>
              {room.access.locked && <Chip tone="warn">{t('admin.rooms.locked')}</Chip>}
              {room.access.waitingRoom && <Chip>{t('admin.rooms.waitingRoom')}</Chip>}
              <Chip>{t(`admin.rooms.kinds.${room.kind}`)}</Chip>
              {room.status === 'live' ? <Chip tone="good">{t('admin.rooms.inside', { count: room.participantCount })}</Chip> : <Chip>{t('admin.rooms.is.idle')}</Chip>}
            </span>
          </li>
        )}
      </Rows>
      {making && <RoomForm onClose={() => setMaking(false)} onDone={(room) => navigate(`/admin/rooms/${room.name}`)} />}
    </>
  );
}

import { useTranslation } from 'react-i18next';
import styles from '../Admin.module.css';
import type { Call } from '../model';
import { Chip, Go, Rows, Title } from '../parts';
import { usePages } from '../useLoad';
import { ago } from '../when';

export function Calls(): React.JSX.Element {
  const { t } = useTranslation();
  const pages = usePages<Call>('/calls', '', (event) => event.type.startsWith('call.') || event.type.startsWith('participant.'));
  return (
    <>
      <Title text={t('admin.calls.title')} sub={t('admin.calls.sub')} />
      <Rows label={t('admin.calls.title')} pages={pages} empty={t('admin.calls.none')}>
        {(call) => (
          <li key={call.participantId} className={styles.row}>
            <span><b>{call.id.startsWith('cl_') ? <Go to={`/admin/calls/${call.id}`}>{call.displayName}</Go> : call.displayName}</b><small>{ago(call.startedAt)} · <Go to={`/admin/rooms/${call.room}`}>{call.room}</Go></small></span>
            <span className={styles.chips}><Chip>{call.state}</Chip></span>
          </li>
        )}
      </Rows>
    </>
  );
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field';
import styles from '../Admin.module.css';
import type { Setting } from '../model';
import { Chip, Title, Trouble } from '../parts';
import { useLoad } from '../useLoad';

export function Config(): React.JSX.Element {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const { value, error } = useLoad<Setting[]>('/server/config');
  const shown = value?.filter((one) => one.key.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <>
      <Title text={t('admin.config.title')} sub={t('admin.config.sub')} />
      {error && <Trouble error={error} />}
      <div className={styles.filters}><Field label={t('admin.config.search')} value={search} onChange={setSearch} autoComplete="off" /></div>
      {shown?.length === 0 && <p className={styles.none}>{t('admin.config.none')}</p>}
      {shown && shown.length > 0 && (
        <ul className={styles.rows} aria-label={t('admin.config.title')}>
          {shown.map((one) => (
            <li key={one.key} className={styles.row}>
              <span><b>{one.key}</b><small>{one.value || t('admin.config.empty')}</small></span>
              <span className={styles.chips}>
                {one.live && <Chip>{t('admin.config.live')}</Chip>}
                <Chip>{one.origin}</Chip>
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { loadPrefs, savePrefs } from '../prefs';
import { isRoomName, navigate, randomRoomName } from '../route';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Icon } from '../ui/Icon';
import { TopBar } from '../ui/TopBar';
import styles from './Home.module.css';

export function Home(): React.JSX.Element {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [bad, setBad] = useState(false);
  const [recent, setRecent] = useState(() => loadPrefs().recent);
  const go = (): void => {
    const room = name.trim().toLowerCase().replace(/\s+/g, '-');
    if (isRoomName(room)) navigate(`/r/${room}`);
    else setBad(true);
  };
  return (
    <div className={styles.page}>
      <TopBar />
      <main className={styles.main}>
        <h1 className={styles.headline}>{t('home.headline')}</h1>
        <p className={styles.lead}>{t('home.lead')}</p>
        <Form className={styles.card} onSubmit={(e) => { e.preventDefault(); go(); }}>
          <Field label={t('home.field')} placeholder={t('home.placeholder')} value={name} autoComplete="off"
            onChange={(v) => { setName(v); setBad(false); }} {...(bad ? { error: t('home.invalid') } : {})} />
          <div className={styles.actions}>
            <Button type="submit" variant="primary" icon="arrow">{t('home.join')}</Button>
            <Button icon="plus" onPress={() => navigate(`/r/${randomRoomName()}`)}>{t('home.new')}</Button>
          </div>
        </Form>
        {recent.length > 0 && (
          <section className={styles.recent} aria-labelledby="recent">
            <div className={styles.recentHead}>
              <h2 id="recent">{t('home.recent')}</h2>
              <Button size="s" variant="quiet" onPress={() => { savePrefs({ recent: [] }); setRecent([]); }}>{t('home.forget')}</Button>
            </div>
            <ul>
              {recent.map((room) => (
                <li key={room}>
                  <a href={`/r/${room}`} onClick={(e) => { e.preventDefault(); navigate(`/r/${room}`); }}>
                    <Icon name="clock" size={18} /><span>{room}</span><Icon name="chevronRight" size={16} />
                  </a>
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
    </div>
  );
}
